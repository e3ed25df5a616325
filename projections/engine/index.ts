import { concatMap, from, interval, lastValueFrom, takeUntil, timer } from 'rxjs';
import { toMs } from '../../domain/shared/instant.js';
import { fromAbort } from './abort.js';
import { createAwaited } from './awaited.js';
import { type CompareResult, compareWithLog } from './compare.js';
import type { EngineContext } from './context.js';
import type { CopyOptions } from './copy.js';
import { expireLive } from './expire.js';
import { createFeed } from './feed.js';
import { type Lag, measureLag } from './lag.js';
import { createPositions, type Positions } from './positions.js';
import { describe } from './project-batch.js';
import type { Projection } from './projection.js';
import { type RebuildOptions, type RebuildResult, rebuild } from './rebuild.js';
import { type RetryResult, retryParked } from './retry-parked.js';
import { runProjection } from './runner.js';

export { type Awaited, createAwaited } from './awaited.js';
export type { CompareResult, RowDifference } from './compare.js';
export type { EngineContext } from './context.js';
export type { CopyOptions, CopyProgress } from './copy.js';
export type { Lag } from './lag.js';
export { type EngineLimits, engineLimits, limitsBesideReaders } from './limits.js';
export { createPositions, type Positions, type Wait } from './positions.js';
export type { Projection } from './projection.js';
export type { RebuildOptions, RebuildReport, RebuildResult } from './rebuild.js';
export type { RetryResult } from './retry-parked.js';

export interface ProjectionEngine {
  /** How far each projection is, for readers; `run` keeps it up to date. */
  readonly positions: Positions;
  /** Runs all projections until `signal` aborts. */
  run(signal: AbortSignal): Promise<void>;
  rebuild(name: string, options: RebuildOptions): Promise<RebuildResult>;
  /** Says how the live tables differ from a fresh fold of the log, and changes nothing. */
  compare(name: string, options: CopyOptions): Promise<CompareResult>;
  retryParked(name: string): Promise<readonly RetryResult[]>;
  lag(): Promise<readonly Lag[]>;
}

export const createProjectionEngine = (
  context: EngineContext,
  projections: readonly Projection[],
): ProjectionEngine => {
  const named = (name: string): Projection => {
    const found = projections.find((projection) => projection.name === name);
    if (found === undefined) throw new Error(`there is no projection ${name}`);
    return found;
  };
  const { database, store } = context;
  const awaited = context.awaited ?? createAwaited();
  const positions = createPositions({ database, store, projections, awaited });
  const feed = createFeed(store, projections, context.limits);
  return {
    positions,
    run: async (signal) => {
      await Promise.all([
        positions.run(signal),
        reportLag(context, projections, signal),
        expireRegularly(context, projections, signal),
        ...projections.map((projection) =>
          runProjection(context, projection, { feed, awaited, signal }),
        ),
      ]);
    },
    rebuild: (name, options) => rebuild(context, named(name), options),
    compare: (name, options) => compareWithLog(context, named(name), options),
    retryParked: (name) => retryParked(context, named(name)),
    lag: () => measureLag(context, projections),
  };
};

/** Keeps the gauges fresh, in quiet times too. */
const reportLag = async (
  context: EngineContext,
  projections: readonly Projection[],
  signal: AbortSignal,
): Promise<void> => {
  const { metrics, log, limits } = context;
  const report = async (): Promise<void> => {
    try {
      for (const lag of await measureLag(context, projections)) {
        const labels = { projection: lag.name };
        metrics.gauge('projection_lag_positions', lag.positions, labels);
        metrics.gauge('projection_lag_seconds', lag.seconds, labels);
        metrics.gauge('projection_parked_streams', lag.parkedStreams, labels);
      }
    } catch (error) {
      if (!signal.aborted) log.warn('the lag could not be measured', { reason: describe(error) });
    }
  };
  const reports = interval(limits.lagReportMs).pipe(
    takeUntil(fromAbort(signal)),
    concatMap(() => from(report())),
  );
  await lastValueFrom(reports, { defaultValue: undefined });
};

/**
 * Deletes rows that are too old to be shown (rules 4, "Clean-up audit logs"), at the start and
 * then again and again. What is too old follows from the clock alone, so a run that was missed is
 * made up for by the next one, here or in another instance.
 */
const expireRegularly = async (
  context: EngineContext,
  projections: readonly Projection[],
  signal: AbortSignal,
): Promise<void> => {
  const { metrics, log, limits, clock } = context;
  const expiring = projections.filter(({ expiry }) => expiry !== undefined);
  const expire = async (): Promise<void> => {
    try {
      for (const projection of expiring) {
        const rows = await expireLive(context, projection);
        if (rows > 0) log.info('old rows are gone', { projection: projection.name, rows });
      }
      const job = { job: 'read-models' };
      metrics.gauge('cleanup_succeeded_at_seconds', toMs(clock.now()) / 1_000, job);
    } catch (error) {
      if (!signal.aborted) log.warn('old rows are still there', { reason: describe(error) });
    }
  };
  const runs = timer(0, limits.expiryMs).pipe(
    takeUntil(fromAbort(signal)),
    concatMap(() => from(expire())),
  );
  await lastValueFrom(runs, { defaultValue: undefined });
};
