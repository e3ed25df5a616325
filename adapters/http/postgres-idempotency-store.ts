import { randomUUID } from 'node:crypto';
import * as t from 'io-ts';
import type { Sql } from '../../ports/database.js';
import { decodeRows } from '../../ports/rows.js';
import { inBatches } from '../postgres/batches.js';
import type {
  Claim,
  ClaimOutcome,
  ClaimTimes,
  IdempotencyStore,
  KeyedRequest,
} from './idempotency-store.js';
import { WireAnswer } from './wire-answer.js';

/**
 * One statement decides who executes: it writes when the key is new, past its retention, or claimed
 * by an attempt that must have crashed while it carried out the very same request. It takes the
 * rows of several requests at once, in one order, so that instances do not wait in a circle.
 */
const claimSql = `
  INSERT INTO http.idempotency_keys AS kept
    (scope, key, attempt, field_hashes, claimed_until, expires_at)
  SELECT scope, key, attempt, fields,
    now + make_interval(secs => claim_s), now + make_interval(secs => retention_s)
  FROM json_to_recordset($1) AS asked (scope text, key text, attempt uuid, fields jsonb,
    now timestamptz, claim_s float8, retention_s float8)
  ORDER BY 1, 2
  ON CONFLICT (scope, key) DO UPDATE SET
    attempt = excluded.attempt, field_hashes = excluded.field_hashes, answer = NULL,
    claimed_until = excluded.claimed_until, expires_at = excluded.expires_at
  WHERE kept.expires_at <= $2
    OR (kept.answer IS NULL AND kept.claimed_until <= $2
      AND kept.field_hashes = excluded.field_hashes)
  RETURNING attempt`;

const findSql = `
  SELECT field_hashes, answer FROM http.idempotency_keys WHERE scope = $1 AND key = $2`;

const keepSql = `
  UPDATE http.idempotency_keys AS kept SET answer = given.answer
  FROM json_to_recordset($1) AS given (scope text, key text, attempt uuid, answer jsonb)
  WHERE kept.scope = given.scope AND kept.key = given.key
    AND kept.attempt = given.attempt AND kept.answer IS NULL`;

const releaseSql = `
  DELETE FROM http.idempotency_keys
  WHERE scope = $1 AND key = $2 AND attempt = $3 AND answer IS NULL`;

const KeptRow = t.strict({
  field_hashes: t.record(t.string, t.string),
  answer: t.union([WireAnswer, t.null]),
});

const AttemptRow = t.strict({ attempt: t.string });

interface Attempt extends KeyedRequest {
  readonly attempt: string;
  readonly times: ClaimTimes;
}

interface Given extends Claim {
  readonly answer: WireAnswer;
}

/** The attempts that may execute. */
const claimAll = async (sql: Sql, attempts: readonly Attempt[]): Promise<ReadonlySet<string>> => {
  const asked = attempts.map(({ scope, key, attempt, fields, times }) => ({
    scope,
    key,
    attempt,
    fields,
    now: times.now,
    claim_s: times.claimSeconds,
    retention_s: times.retentionSeconds,
  }));
  // The earliest of all: no claim ends before its time because another request came later.
  const earliest = attempts.map(({ times }) => times.now).toSorted()[0];
  const rows = await sql.query(claimSql, [JSON.stringify(asked), earliest], 'claim-keys');
  return new Set(decodeRows(AttemptRow, rows).map(({ attempt }) => attempt));
};

const keepAll = async (sql: Sql, given: readonly Given[]): Promise<void> => {
  // Without a name: a plan from when the table was small would read all of it for ever.
  await sql.execute(keepSql, [JSON.stringify(given)]);
};

const nameOf = ({ scope, key }: Pick<Claim, 'scope' | 'key'>): string => `${scope}\u0000${key}`;

/**
 * Keys in Postgres, shared by all instances (table of migration `0002-http`). Claims of requests
 * that come at the same time are written together, and so are their answers.
 */
export const postgresIdempotencyStore = (sql: Sql): IdempotencyStore => {
  const claim = inBatches<Attempt, boolean>({
    keyOf: nameOf,
    write: async (attempts) => {
      const ours = await claimAll(sql, attempts);
      return attempts.map(({ attempt }) => ours.has(attempt));
    },
  });
  const keep = inBatches<Given, void>({
    keyOf: nameOf,
    write: async (given) => {
      await keepAll(sql, given);
      return given.map(() => undefined);
    },
  });
  return {
    claim: async (request, times) => {
      const { scope, key, fields } = request;
      const attempt = randomUUID();
      if (await claim({ scope, key, fields, attempt, times })) {
        return { kind: 'ours', claim: { scope, key, attempt } };
      }
      const [kept] = decodeRows(KeptRow, await sql.query(findSql, [scope, key]));
      // Given back between the two statements: whoever asks again will get it.
      if (kept === undefined) return { kind: 'in-progress', fields };
      return outcomeOf(kept);
    },
    keep: ({ scope, key, attempt }, answer) => keep({ scope, key, attempt, answer }),
    release: async ({ scope, key, attempt }) => {
      await sql.execute(releaseSql, [scope, key, attempt]);
    },
    purge: (now) => sql.execute('DELETE FROM http.idempotency_keys WHERE expires_at <= $1', [now]),
  };
};

const outcomeOf = ({ field_hashes, answer }: t.TypeOf<typeof KeptRow>): ClaimOutcome =>
  answer === null
    ? { kind: 'in-progress', fields: field_hashes }
    : { kind: 'answered', fields: field_hashes, answer };
