/**
 * Refresh tokens: the id of the session, 256 random bits, and a tag that only we can make.
 *
 * The tag tells a token that was ours, however long ago it was replaced, from one that somebody
 * made up. So a reuse is noticed for as long as the session lasts, and no used token is stored; and
 * nobody can end a session by knowing its id. What makes a token good is its hash in the session.
 */

import { createHmac } from 'node:crypto';
import * as O from 'fp-ts/lib/Option.js';
import type { Randomness } from '../../ports/randomness.js';
import { openBytes, type Sealing, sealBytes } from '../cryptography.js';
import { areSame } from './secret-text.js';

const idBytes = 16;
const secretBytes = 32;
const tagBytes = 16;
const tokenBytes = idBytes + secretBytes + tagBytes;

export interface ParsedRefreshToken {
  readonly sessionId: string;
  /** We have issued it, be it good or not. */
  readonly isOurs: boolean;
}

const tagOf = (key: Uint8Array, body: Uint8Array): Buffer =>
  createHmac('sha256', key).update(body).digest().subarray(0, tagBytes);

const uuidOf = (bytes: Buffer): string =>
  bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

const bytesOfUuid = (uuid: string): Buffer => Buffer.from(uuid.replaceAll('-', ''), 'hex');

export const newRefreshToken = (
  key: Uint8Array,
  sessionId: string,
  randomness: Randomness,
): string => {
  const body = Buffer.concat([bytesOfUuid(sessionId), randomness.bytes(secretBytes)]);
  return Buffer.concat([body, tagOf(key, body)]).toString('base64url');
};

/** None for text that is no such token at all. */
export const parseRefreshToken = (key: Uint8Array, token: string): O.Option<ParsedRefreshToken> => {
  const bytes = Buffer.from(token, 'base64url');
  // Base64 may end in bits that say nothing; a token has one spelling only.
  if (bytes.length !== tokenBytes || bytes.toString('base64url') !== token) return O.none;
  const body = bytes.subarray(0, idBytes + secretBytes);
  const isOurs = areSame(tagOf(key, body), bytes.subarray(body.length));
  return O.some({ sessionId: uuidOf(bytes.subarray(0, idBytes)), isOurs });
};

/** The key comes from the token, so nobody opens the successor who does not hold that. */
const sealingWith = (token: string): Sealing => ({
  key: createHmac('sha256', token).update('successor of a refresh token').digest(),
  context: 'refresh token',
});

/** The successor, for whoever shows the token again because the answer was lost. */
export const sealSuccessor = (token: string, successor: string): Buffer =>
  sealBytes(Buffer.from(successor, 'utf8'), sealingWith(token));

/** None when it was sealed for another token, or was tampered with. */
export const openSuccessor = (token: string, sealed: Buffer): O.Option<string> =>
  O.map((bytes: Buffer) => bytes.toString('utf8'))(openBytes(sealed, sealingWith(token)));
