import * as t from 'io-ts';
import { type Brand, branded, brandOrThrow } from '../shared/brand.js';
import { integer, NonNegativeInteger, nullable, PositiveInteger, text } from '../shared/codecs.js';
import { type EventOf, event } from '../shared/events.js';
import { Instant } from '../shared/instant.js';
import { toHex } from './encoding.js';
import { fingerprintLength } from './leaf.js';

/** Algorithms and encodings of a seal; another set of them gets another number. */
export const sealVersion = 1;

/** Most events under one seal. */
export const sealEventsMax = 4_096;

/** 32 bytes, as hexadecimal digits. */
export const Hash = branded('Hash', /^[0-9a-f]{64}$/);
export type Hash = Brand<'Hash'>;
export const hashOf = (bytes: Uint8Array): Hash => brandOrThrow(Hash, toHex(bytes));

/** The 64 bytes of an Ed25519 signature. */
const Signature = branded('Signature', /^[0-9a-f]{128}$/);
type Signature = Brand<'Signature'>;
export const signatureOf = (bytes: Uint8Array): Signature => brandOrThrow(Signature, toHex(bytes));

/** Name of a public key: the beginning of its SHA-256. */
export const SealKeyId = branded('SealKeyId', /^[0-9a-f]{16}$/);
export type SealKeyId = Brand<'SealKeyId'>;

/** Positions and revisions are 64 bits long, which JSON numbers are not. */
const Counter = branded('Counter', /^(?:0|[1-9][0-9]{0,19})$/);
type Counter = Brand<'Counter'>;
export const counterOf = (number: bigint): Counter => brandOrThrow(Counter, String(number));

const StreamName = text('StreamName', { minLength: 1 });

export const SealData = t.strict(
  {
    version: t.literal(sealVersion),
    /** From 1, without gaps: the revision in the stream, plus one. */
    number: PositiveInteger,
    /** Events under all the seals before. */
    sealedBefore: NonNegativeInteger,
    /** Events under this one. */
    count: integer('SealedCount', { minimum: 1, maximum: sealEventsMax }),
    /** Of the first and the last event, in the store that the seal was made in. */
    fromPosition: Counter,
    toPosition: Counter,
    /** The last event by a name that a copy of the log leaves as it is. */
    last: t.strict({ stream: StreamName, revision: Counter }),
    /** Merkle root over the events in their order, see `leaf.ts`. */
    contentRoot: Hash,
    /** Merkle root over their positions. */
    positionRoot: Hash,
    /** Beginnings of the leaves, one behind the other: they tell where damage is. */
    fingerprints: text('Fingerprints', {
      minLength: fingerprintLength,
      maxLength: fingerprintLength * sealEventsMax,
    }),
    /** Leaf of the event that holds the seal before; `null` in the first one. */
    previous: nullable(Hash),
    keyId: SealKeyId,
    at: Instant,
    /** Ed25519, over everything above. */
    signature: Signature,
  },
  'SealData',
);
export type SealData = t.TypeOf<typeof SealData>;

export const sealEvents = {
  /** Everything since the seal before is as it was when this was signed. */
  LogSealed: event(SealData),
} as const;

export type SealEvent = EventOf<typeof sealEvents>;
