/** What a reader may see of a stream: its state and the range its metadata leaves visible. */
import type { StorageReader, StreamEntry } from '../storage/storage.js';
import {
  describedStream,
  isSoftDeleted,
  metadataStreamOf,
  NO_METADATA,
  parseStreamMetadata,
  type StreamMetadata,
} from './stream-metadata.js';
import type { RecordedEvent } from './types.js';

/** A metadata stream keeps only its last event. */
const METADATA_OF_METADATA: StreamMetadata = { maxCount: 1 };

/** A stream as readers and writers find it. */
export interface StreamState {
  /** Absent if nothing was ever written under this name. */
  readonly entry: StreamEntry | undefined;
  /** The last revision; -1 if the stream was never written. */
  readonly lastRevision: number;
  readonly metadata: StreamMetadata;
  /** Whether there is a metadata event, readable or not. */
  readonly hasMetadata: boolean;
  readonly softDeleted: boolean;
  /** Ended for ever; a metadata stream ends together with the stream it describes. */
  readonly tombstoned: boolean;
}

/** Looks a stream up. */
export function streamState(reader: StorageReader, name: string): StreamState {
  const entry = reader.stream(name);
  const described = describedStream(name);
  const metadataEvent = described === undefined ? lastMetadata(reader, name) : undefined;
  const metadata =
    described !== undefined
      ? METADATA_OF_METADATA
      : metadataEvent === undefined
        ? NO_METADATA
        : parseStreamMetadata(metadataEvent.data);
  return {
    entry,
    lastRevision: entry?.lastRevision ?? -1,
    metadata,
    hasMetadata: metadataEvent !== undefined,
    softDeleted: isSoftDeleted(metadata),
    tombstoned:
      isTombstoned(entry) || (described !== undefined && isTombstoned(reader.stream(described))),
  };
}

/** The last event of a stream's metadata stream. */
export function lastMetadata(reader: StorageReader, name: string): RecordedEvent | undefined {
  const entry = reader.stream(metadataStreamOf(name));
  if (entry === undefined || entry.lastRevision < 0) return undefined;
  return reader.eventAt(entry.number, entry.lastRevision);
}

/** The first revision that `$tb` and `$maxCount` leave visible; `$maxAge` is not in it. */
export function firstVisibleRevision(state: StreamState): number {
  const { maxCount, truncateBefore } = state.metadata;
  const byCount = maxCount === undefined ? 0 : state.lastRevision - maxCount + 1;
  return Math.max(0, byCount, truncateBefore ?? 0);
}

/** Whether an event of the stream is visible at a time (milliseconds since the epoch). */
export function isVisible(state: StreamState, event: RecordedEvent, nowMs: number): boolean {
  if (event.revision < firstVisibleRevision(state)) return false;
  const { maxAgeMs } = state.metadata;
  return maxAgeMs === undefined || event.createdMs >= nowMs - maxAgeMs;
}

function isTombstoned(entry: StreamEntry | undefined): boolean {
  return entry !== undefined && entry.tombstonePosition > 0;
}

interface AgeQuestion {
  readonly state: StreamState;
  readonly entry: StreamEntry;
  /** The first revision that the other limits leave visible. */
  readonly first: number;
  readonly nowMs: number;
}

/**
 * The first revision from `first` on that `$maxAge` leaves visible, found by halving: times of a
 * stream's events grow. Where the clock was set back, readers still check each event.
 */
export function firstVisibleByAge(reader: StorageReader, question: AgeQuestion): number {
  const { state, entry, first, nowMs } = question;
  const { maxAgeMs } = state.metadata;
  if (maxAgeMs === undefined) return first;
  let low = first;
  let high = state.lastRevision + 1;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const created = reader.eventAt(entry.number, middle)?.createdMs ?? 0;
    if (created < nowMs - maxAgeMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
