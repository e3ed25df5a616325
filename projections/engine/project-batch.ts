import * as E from 'fp-ts/lib/Either.js';
import type { Instant } from '../../domain/shared/instant.js';
import type { Database, Row, Transaction } from '../../ports/database.js';
import type { Position } from '../../ports/event-store.js';
import type { LoggedEvent } from '../../ports/logged-event.js';
import { closingOf, isAtLeast, openedBatch, openingOf } from './checkpoints.js';
import type { FedEvent } from './fed-event.js';
import { applyIsolating, isPoison } from './isolate.js';
import { type ParkedEvent, park, parkedStreams } from './parked.js';
import type { Projection } from './projection.js';

/** Everything of the log between two positions that concerns the projection. */
export interface Batch {
  readonly after: Position | null;
  readonly events: readonly FedEvent[];
  /** Where the projection stands afterwards; may lie behind the last event. */
  readonly upTo: Position;
}

export type BatchOutcome =
  | {
      readonly kind: 'done';
      readonly projected: number;
      readonly parked: number;
      readonly position: Position;
      readonly recordedAt: Instant | null;
    }
  /** A newer version of the projection has taken the live tables; this program must stop. */
  | { readonly kind: 'superseded'; readonly byVersion: number }
  /** The checkpoint is behind what we believe; the events in between have to be read again. */
  | { readonly kind: 'behind'; readonly position: Position | null };

/**
 * Projects one batch: rows, parked events and checkpoint in ONE transaction, or nothing.
 *
 * The checkpoint row is locked first. It tells what is already there (so that an event which is
 * delivered twice counts once) and which version owns the live tables.
 */
export const projectBatch = async (
  database: Database,
  projection: Projection,
  batch: Batch,
): Promise<BatchOutcome> => {
  const applied = (apply: typeof applyIsolating): Promise<BatchOutcome> =>
    database.transaction(
      (transaction, rows) => projectIn(transaction, projection, { batch, rows, apply }),
      {
        opening: openingOf(projection.name),
        closing: (outcome) => closingFor(projection, outcome),
      },
    );
  try {
    return await applied(applyAll);
  } catch (error) {
    if (!isPoison(error)) throw error;
    // Savepoints cost a round trip each, so only a batch that has failed is taken apart.
    return applied(applyIsolating);
  }
};

/** A batch that was not for us moves nothing. */
const closingFor = ({ name, version }: Projection, outcome: BatchOutcome): string | null => {
  if (outcome.kind !== 'done') return null;
  const { position, recordedAt } = outcome;
  return closingOf({ name, version, position, recordedAt });
};

const applyAll: typeof applyIsolating = async (transaction, projection, batch) => {
  if (batch.length > 0) await projection.apply(batch, transaction);
  return [];
};

interface Work {
  readonly batch: Batch;
  /** What the transaction was opened with. */
  readonly rows: readonly Row[];
  readonly apply: typeof applyIsolating;
}

const projectIn = async (
  transaction: Transaction,
  projection: Projection,
  { batch, rows, apply }: Work,
): Promise<BatchOutcome> => {
  const { name, version } = projection;
  const opened = openedBatch(rows);
  if (opened === null) return { kind: 'behind', position: null };
  const { checkpoint, hasParked } = opened;
  const { position } = checkpoint;
  if (checkpoint.version !== version) {
    return { kind: 'superseded', byVersion: checkpoint.version };
  }
  if (!isAtLeast(position, batch.after)) return { kind: 'behind', position };
  const events = unseen(batch.events, position);
  // Streams may have been parked meanwhile only by another batch, which has moved the checkpoint.
  const isNothingParked = !hasParked && position === batch.after;
  const blocked = isNothingParked ? new Set<string>() : await parkedStreams(transaction, name);
  const { good, bad } = sortOut(events, blocked);
  const poison = await apply(transaction, projection, good);
  const errors = new Map(poison.map(({ logged, error }) => [logged.id, describe(error)]));
  const parked = withFollowers(events, bad, errors);
  await park(transaction, name, parked);
  const upTo = position !== null && position > batch.upTo ? position : batch.upTo;
  const recordedAt = events.at(-1)?.event.recordedAt ?? null;
  const projected = events.length - parked.length;
  return { kind: 'done', projected, parked: parked.length, position: upTo, recordedAt };
};

/** Positions only grow, so whatever is not beyond the last one has been delivered before. */
const unseen = (events: readonly FedEvent[], position: Position | null): readonly FedEvent[] => {
  let last = position;
  return events.filter(({ event }) => {
    if (last !== null && event.position <= last) return false;
    last = event.position;
    return true;
  });
};

interface Sorted {
  readonly good: readonly LoggedEvent[];
  /** By event id: why it cannot be projected; `null` when its stream is parked already. */
  readonly bad: ReadonlyMap<string, string | null>;
}

/** Takes out what cannot be decoded, and whatever comes later in the same stream. */
const sortOut = (events: readonly FedEvent[], parked: ReadonlySet<string>): Sorted => {
  const blocked = new Set(parked);
  const good: LoggedEvent[] = [];
  const bad = new Map<string, string | null>();
  for (const { event, decoded } of events) {
    if (blocked.has(event.stream)) {
      bad.set(event.id, null);
      continue;
    }
    if (E.isRight(decoded)) {
      good.push(decoded.right);
    } else {
      bad.set(event.id, JSON.stringify(decoded.left));
      blocked.add(event.stream);
    }
  }
  return { good, bad };
};

/** Everything to park, in order: poison, what did not decode, and all that waits behind either. */
const withFollowers = (
  events: readonly FedEvent[],
  bad: ReadonlyMap<string, string | null>,
  errors: ReadonlyMap<string, string>,
): readonly ParkedEvent[] => {
  if (bad.size === 0 && errors.size === 0) return [];
  const blocked = new Set<string>();
  return events.flatMap(({ event }) => {
    const error = errors.get(event.id) ?? bad.get(event.id) ?? null;
    const isFirst = errors.has(event.id) || bad.has(event.id);
    if (!isFirst && !blocked.has(event.stream)) return [];
    const isBehind = blocked.has(event.stream);
    blocked.add(event.stream);
    return [{ event, error: isBehind ? null : error }];
  });
};

export const describe = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error);
