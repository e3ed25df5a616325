import { createHmac } from 'node:crypto';
import * as t from 'io-ts';
import { Instant, plusSeconds } from '../../domain/shared/instant.js';
import type { OtpCheck, OtpStore, OtpTarget } from '../../ports/accounts/otp.js';
import type { Clock } from '../../ports/clock.js';
import type { Sql } from '../../ports/database.js';
import type { Randomness } from '../../ports/randomness.js';
import { decodeRows } from '../../ports/rows.js';
import { BytesColumn } from '../postgres/bytes-column.js';
import { areSame } from './secret-text.js';

const codeDigits = 6;
const codeTtlSeconds = 300;
/** Over all codes of an identifier, so that asking for another code buys no further guesses. */
const triesMax = 5;
const triesWindowSeconds = 3_600;

const CountedRow = t.strict({ challenge_id: t.string, code_hash: BytesColumn });

const StateRow = t.strict({
  expires_at: Instant,
  used_at: t.union([Instant, t.null]),
  tries: t.number,
  tries_until: Instant,
});

export interface OtpStoreOptions {
  readonly sql: Sql;
  readonly clock: Pick<Clock, 'now'>;
  readonly randomness: Randomness;
  readonly newId: () => string;
  /** At least 32 bytes, outside of the database: six digits are guessed from any plain hash. */
  readonly pepper: string;
}

/** Codes in Postgres (migration `0008-accounts`), one row for each identifier and purpose. */
export const postgresOtpStore = (options: OtpStoreOptions): OtpStore => {
  const { sql, clock } = options;
  return {
    issue: (target) => issue(options, target),
    check: async (target, code) => {
      const now = clock.now();
      const counted = await countTry(sql, target, now);
      if (counted === null) return { kind: await whyNot(sql, target, now) };
      const { challenge_id: challengeId, code_hash: codeHash } = counted;
      const given = codeHashOf(options.pepper, { ...target, challengeId, code });
      if (!areSame(given, codeHash)) return { kind: 'wrong' };
      return { kind: (await use(sql, challengeId, now)) ? 'correct' : 'none' };
    },
    forget: async (identifierIndexes) => {
      await sql.execute('DELETE FROM account.otp_challenges WHERE identifier_index = ANY($1)', [
        identifierIndexes,
      ]);
    },
  };
};

/** Bound to its challenge, so that a code that was replaced is none, even with the same digits. */
const codeHashOf = (
  pepper: string,
  {
    challengeId,
    purpose,
    identifierIndex,
    code,
  }: OtpTarget & { challengeId: string; code: string },
): Buffer =>
  createHmac('sha256', pepper)
    .update([challengeId, purpose, identifierIndex, code].join('|'))
    .digest();

const issue = async (
  { sql, clock, randomness, newId, pepper }: OtpStoreOptions,
  target: OtpTarget,
): ReturnType<OtpStore['issue']> => {
  const now = clock.now();
  const challengeId = newId();
  const code = String(randomness.below(10 ** codeDigits)).padStart(codeDigits, '0');
  const expiresAt = plusSeconds(now, codeTtlSeconds);
  const written = await sql.execute(
    `INSERT INTO account.otp_challenges AS known
       (purpose, identifier_index, challenge_id, code_hash, expires_at, tries, tries_until)
     VALUES ($1, $2, $3, $4, $5, 0, $6)
     ON CONFLICT (purpose, identifier_index) DO UPDATE
       SET challenge_id = excluded.challenge_id, code_hash = excluded.code_hash,
           expires_at = excluded.expires_at, used_at = NULL
       WHERE known.tries < $7 OR known.tries_until <= $6`,
    [
      target.purpose,
      target.identifierIndex,
      challengeId,
      codeHashOf(pepper, { ...target, challengeId, code }),
      expiresAt,
      now,
      triesMax,
    ],
  );
  if (written === 1) return { kind: 'issued', challengeId, code, expiresAt };
  const state = await stateOf(sql, target);
  // Forgotten between the two statements: the next request is given a code.
  return { kind: 'exhausted', until: state?.tries_until ?? now };
};

/**
 * Takes one of the tries, before anything is compared: of any number of guesses at once, no more
 * are compared than there are tries. `null` when there is no code that could be tried.
 */
const countTry = async (
  sql: Sql,
  { purpose, identifierIndex }: OtpTarget,
  now: Instant,
): Promise<t.TypeOf<typeof CountedRow> | null> => {
  const rows = await sql.query(
    `UPDATE account.otp_challenges
        SET tries = CASE WHEN tries_until > $3 THEN tries + 1 ELSE 1 END,
            tries_until = CASE WHEN tries_until > $3 THEN tries_until ELSE $4::timestamptz END
      WHERE purpose = $1 AND identifier_index = $2 AND used_at IS NULL AND expires_at > $3
        AND (tries < $5 OR tries_until <= $3)
      RETURNING challenge_id, code_hash`,
    [purpose, identifierIndex, now, plusSeconds(now, triesWindowSeconds), triesMax],
  );
  return decodeRows(CountedRow, rows)[0] ?? null;
};

/** Only one of several bearers uses a code. A correct one was no wrong try, so it is given back. */
const use = async (sql: Sql, challengeId: string, now: Instant): Promise<boolean> => {
  const used = await sql.execute(
    `UPDATE account.otp_challenges SET used_at = $2, tries = greatest(tries - 1, 0)
      WHERE challenge_id = $1 AND used_at IS NULL`,
    [challengeId, now],
  );
  return used === 1;
};

const stateOf = async (
  sql: Sql,
  { purpose, identifierIndex }: OtpTarget,
): Promise<t.TypeOf<typeof StateRow> | null> => {
  const rows = await sql.query(
    `SELECT expires_at, used_at, tries, tries_until FROM account.otp_challenges
      WHERE purpose = $1 AND identifier_index = $2`,
    [purpose, identifierIndex],
  );
  return decodeRows(StateRow, rows)[0] ?? null;
};

/** For the log only: the caller of the API is told the same in all cases. */
const whyNot = async (
  sql: Sql,
  target: OtpTarget,
  now: Instant,
): Promise<Exclude<OtpCheck['kind'], 'correct' | 'wrong'>> => {
  const state = await stateOf(sql, target);
  if (state === null || state.used_at !== null) return 'none';
  return state.expires_at <= now ? 'expired' : 'exhausted';
};
