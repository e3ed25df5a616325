import type { Instant } from '../../domain/shared/instant.js';
import type { AccountHolder } from './holder.js';

/**
 * By which door somebody came in. A session of the app gives no tokens at the door of partners,
 * where a password is asked for, although the holder is the same.
 */
export type Realm = 'app' | 'partner' | 'staff';

export type RevocationReason =
  | 'logout'
  /** A used refresh token came again: somebody has a copy. */
  | 'reuse'
  /** Newer sessions of the holder took its place. */
  | 'too-many'
  | 'banned'
  | 'deleted'
  | 'password-changed'
  | 'role-changed'
  | 'by-staff'
  /** It came back from a dump, and may have ended since. */
  | 'restored';

/** One sign-in on one device, for as long as its refresh tokens follow one another. */
export interface Session {
  /** `sid` of its access tokens. */
  readonly sessionId: string;
  readonly holder: AccountHolder;
  readonly realm: Realm;
  /** The registered device, once that is known (`setDevice`). */
  readonly deviceId: string | null;
  readonly openedAt: Instant;
  readonly lastUsedAt: Instant;
}

export interface RefreshToken {
  readonly token: string;
  /** What is announced is what holds (P-093). */
  readonly expiresAt: Instant;
}

export interface OpenedSession {
  readonly session: Session;
  readonly refresh: RefreshToken;
}

export interface RotationWish {
  readonly refreshToken: string;
  readonly realm: Realm;
  /**
   * What the client calls itself in this request (a device header, its user agent), `null` when it
   * says nothing. The same token is only answered again to the same caller.
   */
  readonly caller: string | null;
}

/** All but `rotated` are answered alike: `invalid_refresh_token` (P-041). */
export type Rotation =
  | {
      readonly kind: 'rotated';
      readonly session: Session;
      readonly refresh: RefreshToken;
      /** The answer was lost, and this is the same one again. */
      readonly isRepeat: boolean;
    }
  /** The session has just ended, because the token was used before; the holder should be told. */
  | { readonly kind: 'reused'; readonly session: Session }
  | { readonly kind: 'revoked' | 'expired' | 'unknown' };

export interface LeaveWish {
  readonly holder: AccountHolder;
  /** `sid` of the access token; `null` for one of an operator. */
  readonly sessionId: string | null;
  readonly refreshToken: string | null;
}

/** What became of the refresh token that came with a logout, in the words of AUTH-6. */
export type LeaveWord =
  | 'valid_blacklisted'
  | 'already_invalid'
  /** It belongs to another session, which goes on (P-042). */
  | 'token_mismatch'
  | 'token_missing';

export interface Leave {
  readonly word: LeaveWord;
  /** The device of the session that ended with this call, if both are there. */
  readonly deviceId: string | null;
}

/**
 * Sessions and their refresh tokens (integrations §8.1). A token is good for one use, within 90
 * days; a session lasts 180 days at most. Nothing here knows whether a user is banned: ask that
 * AFTER `open` or `rotate` and revoke if so, because a ban that comes later revokes what is open.
 */
export interface Sessions {
  open(wish: {
    readonly holder: AccountHolder;
    readonly realm: Realm;
    readonly deviceId: string | null;
  }): Promise<OpenedSession>;
  /**
   * Takes a refresh token for its successor. Within 10 seconds the same caller gets the same
   * successor again, as long as that one was not used; any other reuse ends the session.
   */
  rotate(wish: RotationWish): Promise<Rotation>;
  /**
   * The session that a refresh token of ours names, be it good or not; `null` for whatever we have
   * not issued. Nothing is asked for it, so it may stand before any limit.
   */
  sessionNamedBy(refreshToken: string): string | null;
  /** Ends the session of the access token, whatever the refresh token is (AUTH-6, P-040). */
  leave(wish: LeaveWish): Promise<Leave>;
  revoke(sessionId: string, reason: RevocationReason): Promise<'revoked' | 'already-over'>;
  /**
   * Ends all sessions of the holder but one, and voids all its access tokens without a session
   * that were issued up to now. Answers how many sessions that were.
   */
  revokeAll(
    holder: AccountHolder,
    reason: RevocationReason,
    options?: { readonly exceptSessionId: string | null },
  ): Promise<number>;
  /** Sessions that are open, the last used first. */
  list(holder: AccountHolder): Promise<readonly Session[]>;
  /** The device that registered during the session; nothing is noted when it is over. */
  setDevice(sessionId: string, deviceId: string): Promise<'set' | 'already-over'>;
}
