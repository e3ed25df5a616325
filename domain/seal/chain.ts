import { streamName } from '../shared/aggregate.js';
import type { Instant } from '../shared/instant.js';
import { encodeFields } from './encoding.js';
import { type Hash, hashOf, type SealData, type SealKeyId, sealVersion } from './events.js';
import { type CoveredEvent, leafOf } from './leaf.js';
import type { Sha256 } from './merkle.js';
import type { StretchFacts } from './stretch.js';

/** All seals of a log, in order. A seal's revision here is its number minus one. */
export const sealStream = streamName('seal', 'log');

/** How far a chain of seals goes. */
export interface ChainEnd {
  /** Of the last seal; 0 before the first one. */
  readonly number: number;
  /** Events under all of its seals. */
  readonly sealedTotal: number;
  /** Leaf of the event that holds the last seal, which the next one names. */
  readonly hash: Hash | null;
}

export const chainStart: ChainEnd = { number: 0, sealedTotal: 0, hash: null };

/** The leaf of a seal's own event: data, signature, metadata and all. */
export const sealHash = (sha256: Sha256, stored: CoveredEvent): Hash =>
  hashOf(leafOf(sha256, stored));

/** @param stored the event that holds `seal`. */
export const endAfter = (sha256: Sha256, stored: CoveredEvent, seal: SealData): ChainEnd => ({
  number: seal.number,
  sealedTotal: seal.sealedBefore + seal.count,
  hash: sealHash(sha256, stored),
});

/** A seal on its way to be signed. */
export type UnsignedSeal = Omit<SealData, 'signature'>;

export interface Signing {
  readonly keyId: SealKeyId;
  readonly at: Instant;
}

/** The seal that comes next in a chain, over these events. */
export const nextSeal = (
  end: ChainEnd,
  facts: StretchFacts,
  { keyId, at }: Signing,
): UnsignedSeal => ({
  version: sealVersion,
  number: end.number + 1,
  sealedBefore: end.sealedTotal,
  ...facts,
  previous: end.hash,
  keyId,
  at,
});

const sealPurpose = 'powerbank-ledger/seal/v1';

/** The bytes that are signed: every field of a seal, in this order. */
export const signedBytes = (seal: UnsignedSeal): Uint8Array => {
  const { number, sealedBefore, count, fromPosition, toPosition, last } = seal;
  const { contentRoot, positionRoot, fingerprints, previous, keyId, at } = seal;
  return encodeFields(sealPurpose, [
    ...[seal.version, number, sealedBefore, count].map(String),
    ...[fromPosition, toPosition, last.stream, last.revision],
    ...[contentRoot, positionRoot, fingerprints],
    // No hash is empty, so that the first seal is not taken for another one.
    ...[previous ?? '', keyId, at],
  ]);
};
