/**
 * What the copy itself writes into the target, where the source has lost events: a stream whose
 * first events were scavenged begins with placeholders, so that the others get their revisions,
 * and its metadata hides them.
 *
 * Their ids follow from their place and content, so they are recognised whoever meets them.
 */
import { createHash } from 'node:crypto';
import { binaryContentType, jsonContentType, type ProposedRaw, type RawEvent } from './event.js';
import { metadataType } from './metadata.js';

/** It begins with `$`, so subscribers without system events do not see it in `$all` either. */
const placeholderType = '$placeholder';
const nothing = new Uint8Array(0);

type Content = Pick<RawEvent, 'stream' | 'revision' | 'type' | 'data'>;

/** UUID of version 8: made by a rule of one's own, from a hash. */
const ownId = ({ stream, revision, type, data }: Content): string => {
  const hash = createHash('sha256').update(`copy\n${stream}\n${revision}\n${type}\n`).update(data);
  const bytes = hash.digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
};

const own = (content: Content, contentType: string): ProposedRaw => ({
  id: ownId(content),
  type: content.type,
  contentType,
  data: content.data,
  metadata: nothing,
});

/** Stands where the source has no event any more. */
export const placeholder = (stream: string, revision: bigint): ProposedRaw =>
  own({ stream, revision, type: placeholderType, data: nothing }, binaryContentType);

/** Metadata that the source does not have: a placeholder that changes nothing, or a `$tb`. */
export const ownMetadata = (stream: string, revision: bigint, data: Uint8Array): ProposedRaw =>
  own({ stream, revision, type: metadataType, data }, jsonContentType);

/** Whether a copy has written the event, and not whoever wrote the source. */
export const isOwn = (event: RawEvent): boolean =>
  (event.type === placeholderType || event.type === metadataType) && event.id === ownId(event);
