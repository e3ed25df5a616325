/**
 * The answer that carries an event, written as bytes at once: reads and subscriptions send one for
 * each event, and a message object for each of its levels was a quarter of what an event cost. The
 * numbers are those of the fields in `streams.proto` and `shared.proto`.
 */
import type { ResolvedEvent } from '../log/links.js';
import type { RecordedEvent } from '../log/types.js';
import { BackwardsWriter } from './backwards-writer.js';
import { TOMBSTONE_REVISION, ticksText } from './numbers.js';
import { BINARY_CONTENT_TYPE, JSON_CONTENT_TYPE } from './read-response.js';
import { type UuidForm, writeUuid } from './uuid.js';

/** Tags, lengths, numbers, the id and what is always the same of one event: 250 at most. */
const FIXED_BYTES_MAX = 320;

/** `ReadResp.ReadEvent.RecordedEvent` */
const RECORDED = {
  id: 1,
  streamIdentifier: 2,
  revision: 3,
  preparePosition: 4,
  commitPosition: 5,
  properties: 6,
  customMetadata: 7,
  data: 8,
} as const;
const STREAM_NAME = 3;
const UUID_TEXT = 2;
const READ_EVENT = { event: 1, link: 2, commitPosition: 3 } as const;
const RESPONSE_EVENT = 1;

/** A field with the revision of a tombstone, 2^63 - 1, which no number holds. */
const TOMBSTONE_FIELD = Buffer.from('18ffffffffffffffff7f', 'hex');

/** An entry of the map of properties; a key is field 1 of it, and a value field 2. */
const property = (key: string, value: string): Buffer => {
  const writer = new BackwardsWriter(key.length + 3 * value.length + FIXED_BYTES_MAX);
  writeProperty(writer, key, value);
  return writer.finish();
};

function writeProperty(writer: BackwardsWriter, key: string, value: string): void {
  writer.message(RECORDED.properties, () => {
    writer.text(2, value);
    writer.text(1, key);
  });
}

const JSON_PROPERTY = property('content-type', JSON_CONTENT_TYPE);
const BINARY_PROPERTY = property('content-type', BINARY_CONTENT_TYPE);

export function eventResponse(resolved: ResolvedEvent, uuidForm: UuidForm): Buffer {
  const { event, link } = resolved;
  const writer = new BackwardsWriter(bytesMaxOf(event) + bytesMaxOf(link));
  writer.message(RESPONSE_EVENT, () => {
    // The position is that of the event which was found by reading: the link's if there is one.
    writer.number(READ_EVENT.commitPosition, (link ?? event)?.position ?? 0);
    if (link !== undefined) {
      writer.message(READ_EVENT.link, () => writeRecorded(writer, link, uuidForm));
    }
    if (event !== undefined) {
      writer.message(READ_EVENT.event, () => writeRecorded(writer, event, uuidForm));
    }
  });
  return writer.finish();
}

function bytesMaxOf(event: RecordedEvent | undefined): number {
  if (event === undefined) return FIXED_BYTES_MAX;
  // A character takes three bytes at most, a pair of surrogates four.
  const texts = 3 * (event.streamName.length + event.type.length);
  return FIXED_BYTES_MAX + texts + event.data.length + event.customMetadata.length;
}

function writeRecorded(writer: BackwardsWriter, event: RecordedEvent, uuidForm: UuidForm): void {
  writer.bytes(RECORDED.data, event.data);
  writer.bytes(RECORDED.customMetadata, event.customMetadata);
  writeProperty(writer, 'created', ticksText(event.createdMs));
  writer.raw(event.isJson ? JSON_PROPERTY : BINARY_PROPERTY);
  writeProperty(writer, 'type', event.type);
  writer.number(RECORDED.commitPosition, event.position);
  writer.number(RECORDED.preparePosition, event.position);
  if (event.revision === TOMBSTONE_REVISION) writer.raw(TOMBSTONE_FIELD);
  else writer.number(RECORDED.revision, event.revision);
  writer.message(RECORDED.streamIdentifier, () => writer.text(STREAM_NAME, event.streamName));
  if (uuidForm === 'structured') {
    writer.bytes(RECORDED.id, writeUuid(event.id, uuidForm).serializeBinary());
  } else {
    writer.message(RECORDED.id, () => writer.text(UUID_TEXT, event.id));
  }
}
