import type { Transaction } from '../../ports/database.js';
import type { Position } from '../../ports/event-store.js';
import {
  type Checkpoint,
  deleteCheckpoint,
  notifyCheckpoint,
  writeCheckpoint,
} from './checkpoints.js';
import type { EngineContext } from './context.js';
import { type CopyOptions, fillCopy, finishCopy, type Poison, PoisonFound } from './copy.js';
import { parkedStreams } from './parked.js';
import { type Projection, rebuildNameOf, retiredNameOf } from './projection.js';
import { dropSchema, swapSchemas } from './schema.js';
import {
  type CheckResult,
  compareTables,
  differs,
  runChecks,
  type TableComparison,
} from './verify.js';

export interface RebuildOptions extends CopyOptions {
  /**
   * What to do when a copy of the same version differs from the live one. The default keeps the
   * live one for somebody to look at; `replace-live` is for a live copy that is known to be wrong.
   */
  readonly onDifference?: 'keep-live' | 'replace-live';
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
  | Poison
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

const build = async (
  context: EngineContext,
  projection: Projection,
  options: RebuildOptions,
): Promise<RebuildResult> => {
  const copied = { projection, copy: rebuildNameOf(projection.name) };
  const filled = await fillCopy(context, copied, options);
  return context.database.transaction(async (tx) => {
    const { live, events } = await finishCopy(context, copied, { tx, signal: options.signal });
    const report = await verify(tx, projection, { live, events: filled + events });
    if (report.checks.some(({ violations }) => violations > 0)) {
      return { kind: 'checks-failed', report };
    }
    if (report.tables.some(differs) && options.onDifference !== 'replace-live') {
      return { kind: 'differs', report };
    }
    await goLive(tx, projection, live);
    return { kind: 'swapped', report };
  });
};

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
    tables: await compareTables(tx, projection, {
      copy: rebuildNameOf(projection.name),
      withLive: notCompared === null,
    }),
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

export const reasonNotToCompare = async (
  tx: Transaction,
  { name, version }: Projection,
  live: Checkpoint,
): Promise<RebuildReport['notCompared']> => {
  if (live.version !== version) return 'other version';
  const parked = await parkedStreams(tx, name);
  return parked.size > 0 ? 'live copy has parked streams' : null;
};
