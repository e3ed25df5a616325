import { setTimeout as delay } from 'node:timers/promises';
import * as E from 'fp-ts/lib/Either.js';
import type { EventStore, LogItem, Position } from '../../ports/event-store.js';
import { linkedAbort } from '../../ports/linked-abort.js';
import type { Log } from '../../ports/log.js';
import { decodeLogged, type LoggedEvent } from '../../ports/logged-event.js';
import type { Metrics } from '../../ports/metrics.js';
import type { ParkedEvent, ProcessStore } from '../../ports/process-store.js';
import type { TimerChange } from '../../ports/timers.js';
import { inBatches } from './batches.js';
import { type Committed, createProgress, earliestOf, type Progress } from './progress.js';
import { type ProcessManager, TryAgain } from './reactions.js';

/** Events of one round: keys side by side, then one commit. */
const batchEventsMax = 200;
/** Tries of one event when the world is away; then the whole batch starts over. */
const retryDelaysMs = [50, 200, 1_000, 3_000, 5_000] as const;

export interface EngineDependencies {
  readonly store: EventStore;
  readonly processStore: ProcessStore;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Told after every commit, with the time of the earliest timer that it has set. */
  readonly committed: Committed;
}

/** What follows from some events, and which of their streams had been parked before. */
interface RoundResult {
  readonly timers: readonly TimerChange[];
  readonly parked: readonly ParkedEvent[];
  readonly waitsBehind: ReadonlySet<string>;
}

/**
 * Runs a process manager over the log until `signal` aborts.
 *
 * One round takes what has arrived, groups it by key, lets every key's reactions run in order and
 * the keys side by side. Its timers and its checkpoint are committed together, while the next round
 * goes on. After a crash the round is repeated; derived command ids make the repetition harmless.
 */
export const runProcess = async (
  manager: ProcessManager,
  dependencies: EngineDependencies,
  signal: AbortSignal,
): Promise<void> => {
  const { store, processStore } = dependencies;
  const { name, categories } = manager;
  const after = await processStore.checkpoint(name);
  const park = { streams: await processStore.parkedStreams(name) };
  const over = linkedAbort(signal);
  const until = over.signal;
  const items = store.subscribeLog({ after, filter: { categories }, signal: until });
  const progress = createProgress(name, dependencies);
  // The next batch is asked for when the last one is done, and holds what has come meanwhile.
  const runRounds = async (): Promise<void> => {
    for await (const batch of inBatches(items, batchEventsMax)) {
      await runRound(manager, dependencies, { batch, park, progress, signal: until });
    }
  };
  try {
    await Promise.race([runRounds(), progress.failed]);
    await progress.written();
  } finally {
    over.abort();
    await progress.close();
  }
};

interface Round {
  readonly batch: readonly LogItem[];
  /** Streams that are parked as far as we know; somebody may retry them meanwhile. */
  readonly park: { streams: ReadonlySet<string> };
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

const runRound = async (
  manager: ProcessManager,
  dependencies: EngineDependencies,
  round: Round,
): Promise<void> => {
  const { metrics } = dependencies;
  const position = lastPositionOf(round.batch);
  if (position === null) return;
  const result = await react(manager, dependencies, round);
  if (round.signal.aborted) return;
  if (result.parked.length > 0 || result.waitsBehind.size > 0) {
    const isParked = await park(manager, dependencies, { round, position, result });
    if (!isParked) return runRound(manager, dependencies, round);
  } else {
    await round.progress.took({ position, timers: result.timers });
  }
  metrics.count('process_events_total', { process: manager.name }, round.batch.length);
};

/** Commits at once, in turn with those who retry; false when one of them was faster. */
const park = async (
  { name }: ProcessManager,
  { processStore, metrics, committed }: EngineDependencies,
  { round, position, result }: { round: Round; position: Position; result: RoundResult },
): Promise<boolean> => {
  await round.progress.written();
  const outcome = await processStore.commit(name, { position, ...result });
  if (outcome === 'park-changed') {
    round.park.streams = await processStore.parkedStreams(name);
    return false;
  }
  const news = result.parked.map(({ stream }) => stream);
  round.park.streams = new Set([...round.park.streams, ...news]);
  if (news.length > 0) metrics.count('process_parked_total', { process: name }, news.length);
  committed(position, earliestOf(result.timers));
  return true;
};

/** Lets every key's reactions run in order, and the keys side by side. */
const react = async (
  manager: ProcessManager,
  dependencies: EngineDependencies,
  { batch, park, signal }: Round,
): Promise<RoundResult> => {
  const byKey = new Map<string, LoggedEvent[]>();
  const unreadable: ParkedEvent[] = [];
  for (const item of batch) {
    if (item.kind !== 'event') continue;
    const decoded = decodeLogged(item.event);
    if (E.isLeft(decoded)) {
      const { stream, position } = item.event;
      unreadable.push({ stream, position, error: decoded.left.kind });
      continue;
    }
    const key = manager.keyOf(decoded.right);
    byKey.set(key, [...(byKey.get(key) ?? []), decoded.right]);
  }
  const parkedStreams = park.streams;
  const results = await Promise.all(
    [...byKey.values()].map((events) =>
      runKey(manager, dependencies, { events, parkedStreams, unreadable, signal }),
    ),
  );
  return {
    timers: results.flatMap(({ timers }) => timers),
    parked: [...unreadable, ...results.flatMap(({ parked }) => parked)],
    waitsBehind: new Set(results.flatMap(({ waitsBehind }) => [...waitsBehind])),
  };
};

const lastPositionOf = (batch: readonly LogItem[]): Position | null => {
  for (const item of [...batch].reverse()) {
    if (item.kind === 'event') return item.event.position;
    if (item.kind === 'checkpoint') return item.position;
  }
  return null;
};

const runKey = async (
  manager: ProcessManager,
  dependencies: EngineDependencies,
  work: {
    readonly events: readonly LoggedEvent[];
    readonly parkedStreams: ReadonlySet<string>;
    /** Of the same batch, whatever their key. */
    readonly unreadable: readonly ParkedEvent[];
    readonly signal: AbortSignal;
  },
): Promise<RoundResult> => {
  const timers: TimerChange[] = [];
  const parked: ParkedEvent[] = [];
  const newlyParked = new Set<string>();
  const waitsBehind = new Set<string>();
  for (const logged of work.events) {
    if (work.signal.aborted) break;
    const { stream, position } = logged;
    if (work.parkedStreams.has(stream)) waitsBehind.add(stream);
    const isUnread = work.unreadable.some((each) => isBefore(each, { stream, position }));
    if (isUnread || waitsBehind.has(stream) || newlyParked.has(stream)) {
      parked.push({ stream, position, error: 'waits behind a parked event of its stream' });
      continue;
    }
    try {
      timers.push(...(await withRetries(() => manager.react(logged), dependencies, work.signal)));
    } catch (error) {
      if (work.signal.aborted || error instanceof TryAgain) throw error;
      const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
      dependencies.log.error('process parked a stream', {
        process: manager.name,
        stream,
        position: String(position),
        type: logged.event.type,
        error: message,
      });
      newlyParked.add(stream);
      parked.push({ stream, position, error: message });
    }
  }
  return { timers, parked, waitsBehind };
};

const isBefore = (parked: ParkedEvent, event: Pick<ParkedEvent, 'stream' | 'position'>): boolean =>
  parked.stream === event.stream && parked.position < event.position;

/** Repeats `attempt` while the world is away; any other failure is the caller's. */
export const withRetries = async <Result>(
  attempt: () => Promise<Result>,
  { log }: Pick<EngineDependencies, 'log'>,
  signal: AbortSignal,
): Promise<Result> => {
  for (const delayMs of retryDelaysMs) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof TryAgain) || signal.aborted) throw error;
      log.warn('a step of a process will be tried again', { delayMs, reason: error.message });
      await delay(delayMs);
    }
  }
  return attempt();
};
