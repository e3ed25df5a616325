import type { Instant } from '../../domain/shared/instant.js';
import type { AccountHolder } from './holder.js';

/** So many wait for their turn already that the next one is told to come again. */
export interface Busy {
  readonly kind: 'busy';
  readonly retryAfterSeconds: number;
}

export type PasswordCheck =
  | { readonly kind: 'correct' }
  /** Nobody has this password: the account may be there or not. */
  | { readonly kind: 'wrong' }
  /** After 5 wrong ones in a row (AUTH-12), whether or not there is such an account. */
  | { readonly kind: 'paused'; readonly until: Instant }
  | Busy;

export type PasswordSetting = { readonly kind: 'set' } | Busy;

export interface SignInAttempt {
  /** What the caller named, as a blind index: failures are counted by it. */
  readonly name: string;
  /** Whose name it is; `null`, which takes the same time, when it is nobody's. */
  readonly holder: AccountHolder | null;
  readonly password: string;
}

/** Passwords of staff and partners, as argon2id hashes. */
export interface Passwords {
  check(attempt: SignInAttempt): Promise<PasswordCheck>;
  /** Sets or replaces. Whoever changes a password revokes the sessions, too. */
  set(holder: AccountHolder, password: string): Promise<PasswordSetting>;
  /** `set`, for somebody who knows the present password; failures are counted by holder. */
  change(
    holder: AccountHolder,
    change: { readonly current: string; readonly next: string },
  ): Promise<PasswordSetting | Exclude<PasswordCheck, { readonly kind: 'correct' }>>;
  has(holder: AccountHolder): Promise<boolean>;
  remove(holder: AccountHolder): Promise<void>;
}
