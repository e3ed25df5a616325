/** Proof that an event is in the log, for somebody who has a public key and nothing else. */

import * as t from 'io-ts';
import {
  fromHex,
  Hash,
  type LeafFields,
  leafOfFields,
  rootByPath,
  SealData,
  type Sha256,
  sealEventsMax,
  signedBytes,
  toHex,
} from '../../domain/seal/index.js';
import { ListType, NonNegativeInteger } from '../../domain/shared/codecs.js';
import type { SealVerifier } from '../../ports/seal-keys.js';

/** Hashes on the way up from a leaf of the largest tree. */
const pathLengthMax = Math.ceil(Math.log2(sealEventsMax));

export const InclusionProof = t.strict(
  {
    kind: t.literal('powerbank-ledger/inclusion-proof'),
    version: t.literal(1),
    /** What the leaf is made of. Data and metadata are JSON texts, exactly as they were hashed. */
    event: t.strict({
      stream: t.string,
      revision: t.string,
      id: t.string,
      type: t.string,
      data: t.string,
      metadata: t.string,
    }),
    /** Place among the events of the seal, from 0. */
    index: NonNegativeInteger,
    /** Hashes beside the way from the leaf up to the root, the lowest first. */
    path: new ListType('Path', Hash, pathLengthMax),
    seal: SealData,
  },
  'InclusionProof',
);
export type InclusionProof = t.TypeOf<typeof InclusionProof>;

/** What speaks for an event besides itself. */
export type Evidence = Pick<InclusionProof, 'index' | 'path' | 'seal'>;

export const inclusionProof = (event: LeafFields, evidence: Evidence): InclusionProof => ({
  kind: 'powerbank-ledger/inclusion-proof',
  version: 1,
  event,
  ...evidence,
});

export type ProofOutcome =
  /** `number`: among all sealed events of the log, from 1. */
  | { readonly kind: 'proven'; readonly number: number }
  /** The event, its place or the path are not those that were sealed. */
  | { readonly kind: 'not-under-the-seal' }
  | { readonly kind: 'wrong-signature' }
  | { readonly kind: 'unknown-key' };

/** Holds a proof against public keys; what it says of itself counts for nothing. */
export const checkProof = (
  proof: InclusionProof,
  { sha256, keys }: { readonly sha256: Sha256; readonly keys: SealVerifier },
): ProofOutcome => {
  const { event, index, path, seal } = proof;
  const root = rootByPath(sha256, {
    leaf: leafOfFields(sha256, event),
    index,
    leaves: seal.count,
    path: path.map(fromHex),
  });
  if (root === null || toHex(root) !== seal.contentRoot) return { kind: 'not-under-the-seal' };
  switch (keys.verify(seal.keyId, signedBytes(seal), fromHex(seal.signature))) {
    case 'valid':
      return { kind: 'proven', number: seal.sealedBefore + index + 1 };
    case 'invalid':
      return { kind: 'wrong-signature' };
    case 'unknown-key':
      return { kind: 'unknown-key' };
  }
};
