import * as E from 'fp-ts/lib/Either.js';
import type { Transaction } from '../../ports/database.js';
import type { Position, RecordedEvent } from '../../ports/event-store.js';
import { decodeLogged, type LoggedEvent } from '../../ports/logged-event.js';
import {
  type Checkpoint,
  deleteCheckpoint,
  isAtLeast,
  lockCheckpoint,
  notifyCheckpoint,
  readCheckpoint,
  writeCheckpoint,
} from './checkpoints.js';
import type { EngineContext } from './context.js';
import { expireRows } from './expire.js';
import { applyIsolating } from './isolate.js';
import { parkedStreams } from './parked.js';
import { describe } from './project-batch.js';
import { type Projection, rebuildNameOf, retiredNameOf } from './projection.js';
import { createSchema, dropSchema, swapSchemas, useSchema } from './schema.js';
import { eventsIn } from './stretch.js';
import {
  type CheckResult,
  compareTables,
  differs,
  runChecks,
  type TableComparison,
} from './verify.js';

export interface RebuildOptions {
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: RebuildProgress) => void;
  /**
   * What to do when a copy of the same version differs from the live one. The default keeps the
   * live one for somebody to look at; `replace-live` is for a live copy that is known to be wrong.
   */
  readonly onDifference?: 'keep-live' | 'replace-live';
}

export interface RebuildProgress {
  /** Events projected by this run; a resumed rebuild starts again at 0. */
  readonly events: number;
  readonly position: Position | null;
  /** Where the live copy stood when it was last looked at. */
  readonly target: Position | null;
}

/** What was verified before the swap, as an operator wants to read it. */
export interface RebuildReport {
  readonly events: number;
  readonly position: Position | null;
  /** Why the live copy was not compared; `null` when it was. */
  readonly notCompared: 'other version' | 'live copy has parked streams' | null;
  readonly tables: readonly TableComparison[];
  readonly checks: readonly CheckResult[];
}

export type RebuildResult =
  | { readonly kind: 'swapped'; readonly report: RebuildReport }
  | { readonly kind: 'differs'; readonly report: RebuildReport }
  | { readonly kind: 'checks-failed'; readonly report: RebuildReport }
  /** A rebuild is strict: it neither parks nor skips. */
  | { readonly kind: 'poison'; readonly stream: string; readonly id: string; readonly why: string }
  | { readonly kind: 'aborted' };

/**
 * Builds a projection anew beside the live copy and puts it in its place.
 *
 * 1. A second schema is filled from the log, batch by batch with a checkpoint of its own, up to
 *    where the live copy stands. The live copy goes on meanwhile, so this takes some rounds; a
 *    crash loses at most one batch.
 * 2. When little is left, the live copy's checkpoint row is locked, so that it stands still, and
 *    the rest is done in that one transaction: last events, verification, swap of the schemas.
 *
 * Readers notice nothing: until the commit they read the old copy, afterwards the new one, and
 * both are at the same position.
 */
export const rebuild = async (
  context: EngineContext,
  projection: Projection,
  options: RebuildOptions,
): Promise<RebuildResult> => {
  const { database } = context;
  try {
    return await database.withAdvisoryLock(`projection:${rebuildNameOf(projection.name)}`, {
      signal: options.signal,
      work: async (held) => {
        const result = await build(context, projection, { ...options, signal: held });
        if (result.kind === 'swapped') await dropSchema(database, retiredNameOf(projection.name));
        return result;
      },
    });
  } catch (error) {
    if (error instanceof PoisonFound) return error.result;
    if (options.signal.aborted) return { kind: 'aborted' };
    throw error;
  }
};

class PoisonFound extends Error {
  constructor(readonly result: Extract<RebuildResult, { kind: 'poison' }>) {
    super(result.why);
  }
}

const build = async (
  context: EngineContext,
  projection: Projection,
  options: RebuildOptions,
): Promise<RebuildResult> => {
  const { database, limits } = context;
  let { position } = await openCopy(context, projection);
  let events = 0;
  const report = (target: Position | null): void =>
    options.onProgress?.({ events, position, target });
  for (;;) {
    const target = (await readCheckpoint(database, projection.name))?.position ?? null;
    const stretch = { after: position, target, signal: options.signal };
    let inThisRound = 0;
    for await (const batch of batchesBetween(context, projection, stretch)) {
      options.signal.throwIfAborted();
      await database.transaction((tx) => applyToCopy(tx, projection, batch));
      position = batch.at(-1)?.position ?? position;
      inThisRound += batch.length;
      events += batch.length;
      report(target);
    }
    const tooOld = { schema: rebuildNameOf(projection.name), now: context.clock.now() };
    await expireRows(database, projection, tooOld);
    if (inThisRound <= limits.finalStepEventsMax) break;
  }
  options.signal.throwIfAborted();
  return finish(context, projection, { ...options, events });
};

/** The copy of an interrupted rebuild of this version is continued; any other is thrown away. */
const openCopy = ({ database }: EngineContext, projection: Projection): Promise<Checkpoint> => {
  const copy = rebuildNameOf(projection.name);
  return database.transaction(async (tx) => {
    const existing = await lockCheckpoint(tx, copy);
    if (existing?.version === projection.version) return existing;
    await dropSchema(tx, copy);
    await createSchema(tx, projection, copy);
    const fresh = { name: copy, version: projection.version, position: null, recordedAt: null };
    if (existing !== null) await deleteCheckpoint(tx, copy);
    await writeCheckpoint(tx, fresh);
    return fresh;
  });
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

const decodeStrictly = (event: RecordedEvent): LoggedEvent => {
  const decoded = decodeLogged(event);
  if (E.isRight(decoded)) return decoded.right;
  const { stream, id } = event;
  throw new PoisonFound({ kind: 'poison', stream, id, why: JSON.stringify(decoded.left) });
};

/** One batch into the copy, with the copy's own checkpoint. */
const applyToCopy = async (
  transaction: Transaction,
  projection: Projection,
  batch: readonly RecordedEvent[],
): Promise<void> => {
  const copy = rebuildNameOf(projection.name);
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

interface FinishOptions extends RebuildOptions {
  readonly events: number;
}

/** The last step, in one transaction: the live copy stands still until it is over. */
const finish = (
  context: EngineContext,
  projection: Projection,
  options: FinishOptions,
): Promise<RebuildResult> =>
  context.database.transaction(async (tx) => {
    const { name } = projection;
    const { signal } = options;
    const live = await lockCheckpoint(tx, name);
    const copy = await lockCheckpoint(tx, rebuildNameOf(name));
    if (live === null || copy === null) throw new Error(`${name} has lost a checkpoint row`);
    let { events } = options;
    const stretch = { after: copy.position, target: live.position, signal };
    for await (const batch of batchesBetween(context, projection, stretch)) {
      await applyToCopy(tx, projection, batch);
      events += batch.length;
    }
    // By one clock, so that both copies begin on the same day.
    const now = context.clock.now();
    await expireRows(tx, projection, { schema: rebuildNameOf(name), now });
    if (live.version === projection.version)
      await expireRows(tx, projection, { schema: name, now });
    const report = await verify(tx, projection, { live, events });
    if (report.checks.some(({ violations }) => violations > 0)) {
      return { kind: 'checks-failed', report };
    }
    if (report.tables.some(differs) && options.onDifference !== 'replace-live') {
      return { kind: 'differs', report };
    }
    await goLive(tx, projection, live);
    return { kind: 'swapped', report };
  });

const verify = async (
  tx: Transaction,
  projection: Projection,
  { live, events }: { readonly live: Checkpoint; readonly events: number },
): Promise<RebuildReport> => {
  const notCompared = await reasonNotToCompare(tx, projection, live);
  return {
    events,
    position: live.position,
    notCompared,
    tables: await compareTables(tx, projection, notCompared === null),
    checks: await runChecks(tx, projection),
  };
};

const goLive = async (
  tx: Transaction,
  { name, version }: Projection,
  live: Checkpoint,
): Promise<void> => {
  await swapSchemas(tx, name);
  await deleteCheckpoint(tx, rebuildNameOf(name));
  await writeCheckpoint(tx, { ...live, version });
  await notifyCheckpoint(tx, name, live.position);
};

const reasonNotToCompare = async (
  tx: Transaction,
  { name, version }: Projection,
  live: Checkpoint,
): Promise<RebuildReport['notCompared']> => {
  if (live.version !== version) return 'other version';
  const parked = await parkedStreams(tx, name);
  return parked.size > 0 ? 'live copy has parked streams' : null;
};
