import { randomUUID } from 'node:crypto';
import * as t from 'io-ts';
import { plusSeconds } from '../../domain/shared/instant.js';
import type { Sql } from '../../ports/database.js';
import { decodeRows } from '../../ports/rows.js';
import type { ClaimOutcome, IdempotencyStore } from './idempotency-store.js';
import { WireAnswer } from './wire-answer.js';

/**
 * One statement decides who executes: it writes when the key is new, past its retention, or claimed
 * by an attempt that must have crashed while it carried out the very same request.
 */
const claimSql = `
  INSERT INTO http.idempotency_keys AS kept
    (scope, key, attempt, field_hashes, claimed_until, expires_at)
  VALUES ($1, $2, $3, $4, $5, $6)
  ON CONFLICT (scope, key) DO UPDATE SET
    attempt = excluded.attempt, field_hashes = excluded.field_hashes, answer = NULL,
    claimed_until = excluded.claimed_until, expires_at = excluded.expires_at
  WHERE kept.expires_at <= $7
    OR (kept.answer IS NULL AND kept.claimed_until <= $7
      AND kept.field_hashes = excluded.field_hashes)
  RETURNING key`;

const findSql = `
  SELECT field_hashes, answer FROM http.idempotency_keys WHERE scope = $1 AND key = $2`;

const keepSql = `
  UPDATE http.idempotency_keys SET answer = $4
  WHERE scope = $1 AND key = $2 AND attempt = $3 AND answer IS NULL`;

const releaseSql = `
  DELETE FROM http.idempotency_keys
  WHERE scope = $1 AND key = $2 AND attempt = $3 AND answer IS NULL`;

const KeptRow = t.strict({
  field_hashes: t.record(t.string, t.string),
  answer: t.union([WireAnswer, t.null]),
});

/** Keys in Postgres, shared by all instances (table of migration `0002-http`). */
export const postgresIdempotencyStore = (sql: Sql): IdempotencyStore => ({
  claim: async ({ scope, key, fields }, { now, claimSeconds, retentionSeconds }) => {
    const attempt = randomUUID();
    const claimed = await sql.query(claimSql, [
      scope,
      key,
      attempt,
      JSON.stringify(fields),
      plusSeconds(now, claimSeconds),
      plusSeconds(now, retentionSeconds),
      now,
    ]);
    if (claimed.length > 0) return { kind: 'ours', claim: { scope, key, attempt } };
    const [kept] = decodeRows(KeptRow, await sql.query(findSql, [scope, key]));
    // Given back between the two statements: whoever asks again will get it.
    if (kept === undefined) return { kind: 'in-progress', fields };
    return outcomeOf(kept);
  },
  keep: async ({ scope, key, attempt }, answer) => {
    await sql.execute(keepSql, [scope, key, attempt, JSON.stringify(answer)]);
  },
  release: async ({ scope, key, attempt }) => {
    await sql.execute(releaseSql, [scope, key, attempt]);
  },
  purge: (now) => sql.execute('DELETE FROM http.idempotency_keys WHERE expires_at <= $1', [now]),
});

const outcomeOf = ({ field_hashes, answer }: t.TypeOf<typeof KeptRow>): ClaimOutcome =>
  answer === null
    ? { kind: 'in-progress', fields: field_hashes }
    : { kind: 'answered', fields: field_hashes, answer };
