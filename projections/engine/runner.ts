import { EMPTY, lastValueFrom, Observable, retry, takeUntil, timer } from 'rxjs';
import { secondsBetween } from '../../domain/shared/instant.js';
import type { Position } from '../../ports/event-store.js';
import { linkedAbort } from '../../ports/linked-abort.js';
import { fromAbort } from './abort.js';
import type { Awaited } from './awaited.js';
import type { EngineContext } from './context.js';
import type { Feed, Hurry, Lot } from './feed.js';
import { retryDelayMs } from './limits.js';
import { prepare } from './prepare.js';
import { type BatchOutcome, describe, projectBatch } from './project-batch.js';
import type { Projection } from './projection.js';
import { rebuild } from './rebuild.js';

/**
 * One projection, from its checkpoint to the end of the log and on, for as long as the program
 * runs.
 *
 * UPGRADING  the live tables are of an older version: the new one is built beside and swapped in,
 *            while an older instance may go on with the old one.
 * WAITING    another instance holds the lock of this projection.
 * RUNNING    the log is followed; each batch is one transaction.
 * SUPERSEDED a newer instance has swapped its version in: this one is done for good.
 *
 * Whatever goes wrong on the way starts again at UPGRADING, after a growing pause, from the
 * checkpoint that was committed last.
 */
export const runProjection = async (
  context: EngineContext,
  projection: Projection,
  { feed, awaited, signal }: Pick<RunOptions, 'feed' | 'awaited' | 'signal'>,
): Promise<void> => {
  const log = context.log.with({ projection: projection.name });
  const retries = {
    resetOnSuccess: true,
    delay: (error: unknown, attempt: number) => {
      if (signal.aborted || error instanceof Superseded) return EMPTY;
      const delayMs = retryDelayMs(context.limits, attempt);
      log.error('projection failed, trying again', { reason: describe(error), delayMs });
      return timer(delayMs).pipe(takeUntil(fromAbort(signal)));
    },
  };
  const outcomes = new Observable<BatchOutcome>((subscriber) => {
    const ended = linkedAbort(signal);
    const onBatch = (outcome: BatchOutcome): void => subscriber.next(outcome);
    runOnce({ ...context, log }, projection, { feed, awaited, signal: ended.signal, onBatch })
      .then(() => subscriber.complete())
      .catch((error: unknown) => subscriber.error(error));
    return () => ended.abort();
  });
  await lastValueFrom(outcomes.pipe(retry(retries)), { defaultValue: null });
};

/** Thrown inside the pipeline to leave it for good. */
class Superseded extends Error {
  override readonly name = 'Superseded';
}

interface RunOptions {
  readonly feed: Feed;
  readonly awaited: Awaited;
  readonly signal: AbortSignal;
  readonly onBatch: (outcome: BatchOutcome) => void;
}

const runOnce = async (
  context: EngineContext,
  projection: Projection,
  options: RunOptions,
): Promise<void> => {
  const { signal } = options;
  await upgrade(context, projection, signal);
  if (signal.aborted) return;
  await context.database.withAdvisoryLock(`projection:${projection.name}`, {
    signal,
    work: async (held) => {
      const live = await prepare(context.database, projection);
      if (live.version !== projection.version) throw supersededBy(live.version);
      context.log.info('projection runs', { after: live.position });
      await follow(context, projection, { ...options, after: live.position, signal: held });
    },
  });
};

const supersededBy = (version: number): Superseded =>
  new Superseded(`version ${version} of the projection is live`);

const upgrade = async (
  context: EngineContext,
  projection: Projection,
  signal: AbortSignal,
): Promise<void> => {
  const live = await prepare(context.database, projection);
  if (live.version > projection.version) {
    context.log.error('a newer version is live; this program does not run it', {
      live: live.version,
      ours: projection.version,
    });
    throw supersededBy(live.version);
  }
  if (live.version === projection.version) return;
  context.log.info('building the new version beside the live one', {
    live: live.version,
    ours: projection.version,
  });
  const result = await rebuild(context, projection, { signal });
  if (result.kind === 'swapped') context.log.info('the new version is live', { ...result.report });
  else if (result.kind !== 'aborted') throw new Error(`upgrade: ${JSON.stringify(result)}`);
};

interface FollowOptions extends RunOptions {
  readonly after: Position | null;
}

const follow = async (
  context: EngineContext,
  projection: Projection,
  { feed, awaited, after, signal, onBatch }: FollowOptions,
): Promise<void> => {
  let position = after;
  const handle = async ({ events, upTo }: Lot): Promise<BatchOutcome> => {
    const startedMs = performance.now();
    const batch = { after: position, events, upTo };
    const outcome = await projectBatch(context.database, projection, batch);
    if (outcome.kind === 'superseded') throw supersededBy(outcome.byVersion);
    if (outcome.kind === 'behind')
      throw new Error(`the checkpoint went back to ${outcome.position}`);
    position = outcome.position;
    measure(context, projection, { outcome, seconds: (performance.now() - startedMs) / 1_000 });
    awaited.reached(projection.name, position);
    return outcome;
  };
  const { name, categories, lingerMs } = projection;
  const hurry: Hurry = {
    isFor: (upTo) => awaited.isAwaited(name, upTo),
    onBegin: (listener) => awaited.onWait(name, listener),
  };
  const linger = lingerMs === undefined ? {} : { lingerMs };
  const wanted = { after, categories, signal, hurry, ...linger };
  // A lost lock aborts the signal: it may already be somebody else's, and what waits is theirs.
  for await (const lot of feed.follow(wanted)) onBatch(await handle(lot));
};

interface Measured {
  readonly outcome: Extract<BatchOutcome, { kind: 'done' }>;
  readonly seconds: number;
}

const measure = (
  { metrics, log, clock }: EngineContext,
  projection: Projection,
  { outcome, seconds }: Measured,
): void => {
  const labels = { projection: projection.name };
  metrics.count('events_projected_total', labels, outcome.projected);
  metrics.observeSeconds('projection_batch_seconds', seconds, labels);
  if (outcome.recordedAt !== null) {
    const age = Math.max(0, secondsBetween(outcome.recordedAt, clock.now()));
    metrics.gauge('projection_lag_seconds', age, labels);
  }
  if (outcome.parked === 0) return;
  metrics.count('projection_parked_total', labels, outcome.parked);
  log.error('events were parked', { parked: outcome.parked, position: outcome.position });
};
