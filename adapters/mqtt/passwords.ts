/** Hashes of broker passwords, and the passwords cabinets are given. */

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const SCHEME = 'hmac-sha256';
const SALT_BYTES = 16;

const hmac = (key: Uint8Array | string, text: string): Buffer =>
  createHmac('sha256', key).update(text, 'utf8').digest();

/**
 * Hash to compare passwords with, `scheme$salt$hash` in base64url.
 *
 * A fast hash on purpose: these passwords are made by machines with some 95 bits of chance, which
 * no dictionary reaches, and when the broker restarts the whole fleet logs in within seconds. A
 * slow hash would protect nothing here and keep cabinets out. Never use it for people's passwords.
 */
export const hashPassword = (
  password: string,
  salt: Uint8Array = randomBytes(SALT_BYTES),
): string =>
  [
    SCHEME,
    Buffer.from(salt).toString('base64url'),
    hmac(salt, password).toString('base64url'),
  ].join('$');

/** Whether the password has the hash; takes the same time wherever they differ. */
export const verifyPassword = (password: string, passwordHash: string): boolean => {
  const [scheme, salt, hash, ...rest] = passwordHash.split('$');
  if (scheme !== SCHEME || salt === undefined || hash === undefined || rest.length > 0) {
    return false;
  }
  const expected = Buffer.from(hash, 'base64url');
  const actual = hmac(Buffer.from(salt, 'base64url'), password);
  return expected.length === actual.length && timingSafeEqual(expected, actual);
};

/** Letters and digits only: a comma would break the provisioning answer (protocol §10.1). */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const PASSWORD_CHARACTERS = 16;

/** Bytes at or above the largest multiple of 62 are skipped, or some letters would be likelier. */
const FAIR_BYTES = 256 - (256 % ALPHABET.length);

/** Which of a cabinet's passwords is meant; a withdrawn one is followed by the next number. */
export interface PasswordSeed {
  readonly masterKey: string;
  readonly deviceName: string;
  readonly generation: number;
}

/**
 * The password of a cabinet: 16 characters [A-Za-z0-9], always the same for the same seed.
 *
 * Provisioning has to hand the password out again at every start of the cabinet, so a hash alone
 * cannot be kept. Making a new one each time would let anyone who knows an IMEI lock its cabinet
 * out, because that call carries no secret (§10.0). Keeping it encrypted means a secret in every
 * backup. So it is derived: nothing secret is stored, the call changes nothing, and counting up
 * the generation withdraws a leaked password.
 */
export const derivePassword = ({ masterKey, deviceName, generation }: PasswordSeed): string => {
  let password = '';
  for (let block = 0; password.length < PASSWORD_CHARACTERS; block += 1) {
    const bytes = hmac(masterKey, JSON.stringify(['cabinet', deviceName, generation, block]));
    for (const byte of bytes) {
      if (byte < FAIR_BYTES) password += ALPHABET.charAt(byte % ALPHABET.length);
    }
  }
  return password.slice(0, PASSWORD_CHARACTERS);
};
