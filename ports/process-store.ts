import type { Instant } from '../domain/shared/instant.js';
import type { Position } from './event-store.js';
import type { Timer, TimerChange } from './timers.js';

/** An event that a process could not handle, kept until someone has mended the reason. */
export interface ParkedEvent {
  readonly stream: string;
  readonly position: Position;
  readonly error: string;
}

/** What follows from a batch of events. */
export interface ProcessBatch {
  readonly position: Position;
  readonly timers: readonly TimerChange[];
  readonly parked: readonly ParkedEvent[];
  /** Streams that were parked before the batch, and that events of it wait behind. */
  readonly waitsBehind: ReadonlySet<string>;
}

/**
 * What a process keeps outside the log: how far it has read, and its timers. Both follow from the
 * log, so losing them costs time, not truth.
 */
export interface ProcessStore {
  checkpoint(process: string): Promise<Position | null>;
  /**
   * In ONE transaction: the timers that follow from a batch, what it parked, its checkpoint.
   *
   * `park-changed`, with nothing written: a stream that the batch took for parked is not parked
   * any more, because somebody retried it meanwhile. Its events are to be handled after all.
   */
  commit(process: string, batch: ProcessBatch): Promise<'committed' | 'park-changed'>;
  /** Timers due at `now`, the longest due first. */
  dueTimers(process: string, now: Instant, limit: number): Promise<readonly Timer[]>;
  /** When the next timer is due; `null` when none waits. */
  nextDue(process: string): Promise<Instant | null>;
  /** Removes a fired timer and applies what follows, unless the timer was moved meanwhile. */
  completeTimer(process: string, fired: Timer, follow: readonly TimerChange[]): Promise<void>;
  /** Streams whose events wait in the park, so that later ones wait behind them. */
  parkedStreams(process: string): Promise<ReadonlySet<string>>;
  /** Everything that is parked, in the order of the log. */
  parkedEvents(process: string): Promise<readonly ParkedEvent[]>;
  /** In ONE transaction: the timers that follow from a parked event, and its leaving the park. */
  unpark(
    process: string,
    handled: { readonly position: Position; readonly timers: readonly TimerChange[] },
  ): Promise<void>;
}
