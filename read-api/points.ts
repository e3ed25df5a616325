/** A user's own points. */

import * as t from 'io-ts';
import { branded, brandOrThrow } from '../domain/shared/brand.js';
import { NonNegativeInteger, nullable, PositiveInteger, text } from '../domain/shared/codecs.js';
import { Instant } from '../domain/shared/instant.js';
import { cursorOf, pageFrom, pageOf, pageQuery } from '../ports/http/paging.js';
import { type Route, route } from '../ports/http/route.js';
import { openAllWords } from '../ports/sealed-words.js';
import { userReasonPlace } from '../ports/user-data.js';
import type { RowOf } from '../projections/engine/table.js';
import { accountOf } from '../projections/hot-reads.js';
import { type history, PointsEntryKind } from '../projections/points.js';
import type { PeopleTools } from './account.js';
import { pointsEntriesWhere } from './queries/money.js';
import { type ReadTools, rowOf, rowsOf, upToDate } from './reading.js';

const tag = 'Points';

const Entry = t.strict(
  {
    transaction_type: PointsEntryKind,
    source: t.string,
    points: PositiveInteger,
    balance_before: NonNegativeInteger,
    balance_after: NonNegativeInteger,
    rental_id: nullable(t.string),
    reason: nullable(t.string),
    at: Instant,
  },
  'PointsEntry',
);

const EntryPage = pageOf('PointsEntryPage', Entry);

type EntryRow = RowOf<typeof history>;

const entryItem = (row: EntryRow): t.TypeOf<typeof Entry> => ({
  transaction_type: row.kind,
  source: row.source,
  points: row.points,
  balance_before: row.balance_before,
  balance_after: row.balance_after,
  rental_id: row.rental_id,
  reason: row.reason,
  at: row.at,
});

/** The number of an entry in its account; digits, because it may be a 64-bit number. */
const EntryNumber = branded('EntryNumber', /^\d{1,18}$/);
const EntryCursor = cursorOf('EntryCursor', t.strict({ revision: EntryNumber }));

const HistoryQuery = t.intersection([
  pageQuery(EntryCursor),
  t.exact(
    t.partial({
      transaction_type: PointsEntryKind,
      source: text('PointsSource', { maxLength: 50 }),
      start_date: Instant,
      end_date: Instant,
    }),
  ),
]);

/** Entries with the reasons of staff opened. */
const opened = async (
  { personalData }: PeopleTools,
  userId: string,
  rows: readonly EntryRow[],
): Promise<readonly EntryRow[]> => {
  const place = userReasonPlace(userId, 'pointsReason');
  const texts = await openAllWords(
    personalData,
    rows.map(({ reason: stored }) => ({ ...place, stored })),
  );
  return rows.map((row, index) => ({ ...row, reason: texts[index] ?? null }));
};

const listPointsHistory = (tools: PeopleTools): Route =>
  route({
    operation: 'listPointsHistory',
    method: 'GET',
    path: '/api/points/history',
    summary: 'Own points, entry by entry, the latest first',
    tag,
    minPosition: true,
    query: HistoryQuery,
    responses: { 200: EntryPage },
    handler: async ({ principal, query, minPosition }, answer) => {
      const shown = await upToDate(tools, ['points'], minPosition);
      const size = query.page_size;
      const filter = {
        userId: principal.id,
        kind: query.transaction_type,
        source: query.source,
        beforeRevision: query.cursor?.revision,
        since: query.start_date,
        until: query.end_date,
      };
      const rows = await rowsOf(tools, pointsEntriesWhere(filter, size + 1));
      const page = pageFrom(await opened(tools, principal.id, rows), {
        size,
        cursor: EntryCursor,
        placeOf: ({ revision }) => ({ revision: brandOrThrow(EntryNumber, revision.toString()) }),
        itemOf: entryItem,
      });
      return answer(200, page, shown);
    },
  });

const Summary = t.strict(
  {
    current: NonNegativeInteger,
    held: NonNegativeInteger,
    spendable: NonNegativeInteger,
    /** Only awards raise it; refunds and corrections do not (PTS-1). */
    lifetime_earned: NonNegativeInteger,
  },
  'PointsSummary',
);

const readPointsSummary = (tools: ReadTools): Route =>
  route({
    operation: 'readPointsSummary',
    method: 'GET',
    path: '/api/points/summary',
    summary: 'Own totals',
    tag,
    minPosition: true,
    responses: { 200: Summary },
    handler: async ({ principal, minPosition }, answer) => {
      const shown = await upToDate(tools, ['points'], minPosition);
      const row = await rowOf(tools, accountOf(principal.id));
      const none = { current: 0, held: 0, spendable: 0, lifetime_earned: 0 };
      const { current, held, spendable, lifetime_earned } = row ?? none;
      return answer(200, { current, held, spendable, lifetime_earned }, shown);
    },
  });

export const pointsReads = (tools: PeopleTools): readonly Route[] => [
  listPointsHistory(tools),
  readPointsSummary(tools),
];
