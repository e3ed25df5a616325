/** The password file of a Mosquitto 2 that serves our cabinets. */

import { pbkdf2Sync, randomBytes } from 'node:crypto';

/** Mosquitto's own mark for PBKDF2 with SHA-512. */
const SCHEME = 7;

/** What Mosquitto itself uses; enough, because these passwords are made by machines. */
const ITERATIONS = 101;
const HASH_BYTES = 64;
const SALT_BYTES = 12;

export interface MosquittoUser {
  readonly username: string;
  readonly password: string;
}

/**
 * One line, `user:$7$iterations$salt$hash`, as `mosquitto_passwd` would write it. The user name
 * must be free of colons; IMEIs are.
 */
export const mosquittoPasswordLine = (
  { username, password }: MosquittoUser,
  salt: Uint8Array = randomBytes(SALT_BYTES),
): string => {
  const hash = pbkdf2Sync(password, salt, ITERATIONS, HASH_BYTES, 'sha512');
  const fields = [
    SCHEME,
    ITERATIONS,
    Buffer.from(salt).toString('base64'),
    hash.toString('base64'),
  ];
  return `${username}:$${fields.join('$')}`;
};

/**
 * The whole file. On SIGHUP Mosquitto 2.0.11 reads it again and ends the sessions of users who are
 * no longer in it; all others stay connected.
 */
export const mosquittoPasswordFile = (users: readonly MosquittoUser[]): string =>
  users.map((user) => `${mosquittoPasswordLine(user)}\n`).join('');
