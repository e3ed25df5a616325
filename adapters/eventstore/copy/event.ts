/** Events as a server keeps them: bytes that nobody has parsed. */
import type { SharedPb, StreamsPb } from './messages.js';

/** A place in `$all`. */
export interface LogPosition {
  readonly commit: bigint;
  readonly prepare: bigint;
}

export interface RawEvent {
  /** `null` where a server does not say it: old ones do not when a stream is read. */
  readonly position: LogPosition | null;
  readonly stream: string;
  readonly revision: bigint;
  /** UUID, lower case with dashes. */
  readonly id: string;
  readonly type: string;
  readonly contentType: string;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
  /** When the server wrote it down, in milliseconds since 1970. */
  readonly createdMs: number;
}

/** What is appended; the stream and the revision follow from where. */
export type ProposedRaw = Pick<RawEvent, 'id' | 'type' | 'contentType' | 'data' | 'metadata'>;

/** Type of the event that ends a stream for ever. */
export const tombstoneType = '$streamDeleted';
export const jsonContentType = 'application/json';
export const binaryContentType = 'application/octet-stream';

/** Its revision, whatever the stream held before. */
const tombstoneRevision = 2n ** 63n - 1n;

/** Times on the wire are counted in steps of 100 nanoseconds. */
const ticksInMs = 10_000n;

/** What the wire holds where there is no position. */
const noPosition = '18446744073709551615';

export const isBefore = (one: LogPosition, other: LogPosition): boolean =>
  one.commit < other.commit || (one.commit === other.commit && one.prepare < other.prepare);

export const isTombstone = ({ type, revision }: RawEvent): boolean =>
  type === tombstoneType && revision === tombstoneRevision;

/** The event that a response brings; `null` for any other response. */
export const rawEventOf = (response: StreamsPb.ReadResp): RawEvent | null => {
  const recorded = response.getEvent()?.getEvent();
  if (recorded === undefined) return null;
  const properties = recorded.getMetadataMap();
  const commit = recorded.getCommitPosition();
  const prepare = recorded.getPreparePosition();
  return {
    position: commit === noPosition ? null : { commit: BigInt(commit), prepare: BigInt(prepare) },
    stream: textOf(recorded.getStreamIdentifier()?.getStreamName_asU8()),
    revision: BigInt(recorded.getStreamRevision()),
    id: uuidOf(recorded.getId()),
    type: properties.get('type') ?? '',
    contentType: properties.get('content-type') ?? binaryContentType,
    data: recorded.getData_asU8(),
    metadata: recorded.getCustomMetadata_asU8(),
    createdMs: Number(BigInt(properties.get('created') ?? 0) / ticksInMs),
  };
};

export const textOf = (bytes: Uint8Array | undefined): string =>
  Buffer.from(bytes ?? []).toString('utf8');

/** A UUID as text, in whichever of its two forms the server sends it. */
export const uuidOf = (message: SharedPb.UUID | undefined): string => {
  const halves = message?.getStructured();
  if (halves === undefined) return message?.getString().toLowerCase() ?? '';
  const bytes = Buffer.alloc(16);
  bytes.writeBigInt64BE(BigInt.asIntN(64, BigInt(halves.getMostSignificantBits())), 0);
  bytes.writeBigInt64BE(BigInt.asIntN(64, BigInt(halves.getLeastSignificantBits())), 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
};
