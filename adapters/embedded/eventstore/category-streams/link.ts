/**
 * Which category stream an event is linked into, and the link itself, byte for byte as the
 * original's projection `$by_category` writes it (but for the version of the projection).
 */
import { createHash } from 'node:crypto';
import {
  describedStream,
  isSoftDeleted,
  parseJsonObject,
  parseStreamMetadata,
} from '../log/stream-metadata.js';
import {
  CATEGORY_STREAM_PREFIX,
  LINK_TYPE,
  METADATA_TYPE,
  type ProposedEvent,
  type RecordedEvent,
  TOMBSTONE_TYPE,
} from '../log/types.js';
import { revisionText } from '../wire/numbers.js';
import { uuidFromBytes } from '../wire/uuid.js';

const SYSTEM_PREFIX = '$';
const SEPARATOR = '-';
/** Projection, epoch, version, version of the system: in the original's form, never changing. */
const PROJECTION_VERSION = '1:-1:1:4';
const CORRELATION_KEY = '"$correlationId"';
/** UUIDs of version 5 are derived from text; these bits say so. */
const UUID_BYTES = 16;
const VERSION_AT = 6;
const VARIANT_AT = 8;

/** A link, and where it belongs. */
export interface CategoryLink {
  readonly streamName: string;
  readonly event: ProposedEvent;
}

/** The stream whose category counts for an event, and whether the event ends that stream. */
interface Subject {
  readonly streamName: string;
  readonly ends: boolean;
}

/**
 * The link of an event; nothing if it has none. System streams are in no category, nor are names
 * without a dash or with nothing before it. A soft delete is linked for the stream that it ends.
 */
export function linkOf(event: RecordedEvent): CategoryLink | undefined {
  const subject = subjectOf(event);
  const category = subject && categoryOf(subject.streamName);
  if (subject === undefined || category === undefined) return undefined;
  const streamName = CATEGORY_STREAM_PREFIX + category;
  // A link is passed on, so that who follows the category comes to the event at once.
  const data =
    event.type === LINK_TYPE
      ? event.data
      : Buffer.from(`${revisionText(event.revision)}@${event.streamName}`, 'utf8');
  const link = {
    id: linkId(streamName, { target: data, causedBy: event.id, position: event.position }),
    type: LINK_TYPE,
    isJson: false,
    data,
    customMetadata: Buffer.from(JSON.stringify(metadataOf(event, subject)), 'utf8'),
  };
  return { streamName, event: link };
}

/** The position of the event that one of our links stands for; nothing for any other event. */
export function linkedPosition(event: RecordedEvent): number | undefined {
  const { streamName, data } = event;
  if (event.type !== LINK_TYPE || !streamName.startsWith(CATEGORY_STREAM_PREFIX)) return undefined;
  const metadata = parseJsonObject(textOf(event.customMetadata));
  const position = metadata?.$c;
  const causedBy = metadata?.$causedBy;
  if (typeof position !== 'number' || typeof causedBy !== 'string') return undefined;
  // Anybody may write links into such a stream; only ours have the id that follows from the rest.
  const isOurs = event.id === linkId(streamName, { target: data, causedBy, position });
  return isOurs ? position : undefined;
}

function subjectOf(event: RecordedEvent): Subject | undefined {
  const { streamName, type } = event;
  const described = describedStream(streamName);
  if (described === undefined) return { streamName, ends: type === TOMBSTONE_TYPE };
  const ends = type === METADATA_TYPE && isSoftDeleted(parseStreamMetadata(event.data));
  return ends ? { streamName: described, ends } : undefined;
}

function categoryOf(streamName: string): string | undefined {
  if (streamName.startsWith(SYSTEM_PREFIX)) return undefined;
  const end = streamName.indexOf(SEPARATOR);
  return end > 0 ? streamName.slice(0, end) : undefined;
}

function metadataOf(event: RecordedEvent, subject: Subject): Record<string, unknown> {
  const correlationId = correlationIdOf(event);
  return {
    $v: PROJECTION_VERSION,
    $c: event.position,
    $p: event.position,
    $o: subject.streamName,
    ...(subject.ends && { $deleted: -1 }),
    $causedBy: event.id,
    ...(correlationId !== undefined && { $correlationId: correlationId }),
  };
}

function correlationIdOf({ customMetadata }: RecordedEvent): string | undefined {
  const text = textOf(customMetadata);
  // Looked for first, because most events would be parsed for nothing.
  if (!text.includes(CORRELATION_KEY)) return undefined;
  const correlationId = parseJsonObject(text)?.$correlationId;
  return typeof correlationId === 'string' ? correlationId : undefined;
}

function linkId(
  streamName: string,
  link: { readonly target: Uint8Array; readonly causedBy: string; readonly position: number },
): string {
  const hash = createHash('sha1')
    .update(`${streamName}\n${link.position}\n${link.causedBy}\n`)
    .update(link.target)
    .digest()
    .subarray(0, UUID_BYTES);
  hash.writeUInt8((hash.readUInt8(VERSION_AT) & 0x0f) | 0x50, VERSION_AT);
  hash.writeUInt8((hash.readUInt8(VARIANT_AT) & 0x3f) | 0x80, VARIANT_AT);
  return uuidFromBytes(hash);
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}
