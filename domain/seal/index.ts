/** Seals of the log: what they cover, how they follow each other, and what a proof is made of. */

export {
  type ChainEnd,
  chainStart,
  endAfter,
  nextSeal,
  sealHash,
  sealStream,
  signedBytes,
} from './chain.js';
export { fromHex, toHex } from './encoding.js';
export {
  Hash,
  hashOf,
  SealData,
  SealKeyId,
  sealEvents,
  sealEventsMax,
  signatureOf,
} from './events.js';
export {
  fingerprintLength,
  fingerprintOf,
  jsonBytes,
  type LeafFields,
  leafFieldsOf,
  leafOf,
  leafOfFields,
  positionLeaf,
} from './leaf.js';
export { GrowingTree, inclusionPath, rootByPath, type Sha256 } from './merkle.js';
export { Stretch } from './stretch.js';
