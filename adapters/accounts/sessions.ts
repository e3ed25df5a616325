import * as O from 'fp-ts/lib/Option.js';
import { plusSeconds } from '../../domain/shared/instant.js';
import type { AccountHolder } from '../../ports/accounts/holder.js';
import type {
  OpenedSession,
  Rotation,
  RotationWish,
  Sessions,
} from '../../ports/accounts/sessions.js';
import type { Clock } from '../../ports/clock.js';
import type { Database } from '../../ports/database.js';
import type { Log } from '../../ports/log.js';
import type { Randomness } from '../../ports/randomness.js';
import { decodeRows } from '../../ports/rows.js';
import { leave } from './leaving.js';
import { newRefreshToken, parseRefreshToken } from './refresh-token.js';
import {
  type EndedSession,
  type Ending,
  endSessions,
  oneSession,
  type Revocation,
  type SessionChoice,
  voidTokensOf,
} from './revocations.js';
import { judgeStale, type Presented, succeed } from './rotation.js';
import { hashOf } from './secret-text.js';
import { familyOf, SessionRow, sessionColumns, toSession } from './session-rows.js';

/** However often its tokens were renewed, a session then wants a new sign-in. */
export const sessionSecondsMax = 180 * 86_400;
/** Of one holder in one realm; the one that was not used for the longest time makes room. */
const sessionsMax = 20;

export interface SessionsOptions {
  readonly database: Database;
  readonly clock: Pick<Clock, 'now'>;
  readonly randomness: Randomness;
  /** UUIDs. */
  readonly newId: () => string;
  readonly log: Log;
  /** Makes the tags of refresh tokens; 32 bytes, the same on all instances. */
  readonly refreshTagKey: Uint8Array;
  /** At most `sessionSecondsMax`. */
  readonly refreshTtlSeconds: number;
  /** Told of what this instance revokes, before any caller learns that it is revoked. */
  readonly onRevoked: (revocation: Revocation) => void;
}

/** In Postgres (migration `0008-accounts`): one row each, whatever became of its tokens. */
export const postgresSessions = (options: SessionsOptions): Sessions => {
  const { database, clock } = options;
  return {
    open: (wish) => open(options, wish),
    rotate: (wish) => rotate(options, wish),
    sessionNamedBy: (refreshToken) => {
      const parsed = parseRefreshToken(options.refreshTagKey, refreshToken);
      return O.isSome(parsed) && parsed.value.isOurs ? parsed.value.sessionId : null;
    },
    leave: (wish) => leave({ ...options, end: (choice) => end(options, choice, 'logout') }, wish),
    revoke: async (sessionId, reason) => {
      const ended = await end(options, oneSession(sessionId), reason);
      return ended.length === 1 ? 'revoked' : 'already-over';
    },
    revokeAll: async (holder, reason, { exceptSessionId } = { exceptSessionId: null }) => {
      const now = clock.now();
      const { ended, voided } = await database.transaction(async (transaction) => ({
        ended: await endSessions(transaction, allOf(holder, exceptSessionId), { reason, now }),
        voided: await voidTokensOf(transaction, holder, now),
      }));
      tell(options, ended);
      options.onRevoked(voided);
      return ended.length;
    },
    list: async (holder) => {
      const rows = await database.query(
        `SELECT ${sessionColumns} FROM account.sessions
          WHERE holder_kind = $1 AND holder_id = $2
            AND revoked_at IS NULL AND refresh_expires_at > $3
          ORDER BY last_used_at DESC, session_id`,
        [holder.kind, holder.id, clock.now()],
      );
      return decodeRows(SessionRow, rows).map(toSession);
    },
    setDevice: async (sessionId, deviceId) => {
      const noted = await database.execute(
        `UPDATE account.sessions SET device_id = $2 WHERE session_id = $1 AND revoked_at IS NULL`,
        [sessionId, deviceId],
      );
      return noted === 1 ? 'set' : 'already-over';
    },
  };
};

const allOf = (holder: AccountHolder, exceptSessionId: string | null): SessionChoice => ({
  where: 'holder_kind = $3 AND holder_id = $4 AND session_id IS DISTINCT FROM $5',
  values: [holder.kind, holder.id, exceptSessionId],
});

/** All but those that were used last. */
const surplusOf = ({ kind, id }: AccountHolder, realm: string): SessionChoice => ({
  where: `session_id IN (
    SELECT session_id FROM account.sessions
     WHERE holder_kind = $3 AND holder_id = $4 AND realm = $5 AND revoked_at IS NULL
     ORDER BY last_used_at DESC, session_id OFFSET $6)`,
  values: [kind, id, realm, sessionsMax],
});

const tell = ({ onRevoked }: SessionsOptions, ended: readonly EndedSession[]): void => {
  for (const { session_id: sessionId } of ended) onRevoked({ kind: 'session', sessionId });
};

const end = async (
  options: SessionsOptions,
  choice: SessionChoice,
  reason: Ending['reason'],
): Promise<readonly EndedSession[]> => {
  const { database, clock } = options;
  const ended = await endSessions(database, choice, { reason, now: clock.now() });
  tell(options, ended);
  return ended;
};

const open = async (
  options: SessionsOptions,
  { holder, realm, deviceId }: Parameters<Sessions['open']>[0],
): Promise<OpenedSession> => {
  const { database, clock, randomness, refreshTagKey } = options;
  const now = clock.now();
  const sessionId = options.newId();
  const token = newRefreshToken(refreshTagKey, sessionId, randomness);
  const endsAt = plusSeconds(now, sessionSecondsMax);
  const expiresAt = plusSeconds(now, options.refreshTtlSeconds);
  await database.execute(
    `INSERT INTO account.sessions (session_id, realm, holder_kind, holder_id, device_id,
       opened_at, last_used_at, ends_at, refresh_hash, refresh_expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $6, $7, $8, $9)`,
    [sessionId, realm, holder.kind, holder.id, deviceId, now, endsAt, hashOf(token), expiresAt],
  );
  await end(options, surplusOf(holder, realm), 'too-many');
  const session = { sessionId, holder, realm, deviceId, openedAt: now, lastUsedAt: now };
  return { session, refresh: { token, expiresAt } };
};

const rotate = async (options: SessionsOptions, wish: RotationWish): Promise<Rotation> => {
  const { database, clock, randomness, refreshTagKey } = options;
  const parsed = parseRefreshToken(refreshTagKey, wish.refreshToken);
  if (O.isNone(parsed)) return { kind: 'unknown' };
  const { sessionId, isOurs } = parsed.value;
  const now = clock.now();
  const successor = newRefreshToken(refreshTagKey, sessionId, randomness);
  const successorExpiresAt = plusSeconds(now, options.refreshTtlSeconds);
  const rotated = await succeed(database, {
    ...wish,
    sessionId,
    successor,
    successorExpiresAt,
    now,
  });
  if (rotated === null) return answerStale(options, sessionId, { ...wish, isOurs, now });
  const refresh = { token: successor, expiresAt: rotated.refresh_expires_at };
  return { kind: 'rotated', session: toSession(rotated), refresh, isRepeat: false };
};

/** Of two callers with the same token one comes here, and finds what the other one was given. */
const answerStale = async (
  options: SessionsOptions,
  sessionId: string,
  presented: Presented,
): Promise<Rotation> => {
  const family = await familyOf(options.database, sessionId);
  if (family === null) return { kind: 'unknown' };
  const session = toSession(family);
  const staleness = judgeStale(family, presented);
  if (staleness.kind === 'repeat') {
    const refresh = { token: staleness.successor, expiresAt: family.refresh_expires_at };
    return { kind: 'rotated', session, refresh, isRepeat: true };
  }
  if (staleness.kind !== 'reuse') return { kind: staleness.kind };
  const ended = await end(options, oneSession(sessionId), 'reuse');
  if (ended.length === 0) return { kind: 'revoked' };
  const { holder, realm } = session;
  options.log.warn('a session ended because its used refresh token came again', {
    sessionId,
    holder,
    realm,
  });
  return { kind: 'reused', session };
};
