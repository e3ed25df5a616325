import * as t from 'io-ts';
import { Instant, plusSeconds } from '../../domain/shared/instant.js';
import type { OtpTarget } from '../../ports/accounts/otp.js';
import type { VerificationTokens } from '../../ports/accounts/verification-tokens.js';
import type { Clock } from '../../ports/clock.js';
import type { Sql } from '../../ports/database.js';
import type { Randomness } from '../../ports/randomness.js';
import { decodeRows } from '../../ports/rows.js';
import { hashOf, newSecret } from './secret-text.js';

const ttlSeconds = 600;

const StateRow = t.strict({ used_at: t.union([Instant, t.null]) });

export interface VerificationTokensOptions {
  readonly sql: Sql;
  readonly clock: Pick<Clock, 'now'>;
  readonly randomness: Randomness;
}

/** Verification tokens in Postgres (migration `0008-accounts`). */
export const postgresVerificationTokens = ({
  sql,
  clock,
  randomness,
}: VerificationTokensOptions): VerificationTokens => ({
  issue: async ({ purpose, identifierIndex }) => {
    const token = newSecret(randomness);
    const expiresAt = plusSeconds(clock.now(), ttlSeconds);
    await sql.execute(
      `INSERT INTO account.verification_tokens (token_hash, purpose, identifier_index, expires_at)
       VALUES ($1, $2, $3, $4)`,
      [hashOf(token), purpose, identifierIndex, expiresAt],
    );
    return { token, expiresAt };
  },
  redeem: async (target, token) => {
    const { purpose, identifierIndex } = target;
    const now = clock.now();
    const redeemed = await sql.execute(
      `UPDATE account.verification_tokens SET used_at = $4
        WHERE token_hash = $1 AND purpose = $2 AND identifier_index = $3
          AND used_at IS NULL AND expires_at > $4`,
      [hashOf(token), purpose, identifierIndex, now],
    );
    return { kind: redeemed === 1 ? 'redeemed' : await whyNot(sql, target, token) };
  },
  giveBack: async (token) => {
    await sql.execute(
      'UPDATE account.verification_tokens SET used_at = NULL WHERE token_hash = $1',
      [hashOf(token)],
    );
  },
  forget: async (identifierIndexes) => {
    await sql.execute('DELETE FROM account.verification_tokens WHERE identifier_index = ANY($1)', [
      identifierIndexes,
    ]);
  },
});

const whyNot = async (
  sql: Sql,
  { purpose, identifierIndex }: OtpTarget,
  token: string,
): Promise<'used' | 'expired' | 'unknown'> => {
  const rows = await sql.query(
    `SELECT used_at FROM account.verification_tokens
      WHERE token_hash = $1 AND purpose = $2 AND identifier_index = $3`,
    [hashOf(token), purpose, identifierIndex],
  );
  const [state] = decodeRows(StateRow, rows);
  if (state === undefined) return 'unknown';
  return state.used_at === null ? 'expired' : 'used';
};
