/** A second copy of a projection, made from the log beside the live one. */

import * as E from 'fp-ts/lib/Either.js';
import type { Sql, Transaction } from '../../ports/database.js';
import type { Position, RecordedEvent } from '../../ports/event-store.js';
import { decodeLogged, type LoggedEvent } from '../../ports/logged-event.js';
import {
  type Checkpoint,
  commitWithoutWaiting,
  deleteCheckpoint,
  isAtLeast,
  lockCheckpoint,
  readCheckpoint,
  writeCheckpoint,
} from './checkpoints.js';
import type { EngineContext } from './context.js';
import { expireRows } from './expire.js';
import { applyIsolating } from './isolate.js';
import { describe } from './project-batch.js';
import type { Projection } from './projection.js';
import { createSchema, dropSchema, useSchema } from './schema.js';
import { eventsIn } from './stretch.js';

/** A copy is strict: an event that cannot be projected ends it. */
export interface Poison {
  readonly kind: 'poison';
  readonly stream: string;
  readonly id: string;
  readonly why: string;
}

export class PoisonFound extends Error {
  override readonly name = 'PoisonFound';

  constructor(readonly result: Poison) {
    super(result.why);
  }
}

/** A projection, and the name of the copy: that of its schema and of its checkpoint. */
export interface Copied {
  readonly projection: Projection;
  readonly copy: string;
}

export interface CopyProgress {
  /** Events projected by this run; a resumed rebuild starts again at 0. */
  readonly events: number;
  readonly position: Position | null;
  /** Where the live copy stood when it was last looked at. */
  readonly target: Position | null;
}

export interface CopyOptions {
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: CopyProgress) => void;
}

/** The copy of an interrupted run for this version is continued; any other is thrown away. */
export const openCopy = (
  { database }: Pick<EngineContext, 'database'>,
  { projection, copy }: Copied,
): Promise<Checkpoint> =>
  database.transaction(async (tx) => {
    const existing = await lockCheckpoint(tx, copy);
    if (existing?.version === projection.version) return existing;
    await dropCopy(tx, copy);
    await createSchema(tx, projection, copy);
    const fresh = { name: copy, version: projection.version, position: null, recordedAt: null };
    await writeCheckpoint(tx, fresh);
    return fresh;
  });

export const dropCopy = async (sql: Sql, copy: string): Promise<void> => {
  await dropSchema(sql, copy);
  await deleteCheckpoint(sql, copy);
};

/** Fills the copy up to where the live one stands, give or take what one transaction may take. */
export const fillCopy = async (
  context: EngineContext,
  copied: Copied,
  { signal, onProgress }: CopyOptions,
): Promise<number> => {
  const { database, limits } = context;
  const { projection, copy } = copied;
  let { position } = await openCopy(context, copied);
  let events = 0;
  for (;;) {
    const target = (await readCheckpoint(database, projection.name))?.position ?? null;
    let inThisRound = 0;
    const batches = batchesBetween(context, projection, { after: position, target, signal });
    for await (const batch of oneAhead(batches)) {
      signal.throwIfAborted();
      await database.transaction(async (tx) => {
        await commitWithoutWaiting(tx);
        await applyToCopy(tx, copied, batch);
      });
      position = batch.at(-1)?.position ?? position;
      inThisRound += batch.length;
      events += batch.length;
      onProgress?.({ events, position, target });
    }
    await expireRows(database, projection, { schema: copy, now: context.clock.now() });
    if (inThisRound <= limits.finalStepEventsMax) break;
  }
  signal.throwIfAborted();
  return events;
};

/** The last events, while the live copy stands still; by one clock, both begin on the same day. */
export const finishCopy = async (
  context: EngineContext,
  copied: Copied,
  { tx, signal }: { readonly tx: Transaction; readonly signal: AbortSignal },
): Promise<{ readonly live: Checkpoint; readonly events: number }> => {
  const { projection, copy } = copied;
  const { name } = projection;
  const live = await lockCheckpoint(tx, name);
  const reached = await lockCheckpoint(tx, copy);
  if (live === null || reached === null) throw new Error(`${name} has lost a checkpoint row`);
  let events = 0;
  const stretch = { after: reached.position, target: live.position, signal };
  for await (const batch of batchesBetween(context, projection, stretch)) {
    await applyToCopy(tx, copied, batch);
    events += batch.length;
  }
  const now = context.clock.now();
  await expireRows(tx, projection, { schema: copy, now });
  if (live.version === projection.version) await expireRows(tx, projection, { schema: name, now });
  return { live, events };
};

interface Target {
  readonly after: Position | null;
  readonly target: Position | null;
  readonly signal: AbortSignal;
}

/** Events of the log after `after`, up to and including `target`, in batches. */
async function* batchesBetween(
  { store, limits }: EngineContext,
  { categories }: Projection,
  { after, target, signal }: Target,
): AsyncGenerator<readonly RecordedEvent[]> {
  if (isAtLeast(after, target)) return;
  let batch: RecordedEvent[] = [];
  for await (const event of eventsIn(store, { categories, after, upTo: target, signal })) {
    batch.push(event);
    if (batch.length < limits.batchEventsMax) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** The next one is read while the one before it is written. */
async function* oneAhead<T>(source: AsyncGenerator<T, void>): AsyncGenerator<T, void> {
  let next = source.next();
  try {
    for (let found = await next; found.done !== true; found = await next) {
      next = source.next();
      // Told when it is awaited, if anybody still does; until then it is no unhandled rejection.
      next.catch(() => undefined);
      yield found.value;
    }
  } finally {
    await source.return();
  }
}

const decodeStrictly = (event: RecordedEvent): LoggedEvent => {
  const decoded = decodeLogged(event);
  if (E.isRight(decoded)) return decoded.right;
  const { stream, id } = event;
  throw new PoisonFound({ kind: 'poison', stream, id, why: JSON.stringify(decoded.left) });
};

/** One batch into the copy, with the copy's own checkpoint. */
const applyToCopy = async (
  transaction: Transaction,
  { projection, copy }: Copied,
  batch: readonly RecordedEvent[],
): Promise<void> => {
  const last = batch.at(-1);
  if (last === undefined) return;
  await useSchema(transaction, copy);
  const [poison] = await applyIsolating(transaction, projection, batch.map(decodeStrictly));
  if (poison !== undefined) {
    const { stream, id } = poison.logged;
    throw new PoisonFound({ kind: 'poison', stream, id, why: describe(poison.error) });
  }
  await writeCheckpoint(transaction, {
    name: copy,
    version: projection.version,
    position: last.position,
    recordedAt: last.recordedAt,
  });
};
