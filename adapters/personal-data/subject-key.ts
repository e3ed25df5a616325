/** The key of one subject, and the form of what is sealed with it. */

import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import * as O from 'fp-ts/lib/Option.js';
import { brandOrThrow } from '../../domain/shared/brand.js';
import { Sealed } from '../../domain/shared/sealed.js';
import type { SealedItem, Subject } from '../../ports/personal-data.js';
import { keyBytes, openBytes, sealBytes } from '../cryptography.js';

/**
 * So many bytes of every seal name its key. A key that was lost and made anew is told apart from
 * damage by them.
 */
const nameBytes = 8;
const prefix = 'sealed.1.';

export interface SubjectKey {
  readonly name: Buffer;
  /** An object, and no bytes, so that no log and no error can ever show it. */
  readonly secret: KeyObject;
}

/** `null` when the bytes are no key. */
export const subjectKeyOf = (bytes: Uint8Array): SubjectKey | null => {
  if (bytes.length !== keyBytes) return null;
  const name = createHmac('sha256', bytes).update('name of a personal key').digest();
  return { name: name.subarray(0, nameBytes), secret: createSecretKey(bytes) };
};

/** As JSON, so that no two places look alike, whatever is in their names. */
const contextOf = ({ subject, field }: Omit<SealedItem, 'sealed'>): string =>
  JSON.stringify([subject, field]);

export interface PlainText {
  readonly subject: Subject;
  readonly field: string;
  readonly text: string;
}

export const sealText = (key: SubjectKey, { text, ...place }: PlainText): Sealed => {
  const sealing = { key: key.secret, context: contextOf(place) };
  const bytes = Buffer.concat([key.name, sealBytes(Buffer.from(text, 'utf8'), sealing)]);
  return brandOrThrow(Sealed, `${prefix}${bytes.toString('base64url')}`);
};

export type Opened =
  | { readonly kind: 'text'; readonly text: string }
  /** Sealed with another key of the same subject, or for somebody else. */
  | { readonly kind: 'other-key' }
  | { readonly kind: 'damaged' };

export const openText = (key: SubjectKey, { sealed, ...place }: SealedItem): Opened => {
  const written = sealed.slice(prefix.length);
  const bytes = Buffer.from(written, 'base64url');
  // Base64 may end in bits that say nothing; a seal has one spelling only.
  if (bytes.toString('base64url') !== written) return { kind: 'damaged' };
  if (!bytes.subarray(0, nameBytes).equals(key.name)) return { kind: 'other-key' };
  const sealing = { key: key.secret, context: contextOf(place) };
  const opened = openBytes(bytes.subarray(nameBytes), sealing);
  if (O.isNone(opened)) return { kind: 'damaged' };
  return { kind: 'text', text: opened.value.toString('utf8') };
};
