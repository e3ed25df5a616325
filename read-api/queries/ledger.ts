/** What an auditor asks the ledger, as SQL. Each question is one statement, and so one moment. */

import * as t from 'io-ts';
import { nullable } from '../../domain/shared/codecs.js';
import { type Day, dayOf, startOfDay } from '../../domain/shared/day.js';
import { Instant } from '../../domain/shared/instant.js';
import type { Sql } from '../../ports/database.js';
import { decodeRows, PositionColumn, WholeNumberColumn } from '../../ports/rows.js';
import { Asset } from '../../projections/ledger/index.js';

const PostingRow = t.strict({
  position: PositionColumn,
  line: t.number,
  account: t.string,
  asset: Asset,
  amount_minor: WholeNumberColumn,
  at: Instant,
  day: t.string,
  event_id: t.string,
  event_type: t.string,
  stream: t.string,
  revision: PositionColumn,
  rental_id: nullable(t.string),
  actor_kind: t.string,
  actor_id: t.string,
  correlation_id: t.string,
  causation_id: t.string,
});
export type PostingRow = t.TypeOf<typeof PostingRow>;

const postingColumns = `p.position, p.line, p.account, p.asset, p.amount_minor, p.at, e.day,
  e.event_id, e.event_type, e.stream, e.revision, e.rental_id, e.actor_kind, e.actor_id,
  e.correlation_id, e.causation_id`;

/** Where in the journal a line stands. */
export interface LinePlace {
  readonly position: string;
  readonly line: number;
}

/** Before every line there is. */
const beginning: LinePlace = { position: '-1', line: 0 };

export interface PostingFilter {
  readonly event: string | null;
  readonly stream: string | null;
  readonly rental: string | null;
  readonly day: Day | null;
}

/** Lines of the journal in the order of the log, with the entries that they belong to. */
export const postingsWhere = async (
  sql: Sql,
  { event, stream, rental, day }: PostingFilter,
  { after, limit }: { readonly after: LinePlace | null; readonly limit: number },
): Promise<readonly PostingRow[]> => {
  const { position, line } = after ?? beginning;
  const filters = { event_id: event, stream, rental_id: rental, day };
  const asked = Object.entries(filters).filter(([, value]) => value !== null);
  // Names of columns are ours; values never enter the text.
  const conditions = asked.map(([column], index) => `e.${column} = $${index + 4}`);
  const rows = await sql.query(
    `SELECT ${postingColumns} FROM ledger.entries e JOIN ledger.postings p USING (position)
     WHERE ${['e.position >= $1', '(p.position, p.line) > ($1, $2)', ...conditions].join(' AND ')}
     ORDER BY p.position, p.line LIMIT $3`,
    [position, line, limit, ...asked.map(([, value]) => value)],
  );
  return decodeRows(PostingRow, rows);
};

/** A place in the statement of an account: by time first. */
export interface StatementPlace extends LinePlace {
  readonly at: Instant;
}

/** Before everything that happened at this instant. */
const before = (at: Instant): StatementPlace => ({ at, ...beginning });

/**
 * The balance of account `$1` before a place: whole days as they were summed up, and the lines of
 * the day of the place. `from` is the number of the first of the five parameters of {@link values}.
 */
const balanceBefore = (from: number): string => `
  (SELECT coalesce(sum(debits_minor - credits_minor), 0) FROM ledger.account_days
   WHERE account = $1 AND day < $${from}::date)
  + (SELECT coalesce(sum(amount_minor), 0) FROM ledger.postings
     WHERE account = $1 AND at >= $${from + 1}::timestamptz
       AND (at, position, line)
         < ($${from + 2}::timestamptz, $${from + 3}::bigint, $${from + 4}::int))`;

const values = ({ at, position, line }: StatementPlace): readonly unknown[] => {
  const day = dayOf(at);
  return [day, startOfDay(day), at, position, line];
};

const Balances = t.strict({
  opening: WholeNumberColumn,
  closing: WholeNumberColumn,
  brought: WholeNumberColumn,
});

export interface Statement extends t.TypeOf<typeof Balances> {
  /** In the order of time; `brought` is the balance before the first of them. */
  readonly lines: readonly PostingRow[];
}

/**
 * A period of an account: the balance before `from`, the balance before `until`, and lines of it
 * beginning at `first`, with the balance before that.
 */
export const statementOf = async (
  sql: Sql,
  account: string,
  period: {
    readonly from: Instant;
    readonly until: Instant;
    readonly first: StatementPlace | null;
    readonly limit: number;
  },
): Promise<Statement> => {
  const first = period.first ?? before(period.from);
  const rows = await sql.query(
    `SELECT b.*, l.* FROM
       (SELECT (${balanceBefore(2)})::bigint AS opening, (${balanceBefore(7)})::bigint AS closing,
         (${balanceBefore(12)})::bigint AS brought) b
     LEFT JOIN LATERAL
       (SELECT ${postingColumns} FROM ledger.postings p JOIN ledger.entries e USING (position)
        WHERE p.account = $1
          AND (p.at, p.position, p.line) >= ($14::timestamptz, $15::bigint, $16::int)
          AND p.at < $9::timestamptz
        ORDER BY p.at, p.position, p.line LIMIT $17) l ON true
     ORDER BY l.at, l.position, l.line`,
    [account, ...[before(period.from), before(period.until), first].flatMap(values), period.limit],
  );
  const [balances] = decodeRows(Balances, rows.slice(0, 1));
  const lines = decodeRows(
    PostingRow,
    rows.filter(({ position }) => position !== null),
  );
  return { ...(balances ?? { opening: 0, closing: 0, brought: 0 }), lines };
};

const FamilyRow = t.strict({
  family: t.string,
  debits_minor: WholeNumberColumn,
  credits_minor: WholeNumberColumn,
});

/** Volumes of each family up to an instant, itself included; all there is when it is `null`. */
export const familiesAt = async (
  sql: Sql,
  at: Instant | null,
): Promise<readonly t.TypeOf<typeof FamilyRow>[]> => {
  const volumes = (of: string): string => `SELECT family, sum(debits_minor)::bigint AS debits_minor,
    sum(credits_minor)::bigint AS credits_minor FROM ${of} GROUP BY family`;
  if (at === null) return decodeRows(FamilyRow, await sql.query(volumes('ledger.family_days')));
  const upTo = `
    (SELECT family, debits_minor, credits_minor FROM ledger.family_days WHERE day < $1::date
     UNION ALL
     SELECT split_part(p.account, ':', 2), greatest(p.amount_minor, 0), greatest(-p.amount_minor, 0)
     FROM ledger.entries e JOIN ledger.postings p USING (position)
     WHERE e.day = $1::date AND e.at <= $2::timestamptz) moved`;
  return decodeRows(FamilyRow, await sql.query(volumes(upTo), [dayOf(at), at]));
};

const DayRow = t.strict({
  day: t.string,
  debits_minor: WholeNumberColumn,
  credits_minor: WholeNumberColumn,
  balance_minor: WholeNumberColumn,
});
export type DayRow = t.TypeOf<typeof DayRow>;

/** Each day from `from` to `to`, both included, also those on which nothing moved. */
export const daysOf = async (
  sql: Sql,
  account: string,
  { from, to, limit }: { readonly from: Day; readonly to: Day; readonly limit: number },
): Promise<readonly DayRow[]> =>
  decodeRows(
    DayRow,
    await sql.query(
      `SELECT s.day::date AS day, coalesce(d.debits_minor, 0) AS debits_minor,
         coalesce(d.credits_minor, 0) AS credits_minor,
         ((SELECT coalesce(sum(debits_minor - credits_minor), 0) FROM ledger.account_days
           WHERE account = $1 AND day < $2::date)
          + sum(coalesce(d.debits_minor - d.credits_minor, 0)) OVER (ORDER BY s.day)
         )::bigint AS balance_minor
       FROM generate_series($2::date, least($3::date, $2::date + $4::int - 1), '1 day') s(day)
       LEFT JOIN ledger.account_days d ON d.account = $1 AND d.day = s.day::date
       ORDER BY s.day`,
      [account, from, to, limit],
    ),
  );
