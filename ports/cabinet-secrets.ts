import type { Option } from 'fp-ts/lib/Option.js';

/**
 * Secrets on their way to a cabinet, such as the password of a shop's network. They wait outside
 * of the log, because what is written there stays there.
 */
export interface CabinetSecrets {
  /** Keeps a secret until it is taken, at most `ttlSeconds`. The same id again replaces it. */
  put(secretId: string, secret: string, ttlSeconds: number): Promise<void>;
  /** Hands the secret out and forgets it: it can be taken once. None when it is not there. */
  take(secretId: string): Promise<Option<string>>;
}
