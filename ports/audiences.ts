import type { BroadcastAudience } from '../domain/broadcast/index.js';
import type { UserId } from '../domain/shared/ids.js';
import type { Instant } from '../domain/shared/instant.js';
import type { Position } from './event-store.js';

/** A class of users, as it was at a moment. */
export interface AudienceAt {
  readonly audience: BroadcastAudience;
  readonly at: Instant;
}

/**
 * Who may be of a class of users, from read models. They are candidates: whoever writes to somebody
 * asks the log first whether it may still be done.
 *
 * Only people with an e-mail address are in it, since there is no other way to reach them yet.
 */
export interface Audiences {
  /** Waits a few seconds at most until everything up to there is known; whether it is. */
  knows(position: Position): Promise<boolean>;
  /** How many they are now. */
  count(audience: AudienceAt): Promise<number>;
  /** The next ones behind `after`, in an order that never changes; none at the end. */
  page(
    audience: AudienceAt,
    from: { readonly after: UserId | null; readonly limit: number },
  ): Promise<readonly UserId[]>;
}
