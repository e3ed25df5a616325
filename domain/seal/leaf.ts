import { encodeFields, toHex } from './encoding.js';
import { leafHash, type Sha256 } from './merkle.js';

/** An event as the log hands it out: what a seal covers of it, but for its position. */
export interface CoveredEvent {
  readonly stream: string;
  readonly revision: bigint;
  readonly id: string;
  readonly type: string;
  readonly data: unknown;
  /** `undefined` where none was stored. */
  readonly metadata: unknown;
}

/**
 * The bytes of data or metadata. The client hands out what it has read from JSON, so this is that
 * value written again, which gives the very bytes that this program once stored (ADR 17).
 */
export const jsonBytes = (value: unknown): string =>
  value === undefined ? '' : JSON.stringify(value);

/** What a proof shows of an event, and what its leaf is made of; all of it is text. */
export interface LeafFields {
  readonly stream: string;
  readonly revision: string;
  readonly id: string;
  readonly type: string;
  /** JSON text, exactly as it was hashed. */
  readonly data: string;
  readonly metadata: string;
}

export const leafFieldsOf = (event: CoveredEvent): LeafFields => ({
  stream: event.stream,
  revision: String(event.revision),
  id: event.id,
  type: event.type,
  data: jsonBytes(event.data),
  metadata: jsonBytes(event.metadata),
});

const eventPurpose = 'powerbank-ledger/event/v1';
const positionPurpose = 'powerbank-ledger/position/v1';

/** @returns 32 bytes. */
export const leafOfFields = (sha256: Sha256, fields: LeafFields): Uint8Array => {
  const { stream, revision, id, type, data, metadata } = fields;
  return leafHash(sha256, encodeFields(eventPurpose, [stream, revision, id, type, data, metadata]));
};

export const leafOf = (sha256: Sha256, event: CoveredEvent): Uint8Array =>
  leafOfFields(sha256, leafFieldsOf(event));

/** Leaf of the second tree, which covers where the store has put the events. */
export const positionLeaf = (sha256: Sha256, position: bigint): Uint8Array =>
  leafHash(sha256, encodeFields(positionPurpose, [String(position)]));

/** Bytes of a leaf that a seal keeps of each event. They tell where damage is, not whether. */
const fingerprintBytes = 6;
export const fingerprintLength = 2 * fingerprintBytes;

export const fingerprintOf = (leaf: Uint8Array): string =>
  toHex(leaf.subarray(0, fingerprintBytes));
