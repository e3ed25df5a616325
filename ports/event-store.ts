import type { Instant } from '../domain/shared/instant.js';
import type { EventMetadata } from './event-metadata.js';

/**
 * Place of an event in the one ordered log (`$all`): strictly growing, stable, not dense. The
 * commit position of EventStoreDB; prepare equals commit for everything that we write.
 */
export type Position = bigint;

/** Number of an event in its stream, dense, from 0. */
export type Revision = bigint;

/** An event as it is stored: nothing in it is decoded yet. */
export interface RecordedEvent {
  readonly id: string;
  readonly stream: string;
  readonly revision: Revision;
  readonly position: Position;
  readonly type: string;
  readonly data: unknown;
  readonly metadata: unknown;
  readonly recordedAt: Instant;
  /** Only where a reader was asked for them, see `RawLog`. */
  readonly bytes?: StoredBytes;
}

/** What lies in the store, before anybody has parsed it. */
export interface StoredBytes {
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
}

export interface ProposedEvent {
  /** UUID; a repeated append with the same ids is recognised by the store. */
  readonly id: string;
  readonly type: string;
  readonly data: unknown;
  readonly metadata: EventMetadata;
}

export type ExpectedRevision = Revision | 'no-stream' | 'any';

/**
 * How an append ends. `unknown` means that the answer was lost: the events may or may not be
 * there, so the caller looks them up by id and never sends them again blindly.
 */
export type AppendOutcome =
  | { readonly kind: 'done'; readonly revision: Revision; readonly position: Position }
  | { readonly kind: 'conflict'; readonly actual: Revision | 'no-stream' | 'unknown' }
  | { readonly kind: 'rejected'; readonly reason: string }
  | { readonly kind: 'unknown'; readonly reason: string };

/** What a subscription to the log delivers, in order. */
export type LogItem =
  | { readonly kind: 'event'; readonly event: RecordedEvent }
  /** Everything up to here was looked at; nothing in between passed the filter. */
  | { readonly kind: 'checkpoint'; readonly position: Position }
  /** All that existed has been delivered; what follows is live. */
  | { readonly kind: 'caught-up' };

/** Which part of the log: streams of these categories (all aggregates' when absent). */
export interface LogFilter {
  readonly categories?: readonly string[];
}

/** A stretch of the log as it is now. */
export interface LogPage {
  /** The events of aggregates in it, ascending. */
  readonly events: readonly RecordedEvent[];
  /** Everything up to here was looked at: where the next page begins. */
  readonly upTo: Position | null;
  /** Whether the log ends here. */
  readonly isLast: boolean;
}

/** A read failed for reasons of the world (store away, deadline); it can be tried again. */
export class EventStoreUnavailable extends Error {
  override readonly name = 'EventStoreUnavailable';
}

export interface EventStore {
  append(
    stream: string,
    expected: ExpectedRevision,
    events: readonly ProposedEvent[],
  ): Promise<AppendOutcome>;

  /** Events with `revision >= from` (0 when absent), ascending; nothing for an unknown stream. */
  readStream(stream: string, from?: Revision): AsyncIterable<RecordedEvent>;

  /** The newest event of a stream; `null` for an unknown stream. */
  readLast(stream: string): Promise<RecordedEvent | null>;

  /** Events after `after` (from the beginning when `null`), up to the end of now, ascending. */
  readLog(after: Position | null, filter?: LogFilter): AsyncIterable<RecordedEvent>;

  /** The next stretch of the log after `after`: `events` of whatever kind are looked at. */
  readLogPage(after: Position | null, events: number): Promise<LogPage>;

  /** Catch-up, then live, until `signal` aborts; reconnects by itself without gap or duplicate. */
  subscribeLog(options: {
    readonly after: Position | null | 'end';
    readonly filter?: LogFilter;
    readonly signal: AbortSignal;
  }): AsyncIterable<LogItem>;

  /** Position of the last event of the log, or `null` when it holds none of ours. */
  lastPosition(filter?: LogFilter): Promise<Position | null>;

  /** Keeps only the newest `events` of a stream (EventStoreDB's `$maxCount`). */
  limitStream(stream: string, events: number): Promise<void>;

  close(): Promise<void>;
}

/** The log with the bytes of its events, for those who doubt them. */
export interface RawLog extends Pick<EventStore, 'readLog' | 'close'> {}
