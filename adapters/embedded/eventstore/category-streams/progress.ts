/**
 * How far the links have come, without a state of its own: each link says which event it stands
 * for, so the last one in the log is the progress, and both were made durable by one commit.
 *
 * Where long stretches of the log have no link, a checkpoint says that they were looked at. One
 * is written at the very beginning as well: where there is none, nothing was ever linked.
 */
import { PAGE_BYTES_MAX, PAGE_EVENTS_MAX } from '../limits.js';
import type { EventLog } from '../log/event-log.js';
import { metadataStreamOf, parseJsonObject } from '../log/stream-metadata.js';
import {
  METADATA_TYPE,
  type ProposedEvent,
  type RecordedEvent,
  type WriteOperation,
} from '../log/types.js';
import { nextTurn } from '../next-turn.js';
import { linkedPosition } from './link.js';

const CHECKPOINT_STREAM = '$projections-$by_category-checkpoint';
const CHECKPOINT_TYPE = '$ProjectionCheckpoint';
const KEEP_LAST_ONLY = Buffer.from('{"$maxCount":1}', 'utf8');
const NOTHING = new Uint8Array(0);

/** The position of the last event that was dealt with; nothing if none ever was, or if aborted. */
export async function findProgress(
  log: EventLog,
  signal: AbortSignal,
): Promise<number | undefined> {
  if (log.reader.stream(CHECKPOINT_STREAM) === undefined) return undefined;
  for (let from = log.head; from > 0 && !signal.aborted; ) {
    const page = { from, backwards: true, eventsMax: PAGE_EVENTS_MAX, bytesMax: PAGE_BYTES_MAX };
    const events = log.reader.allPage(page);
    for (const event of events) {
      const position = linkedPosition(event) ?? checkpointOf(event);
      if (position !== undefined) return position;
    }
    from = (events.at(-1)?.position ?? 0) - 1;
    await nextTurn();
  }
  return undefined;
}

/** Writes that say that everything up to a position was dealt with. */
export function checkpointWrites(
  log: EventLog,
  position: number,
  newId: () => string,
): WriteOperation[] {
  const checkpoint = append(CHECKPOINT_STREAM, {
    id: newId(),
    type: CHECKPOINT_TYPE,
    isJson: false,
    data: NOTHING,
    customMetadata: Buffer.from(JSON.stringify({ $c: position, $p: position }), 'utf8'),
  });
  if (log.reader.stream(CHECKPOINT_STREAM) !== undefined) return [checkpoint];
  const metadata = append(metadataStreamOf(CHECKPOINT_STREAM), {
    id: newId(),
    type: METADATA_TYPE,
    isJson: true,
    data: KEEP_LAST_ONLY,
    customMetadata: NOTHING,
  });
  return [metadata, checkpoint];
}

function checkpointOf(event: RecordedEvent): number | undefined {
  if (event.streamName !== CHECKPOINT_STREAM || event.type !== CHECKPOINT_TYPE) return undefined;
  const position = parseJsonObject(Buffer.from(event.customMetadata).toString('utf8'))?.$c;
  return typeof position === 'number' ? position : undefined;
}

function append(streamName: string, event: ProposedEvent): WriteOperation {
  return { kind: 'append', streamName, expected: { kind: 'any' }, events: [event] };
}
