import type { Instant } from '../../domain/shared/instant.js';
import type { AccountHolder } from './holder.js';
import type { Busy } from './passwords.js';

export interface SetupLink {
  /** Goes into the link of a message, and nowhere else. */
  readonly token: string;
  readonly expiresAt: Instant;
}

export type SetupRedemption =
  | { readonly kind: 'set'; readonly holder: AccountHolder }
  | { readonly kind: 'used' | 'expired' | 'unknown' }
  | Busy;

/** Links by which a new partner chooses a password (AUTH-12): 24 hours, good for one use. */
export interface SetupLinks {
  /** The links before it are void. */
  issue(holder: AccountHolder): Promise<SetupLink>;
  /** Sets the password of whom the link was issued for; both happen or neither does. */
  redeem(token: string, password: string): Promise<SetupRedemption>;
}
