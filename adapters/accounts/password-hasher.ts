import { hash, parseOptions, verify } from '@node-rs/argon2';
import type { Randomness } from '../../ports/randomness.js';

/** Slow, memory-hungry hashes of passwords; each takes a thread, and never the event loop. */
export interface PasswordHasher {
  hash(password: string): Promise<string>;
  verify(hashed: string, password: string): Promise<boolean>;
  /** It was made with other costs than are asked for today. */
  isOutdated(hashed: string): boolean;
}

/** argon2id; see integrations §8.2. Some 20 ms and 19 MiB each. */
const costs = { memoryCost: 19_456, timeCost: 2, parallelism: 1, outputLen: 32 };
const argon2id = 2;
const saltBytes = 16;

/** Of a text that was thrown away: compared with where there is no hash of a real password. */
export const decoyHash =
  '$argon2id$v=19$m=19456,t=2,p=1$5cMSch1GBceOrdF86WzGFw$' +
  'Lx8qOAZrCL28FqbCrH0OFRWNGSEqOMInc992c6BzjfQ';

/** The same characters can be typed as different code points; they are the same password. */
const normal = (password: string): string => password.normalize('NFKC');

export const argon2Hasher = (randomness: Randomness): PasswordHasher => ({
  hash: (password) =>
    hash(normal(password), {
      ...costs,
      algorithm: argon2id,
      salt: randomness.bytes(saltBytes),
    }),
  verify: (hashed, password) => verify(hashed, normal(password)),
  isOutdated: (hashed) => {
    const made = parseOptions(hashed);
    return (
      made.algorithm !== argon2id ||
      made.memoryCost !== costs.memoryCost ||
      made.timeCost !== costs.timeCost ||
      made.parallelism !== costs.parallelism
    );
  },
});
