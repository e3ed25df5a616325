import * as O from 'fp-ts/lib/Option.js';
import { type Instant, plusSeconds } from '../../domain/shared/instant.js';
import type { RotationWish } from '../../ports/accounts/sessions.js';
import type { Sql } from '../../ports/database.js';
import { decodeRows } from '../../ports/rows.js';
import { openSuccessor, sealSuccessor } from './refresh-token.js';
import { areSame, hashOf } from './secret-text.js';
import { FamilyRow, familyColumns } from './session-rows.js';

/** So long after a rotation its answer may be asked for again: mobile networks lose some. */
const lostAnswerSeconds = 10;

export interface Succession extends RotationWish {
  readonly sessionId: string;
  readonly successor: string;
  readonly successorExpiresAt: Instant;
  readonly now: Instant;
}

const callerHash = (caller: string | null): Buffer | null =>
  caller === null ? null : hashOf(caller);

/** Puts the successor in the place of a token that is good; `null`, and nothing, when it is not. */
export const succeed = async (sql: Sql, succession: Succession): Promise<FamilyRow | null> => {
  const { refreshToken, successor, now } = succession;
  const rows = await sql.query(
    `UPDATE account.sessions
        SET previous_hash = refresh_hash, rotated_at = $4, rotated_by = $5, successor = $6,
            refresh_hash = $7, refresh_expires_at = least($8, ends_at), last_used_at = $4
      WHERE session_id = $1 AND refresh_hash = $2 AND realm = $3
        AND revoked_at IS NULL AND refresh_expires_at > $4
      RETURNING ${familyColumns}`,
    [
      succession.sessionId,
      hashOf(refreshToken),
      succession.realm,
      now,
      callerHash(succession.caller),
      sealSuccessor(refreshToken, successor),
      hashOf(successor),
      succession.successorExpiresAt,
    ],
  );
  return decodeRows(FamilyRow, rows)[0] ?? null;
};

export interface Presented extends RotationWish {
  /** The tag of the token is right. */
  readonly isOurs: boolean;
  readonly now: Instant;
}

/** What a token is that did not make its successor. */
export type Staleness =
  | { readonly kind: 'repeat'; readonly successor: string }
  | { readonly kind: 'reuse' | 'revoked' | 'expired' | 'unknown' };

/**
 * A successor that was used proves that the answer had arrived, so its predecessor is then given
 * no second one. Where nothing can be lost any more (the session is over), nobody is alarmed.
 */
export const judgeStale = (family: FamilyRow, presented: Presented): Staleness => {
  const { isOurs, realm, now } = presented;
  if (!isOurs || family.realm !== realm) return { kind: 'unknown' };
  if (family.revoked_at !== null) return { kind: 'revoked' };
  if (family.refresh_expires_at <= now) return { kind: 'expired' };
  const successor = answerAgain(family, presented);
  return O.isSome(successor) ? { kind: 'repeat', successor: successor.value } : { kind: 'reuse' };
};

const answerAgain = (
  { previous_hash, rotated_at, rotated_by, successor }: FamilyRow,
  { refreshToken, caller, now }: Presented,
): O.Option<string> => {
  if (previous_hash === null || rotated_at === null || successor === null) return O.none;
  if (!areSame(previous_hash, hashOf(refreshToken))) return O.none;
  if (now > plusSeconds(rotated_at, lostAnswerSeconds)) return O.none;
  return isSameCaller(rotated_by, callerHash(caller))
    ? openSuccessor(refreshToken, successor)
    : O.none;
};

const isSameCaller = (first: Buffer | null, second: Buffer | null): boolean =>
  first === null || second === null ? first === second : areSame(first, second);
