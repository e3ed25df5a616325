import type { Instant } from '../../domain/shared/instant.js';
import type { AccountHolder } from './holder.js';

/** What an access token says, once its signature and its times were found good. */
export interface Pass {
  readonly holder: AccountHolder;
  /** `null`: issued by an operator, without a session. */
  readonly sessionId: string | null;
  /** Whole seconds, as tokens have them. */
  readonly issuedAt: Instant;
}

/** `unknown`: nobody could tell, so nobody is let in. */
export type Verdict = 'open' | 'revoked' | 'unknown';

/**
 * Stops access tokens that were revoked before they expired (AUTH-7). It knows them by heart while
 * it hears of new ones, and asks the database on every request while it does not.
 */
export interface SessionGate {
  /** Never rejects. */
  judge(pass: Pass): Promise<Verdict>;
  /** Listens for revocations of all instances, until `signal` aborts. */
  run(signal: AbortSignal): Promise<void>;
}
