/** Writes the rest of a log, from where a cursor stands. */
import { type Appends, sizeOf } from './appends.js';
import type { Cursor } from './cursor.js';
import { isTombstone, type RawEvent } from './event.js';
import type { Server } from './server.js';
import { SpecialWrites } from './special-writes.js';
import { isMetadataStream } from './streams.js';

/** One append is refused above 1 MiB; a single event that is larger goes alone. */
const groupBytesMax = 512 * 1024;
const groupEventsMax = 500;

export interface WriteOptions {
  readonly source: Cursor;
  readonly target: Server;
  /** See `special-streams.ts`. */
  readonly special: ReadonlySet<string>;
  readonly signal: AbortSignal;
  /** Hears of events that were sent; `last` is the last of them. */
  readonly onSent: (count: number, last: RawEvent) => void;
}

/**
 * Resolves when all of it is written, or when what was begun is after the signal.
 *
 * @throws AppendRefused, ServerTrouble
 */
export const writeRest = async (options: WriteOptions, appends: Appends): Promise<void> => {
  const { source, target, special, signal, onSent } = options;
  const writes = new SpecialWrites(source.server, target, appends);
  for (let first = source.current; first !== null && !signal.aborted; first = source.current) {
    if (isTombstone(first) || isMetadataStream(first.stream)) {
      await (isTombstone(first) ? writes.tombstone(first) : writes.metadata(first));
      await source.advance();
      onSent(1, first);
      continue;
    }
    const { stream } = first;
    const group = await takeGroup(source, first);
    const events = special.has(stream) ? await writes.prepare(stream, group) : group;
    const after = (events[0] ?? first).revision - 1n;
    if (events.length > 0) await appends.add({ stream, after, events });
    onSent(group.length, group.at(-1) ?? first);
  }
  await appends.drain();
};

/** Events that follow each other in their stream and in the log as well become one append. */
const takeGroup = async (source: Cursor, first: RawEvent): Promise<readonly RawEvent[]> => {
  const { stream, revision } = first;
  const events = [first];
  let bytes = sizeOf(first);
  await source.advance();
  for (let next = source.current; next !== null; next = source.current) {
    bytes += sizeOf(next);
    const follows = next.stream === stream && next.revision === revision + BigInt(events.length);
    if (!follows || bytes > groupBytesMax || events.length === groupEventsMax) break;
    events.push(next);
    await source.advance();
  }
  return events;
};
