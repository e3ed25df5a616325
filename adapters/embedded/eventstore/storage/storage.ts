/**
 * What the log needs from a place to keep events. Two implementations share all logic above it:
 * `memory.ts` and `lmdb.ts`.
 *
 * Reads are synchronous and see the last committed write. There is one writer, the log, which
 * never starts a write before the one before it has ended. Positions may have gaps, where events
 * were discarded; the revisions that a stream keeps have none.
 */
import type { RecordedEvent } from '../log/types.js';

/** What is known of a stream. */
export interface StreamEntry {
  /** Short number that stands for the name in the indexes. */
  readonly number: number;
  /** The first revision that is still kept; one more than the last if there is none. */
  readonly firstRevision: number;
  /** The last revision; -1 before the first event. A tombstone does not change it. */
  readonly lastRevision: number;
  /** The position of the last event; 0 before the first one. */
  readonly lastPosition: number;
  /** The position of the tombstone; 0 if there is none. */
  readonly tombstonePosition: number;
}

/** A stretch of events. It ends at whichever bound comes first, but holds at least one event. */
export interface PageRequest {
  /** Revision or position to start at, included. */
  readonly from: number;
  readonly backwards: boolean;
  readonly eventsMax: number;
  readonly bytesMax: number;
}

/** The first event that a stream keeps. */
export interface FirstEvent {
  readonly streamNumber: number;
  readonly event: RecordedEvent;
}

export interface StorageReader {
  /** The position of the last event in the log; 0 if there is none. */
  lastPosition(): number;
  /** How many streams there are; their numbers are the ones below it. */
  streamCount(): number;
  stream(name: string): StreamEntry | undefined;
  /** The first event kept of the stream with this number or, if it keeps none, of the next. */
  firstEventFrom(streamNumber: number): FirstEvent | undefined;
  /** The revision that the event with this id has in the stream. */
  revisionOfId(streamNumber: number, id: string): number | undefined;
  /** The event at a revision of a stream. */
  eventAt(streamNumber: number, revision: number): RecordedEvent | undefined;
  /** Events of a stream by revision, a tombstone included (as the largest revision). */
  streamPage(streamNumber: number, page: PageRequest): RecordedEvent[];
  /** Events of the whole log by position. */
  allPage(page: PageRequest): RecordedEvent[];
}

export interface StorageWriter extends StorageReader {
  /** Registers a stream that has no entry yet. */
  createStream(name: string): StreamEntry;
  /** Adds events of one stream and replaces its entry. */
  append(events: readonly RecordedEvent[], entry: StreamEntry): void;
  /**
   * Forgets the first events kept of one stream and replaces its entry. Never the last event of
   * the log: the next position is known by it.
   */
  discard(events: readonly RecordedEvent[], entry: StreamEntry): void;
}

export interface Storage extends StorageReader {
  /**
   * Runs `work` as one atomic write. Resolves when all of it is as durable as this storage
   * promises; if it rejects, nothing of it was kept.
   */
  write(work: (writer: StorageWriter) => void): Promise<void>;
  close(): Promise<void>;
}
