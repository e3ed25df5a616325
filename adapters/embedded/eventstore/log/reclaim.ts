/**
 * What of a log may go: the events at the beginning of a stream that its readers no longer see.
 * Only a beginning, so that the revisions a stream keeps stay without gaps; never a tombstone,
 * never the last event of the log, by which the next position is known, and never the last link of
 * a category stream, by which the node knows how far it has linked.
 */
import { SCAVENGE_STEP_BYTES_MAX, SCAVENGE_STEP_EVENTS_MAX } from '../limits.js';
import { recordBytes } from '../storage/record-codec.js';
import type { StorageReader, StorageWriter } from '../storage/storage.js';
import { TOMBSTONE_REVISION } from '../wire/numbers.js';
import { isVisible, type StreamState, streamState } from './stream-view.js';
import { CATEGORY_STREAM_PREFIX, type RecordedEvent } from './types.js';

/** What one step took out, and what it had no room for any more. */
export interface Reclaimed {
  readonly events: number;
  /** Size of the records; their rows in the indexes are not counted. */
  readonly bytes: number;
  readonly unfinished: readonly string[];
}

/** Whether the first event that a stream keeps may go. */
export function isReclaimable(reader: StorageReader, first: RecordedEvent, nowMs: number): boolean {
  const state = streamState(reader, first.streamName);
  return mayGo(state, first, nowMs) && first.position !== reader.lastPosition();
}

/**
 * Takes hidden events out of the streams named, as many as one step may. Decides inside the write
 * what is hidden: metadata may have changed since somebody looked.
 */
export function reclaim(
  writer: StorageWriter,
  streamNames: readonly string[],
  nowMs: number,
): Reclaimed {
  let events = 0;
  let bytes = 0;
  for (const [index, name] of streamNames.entries()) {
    const room = {
      events: SCAVENGE_STEP_EVENTS_MAX - events,
      bytes: SCAVENGE_STEP_BYTES_MAX - bytes,
    };
    if (room.events <= 0 || room.bytes <= 0) {
      return { events, bytes, unfinished: streamNames.slice(index) };
    }
    const taken = reclaimFrom(writer, { name, nowMs, room });
    events += taken.events;
    bytes += taken.bytes;
    if (!taken.finished) return { events, bytes, unfinished: streamNames.slice(index) };
  }
  return { events, bytes, unfinished: [] };
}

interface StreamStep {
  readonly name: string;
  readonly nowMs: number;
  readonly room: { readonly events: number; readonly bytes: number };
}

function reclaimFrom(
  writer: StorageWriter,
  { name, nowMs, room }: StreamStep,
): { readonly events: number; readonly bytes: number; readonly finished: boolean } {
  const state = streamState(writer, name);
  const { entry } = state;
  if (entry === undefined) return { events: 0, bytes: 0, finished: true };
  const last = writer.lastPosition();
  const page = writer.streamPage(entry.number, {
    from: entry.firstRevision,
    backwards: false,
    eventsMax: room.events,
    bytesMax: room.bytes,
  });
  const end = page.findIndex((one) => one.position === last || !mayGo(state, one, nowMs));
  const hidden = end < 0 ? page : page.slice(0, end);
  const lastHidden = hidden.at(-1);
  if (lastHidden !== undefined) {
    writer.discard(hidden, { ...entry, firstRevision: lastHidden.revision + 1 });
  }
  return {
    events: hidden.length,
    bytes: hidden.reduce((sum, one) => sum + recordBytes(one), 0),
    finished: end >= 0 || page.length === 0,
  };
}

function mayGo(state: StreamState, event: RecordedEvent, nowMs: number): boolean {
  if (event.revision === TOMBSTONE_REVISION) return false;
  if (state.tombstoned) return true;
  const isMark =
    event.revision === state.lastRevision && event.streamName.startsWith(CATEGORY_STREAM_PREFIX);
  return !isMark && !isVisible(state, event, nowMs);
}
