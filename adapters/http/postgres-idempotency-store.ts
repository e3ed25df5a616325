import { randomUUID } from 'node:crypto';
import * as t from 'io-ts';
import { plusSeconds } from '../../domain/shared/instant.js';
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
  SELECT * FROM unnest
    ($1::text[], $2::text[], $3::uuid[], $4::jsonb[], $5::timestamptz[], $6::timestamptz[])
  ORDER BY 1, 2
  ON CONFLICT (scope, key) DO UPDATE SET
    attempt = excluded.attempt, field_hashes = excluded.field_hashes, answer = NULL,
    claimed_until = excluded.claimed_until, expires_at = excluded.expires_at
  WHERE kept.expires_at <= $7
    OR (kept.answer IS NULL AND kept.claimed_until <= $7
      AND kept.field_hashes = excluded.field_hashes)
  RETURNING attempt`;

const findSql = `
  SELECT field_hashes, answer FROM http.idempotency_keys WHERE scope = $1 AND key = $2`;

const keepSql = `
  UPDATE http.idempotency_keys AS kept SET answer = given.answer
  FROM unnest($1::text[], $2::text[], $3::uuid[], $4::jsonb[])
    AS given (scope, key, attempt, answer)
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
  const all = <A>(of: (attempt: Attempt) => A): readonly A[] => attempts.map(of);
  const values = [
    all(({ scope }) => scope),
    all(({ key }) => key),
    all(({ attempt }) => attempt),
    all(({ fields }) => JSON.stringify(fields)),
    all(({ times }) => plusSeconds(times.now, times.claimSeconds)),
    all(({ times }) => plusSeconds(times.now, times.retentionSeconds)),
    // The earliest of all: no claim ends before its time because another request came later.
    all(({ times }) => times.now).toSorted()[0],
  ];
  const rows = await sql.query(claimSql, values, 'claim-keys');
  return new Set(decodeRows(AttemptRow, rows).map(({ attempt }) => attempt));
};

const keepAll = async (sql: Sql, given: readonly Given[]): Promise<void> => {
  const all = (of: (each: Given) => string): readonly string[] => given.map(of);
  // Without a name: a plan from when the table was small would read all of it for ever.
  await sql.execute(keepSql, [
    all(({ scope }) => scope),
    all(({ key }) => key),
    all(({ attempt }) => attempt),
    all(({ answer }) => JSON.stringify(answer)),
  ]);
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
      if (await claim({ ...request, attempt, times })) {
        return { kind: 'ours', claim: { scope, key, attempt } };
      }
      const [kept] = decodeRows(KeptRow, await sql.query(findSql, [scope, key]));
      // Given back between the two statements: whoever asks again will get it.
      if (kept === undefined) return { kind: 'in-progress', fields };
      return outcomeOf(kept);
    },
    keep: (own, answer) => keep({ ...own, answer }),
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
