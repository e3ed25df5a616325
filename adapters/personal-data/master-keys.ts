import type * as O from 'fp-ts/lib/Option.js';
import { deriveKey, openBytes, sealBytes } from '../cryptography.js';

/** Names are told in tables and messages; so long, no two secrets ever meet in one. */
const nameBytes = 8;

/** A name for a secret that tells nothing about it. */
export const nameOfSecret = (secret: string, purpose: string): string =>
  Buffer.from(deriveKey(secret, `name of ${purpose}`).subarray(0, nameBytes)).toString('hex');

/** Wraps the keys of subjects, so that the database alone opens nothing. */
export interface MasterKey {
  readonly id: string;
  wrap(subject: string, key: Uint8Array): Buffer;
  /** None when it was wrapped for another subject, or was changed. */
  unwrap(subject: string, wrapped: Uint8Array): O.Option<Buffer>;
}

/** The master keys that this instance knows; during a change there are two. */
export interface MasterKeys {
  readonly current: MasterKey;
  readonly previous: MasterKey | null;
}

export interface MasterSecrets {
  /** At least 32 bytes each. */
  readonly current: string;
  readonly previous: string | null;
}

const masterKeyOf = (secret: string): MasterKey => {
  const key = deriveKey(secret, 'wrapping of personal keys');
  return {
    id: nameOfSecret(secret, 'the personal data master key'),
    wrap: (subject, bytes) => sealBytes(bytes, { key, context: subject }),
    unwrap: (subject, wrapped) => openBytes(wrapped, { key, context: subject }),
  };
};

export const masterKeysOf = ({ current, previous }: MasterSecrets): MasterKeys => ({
  current: masterKeyOf(current),
  previous: previous === null || previous === current ? null : masterKeyOf(previous),
});

export const findMasterKey = ({ current, previous }: MasterKeys, id: string): MasterKey | null => {
  if (id === current.id) return current;
  return id === previous?.id ? previous : null;
};

/** The database names a master key that this instance was not given. */
export class MasterKeyUnknown extends Error {
  override readonly name = 'MasterKeyUnknown';

  constructor(readonly masterKeyId: string) {
    super(`keys are wrapped with the master key ${masterKeyId}, which this instance does not have`);
  }
}
