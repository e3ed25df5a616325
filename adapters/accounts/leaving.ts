import * as O from 'fp-ts/lib/Option.js';
import type { Leave, LeaveWish, LeaveWord } from '../../ports/accounts/sessions.js';
import type { Clock } from '../../ports/clock.js';
import type { Sql } from '../../ports/database.js';
import { parseRefreshToken } from './refresh-token.js';
import { type EndedSession, oneSession, type SessionChoice } from './revocations.js';
import { areSame, hashOf } from './secret-text.js';
import { type FamilyRow, familyOf } from './session-rows.js';

export interface LeavingOptions {
  readonly database: Sql;
  readonly clock: Pick<Clock, 'now'>;
  readonly refreshTagKey: Uint8Array;
  readonly end: (choice: SessionChoice) => Promise<readonly EndedSession[]>;
}

/** Ends the session of the access token, and no other one, whatever token came along (P-042). */
export const leave = async (options: LeavingOptions, wish: LeaveWish): Promise<Leave> => {
  const named = await sessionNamedIn(options, wish);
  const own = wish.sessionId ?? (named !== null && isOwn(named, wish) ? named.session_id : null);
  const [ended] = own === null ? [] : await options.end(oneSession(own));
  const word = wordFor(wish, { named, ended: ended ?? null, now: options.clock.now() });
  return { word, deviceId: ended?.device_id ?? null };
};

/** The session whose refresh token came along; `null` when there is none. */
const sessionNamedIn = async (
  { database, refreshTagKey }: LeavingOptions,
  { refreshToken }: LeaveWish,
): Promise<FamilyRow | null> => {
  if (refreshToken === null) return null;
  const parsed = parseRefreshToken(refreshTagKey, refreshToken);
  if (O.isNone(parsed) || !parsed.value.isOurs) return null;
  return familyOf(database, parsed.value.sessionId);
};

/** An access token of an operator has no session: its holder may end any of the own ones. */
const isOwn = (named: FamilyRow, { sessionId, holder }: LeaveWish): boolean =>
  sessionId === null
    ? named.holder_kind === holder.kind && named.holder_id === holder.id
    : named.session_id === sessionId;

interface Found {
  readonly named: FamilyRow | null;
  readonly ended: EndedSession | null;
  readonly now: string;
}

const wordFor = (wish: LeaveWish, { named, ended, now }: Found): LeaveWord => {
  if (wish.refreshToken === null) return 'token_missing';
  if (named === null) return 'already_invalid';
  if (!isOwn(named, wish)) return 'token_mismatch';
  const wasGood =
    ended !== null &&
    ended.refresh_expires_at > now &&
    areSame(ended.refresh_hash, hashOf(wish.refreshToken));
  return wasGood ? 'valid_blacklisted' : 'already_invalid';
};
