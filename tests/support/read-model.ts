import { randomUUID } from 'node:crypto';
import * as E from 'fp-ts/lib/Either.js';
import { eventsByCategory, isCategory } from '../../domain/registry.js';
import { parseStreamName } from '../../domain/shared/aggregate.js';
import {
  currentSchemaVersion,
  type EventDefinitions,
  firstSchemaVersion,
} from '../../domain/shared/events.js';
import { type Instant, instant } from '../../domain/shared/instant.js';
import type { Database, Row, Sql } from '../../ports/database.js';
import type { Actor } from '../../ports/event-metadata.js';
import { decodeLogged, type LoggedEvent } from '../../ports/logged-event.js';
import type { Projection } from '../../projections/engine/projection.js';
import { createSchema } from '../../projections/engine/schema.js';
import { proposed } from './proposed-event.js';

/** An event with the stream that it happened in. */
export interface Told {
  readonly stream: string;
  readonly type: string;
  readonly data: unknown;
  /** Whoever, when it does not matter. */
  readonly actor?: Actor;
  /** A new one each time, when it does not matter. */
  readonly id?: string;
}

/** Tells events of one stream, such as a decider has made them. */
export const inStream = (
  stream: string,
  events: readonly { readonly type: string; readonly data: unknown }[],
): readonly Told[] => events.map(({ type, data }) => ({ stream, type, data }));

const recordedAt: Instant = instant('2026-03-01T10:00:00.000Z');

/** Tests tell events as they are written today. */
const versionIn = (stream: string, type: string): number => {
  const category = parseStreamName(stream)?.category ?? '';
  const definitions: EventDefinitions = isCategory(category) ? eventsByCategory[category] : {};
  const definition = definitions[type];
  return definition === undefined ? firstSchemaVersion : currentSchemaVersion(definition);
};

/** Numbers the events as a log would, and decodes them as every reader does. */
export const logged = (told: readonly Told[]): readonly LoggedEvent[] => {
  const revisions = new Map<string, bigint>();
  return told.map(({ stream, type, data, actor, id = randomUUID() }, index) => {
    const revision = revisions.get(stream) ?? 0n;
    revisions.set(stream, revision + 1n);
    const { metadata, ...rest } = proposed(type, data);
    const schemaVersion = versionIn(stream, type);
    const event = {
      ...rest,
      metadata: { ...metadata, ...(actor === undefined ? {} : { actor }), schemaVersion },
      id,
      stream,
      revision,
      recordedAt,
    };
    const decoded = decodeLogged({ ...event, position: BigInt(index + 1) });
    if (E.isRight(decoded)) return decoded.right;
    throw new Error(`not an event: ${JSON.stringify(decoded.left)}`);
  });
};

class Undo extends Error {}

/**
 * Projects events into an empty read model, asks it something, and leaves no trace. Batches of
 * `batchSize`; the answer must not depend on it.
 */
export const askReadModel = async <Answer>(
  database: Database,
  projection: Projection,
  options: {
    readonly events: readonly Told[];
    readonly batchSize?: number;
    /** Events of this stream come last and one by one, as those of a parked stream do. */
    readonly late?: string;
    readonly ask: (sql: Sql) => Promise<Answer>;
  },
): Promise<Answer> => {
  const all = logged(options.events);
  const events = all.filter(({ stream }) => stream !== options.late);
  const late = all.filter(({ stream }) => stream === options.late);
  const batchSize = options.batchSize ?? Math.max(1, events.length);
  const answers: Answer[] = [];
  const work = database.transaction(async (tx) => {
    await createSchema(tx, projection, `${projection.name}__asked`);
    for (let from = 0; from < events.length; from += batchSize) {
      await projection.apply(events.slice(from, from + batchSize), tx);
    }
    for (const event of late) await projection.apply([event], tx);
    answers.push(await options.ask(tx));
    throw new Undo();
  });
  await work.catch((error: unknown) => {
    if (!(error instanceof Undo)) throw error;
  });
  const [answer] = answers;
  if (answer === undefined) throw new Error('nothing was asked');
  return answer;
};

/** All rows of all tables of a projection, each table in the order of its key. */
export const everything =
  (projection: Projection) =>
  async (sql: Sql): Promise<Readonly<Record<string, readonly Row[]>>> => {
    const tables: Record<string, readonly Row[]> = {};
    for (const { name } of projection.tables) {
      tables[name] = await sql.query(`SELECT * FROM ${name} r ORDER BY r::text`);
    }
    return tables;
  };
