/** A user's own reports of faults. */

import * as t from 'io-ts';
import { RentalIssueStatus, RentalIssueType } from '../domain/rental-issue/index.js';
import { nullable, oneOf } from '../domain/shared/codecs.js';
import { Instant } from '../domain/shared/instant.js';
import { Sealed } from '../domain/shared/sealed.js';
import { withDefault } from '../ports/http/default-type.js';
import { pageFrom, pageOf, pageQuery } from '../ports/http/paging.js';
import { type Route, route } from '../ports/http/route.js';
import { readSealedJson } from '../ports/sealed-json.js';
import { issueWordsPlace } from '../ports/user-data.js';
import type { RowOf } from '../projections/engine/table.js';
import type { rentalIssues } from '../projections/rental-issue.js';
import type { PeopleTools } from './account.js';
import { rentalIssuesOf } from './queries/issue.js';
import { rowsOf, TimeCursor, upToDate } from './reading.js';

const RentalIssueItem = t.strict(
  {
    scope: t.literal('rental'),
    issue_id: t.string,
    rental_id: t.string,
    issue_type: RentalIssueType,
    /** `null`: what was said can be read no more. */
    description: nullable(t.string),
    images: t.readonlyArray(t.string),
    status: RentalIssueStatus,
    reported_at: Instant,
    resolved_at: nullable(Instant),
  },
  'RentalIssueItem',
);

const IssuePage = pageOf('IssuePage', RentalIssueItem);

const ReportsQuery = t.intersection([
  pageQuery(TimeCursor),
  t.strict({
    issue_scope: withDefault(oneOf('IssueScope', ['all', 'station', 'rental']), 'all'),
  }),
]);

type IssueRow = RowOf<typeof rentalIssues>;

const nothingSaid = { description: null, images: [] } as const;

/** What was said in each row, in their order. */
const wordsOf = async (
  { personalData }: PeopleTools,
  rows: readonly IssueRow[],
): Promise<
  ReadonlyMap<string, Pick<t.TypeOf<typeof RentalIssueItem>, 'description' | 'images'>>
> => {
  const opened = await personalData.openMany(
    rows.flatMap(({ user_id, words }) =>
      Sealed.is(words) ? [{ ...issueWordsPlace(user_id), sealed: words }] : [],
    ),
  );
  const texts = opened.values();
  return new Map(
    rows.map(({ issue_id, user_id, words }) => {
      const text = Sealed.is(words) ? (texts.next().value ?? null) : words;
      const place = issueWordsPlace(user_id);
      return [issue_id, text === null ? nothingSaid : readSealedJson(place, text)];
    }),
  );
};

const listOwnIssueReports = (tools: PeopleTools): Route =>
  route({
    operation: 'listOwnIssueReports',
    method: 'GET',
    path: '/api/issues/my-reports',
    summary: 'Own reports of faults, newest first',
    description:
      'Faults can be reported of rentals only, so far: `issue_scope=station` answers an empty ' +
      'list, and `all` those of rentals.',
    tag: 'Issues',
    minPosition: true,
    query: ReportsQuery,
    responses: { 200: IssuePage },
    handler: async ({ principal, query, minPosition }, answer) => {
      const shown = await upToDate(tools, ['rental_issue'], minPosition);
      const { issue_scope: scope, page_size: size, cursor } = query;
      if (scope === 'station') return answer(200, { items: [], next_cursor: null }, shown);
      const place = { limit: size + 1, after: cursor };
      const rows = await rowsOf(tools, rentalIssuesOf(principal.id, place));
      const words = await wordsOf(tools, rows);
      const page = pageFrom(rows, {
        size,
        cursor: TimeCursor,
        placeOf: (row) => ({ at: row.reported_at, id: row.issue_id }),
        itemOf: (row) => ({
          scope: 'rental' as const,
          issue_id: row.issue_id,
          rental_id: row.rental_id,
          issue_type: row.issue_type,
          ...(words.get(row.issue_id) ?? nothingSaid),
          status: row.status,
          reported_at: row.reported_at,
          resolved_at: row.resolved_at,
        }),
      });
      return answer(200, page, shown);
    },
  });

export const issueReads = (tools: PeopleTools): readonly Route[] => [listOwnIssueReports(tools)];
