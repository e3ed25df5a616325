/** A user's own reports of faults. */

import * as t from 'io-ts';
import { RentalIssueStatus, RentalIssueType } from '../domain/rental-issue/index.js';
import { nullable, oneOf } from '../domain/shared/codecs.js';
import { Instant } from '../domain/shared/instant.js';
import { withDefault } from '../ports/http/default-type.js';
import { pageFrom, pageOf, pageQuery } from '../ports/http/paging.js';
import { type Route, route } from '../ports/http/route.js';
import { rentalIssuesOf } from './queries/issue.js';
import { type ReadTools, rowsOf, TimeCursor, upToDate } from './reading.js';

const RentalIssueItem = t.strict(
  {
    scope: t.literal('rental'),
    issue_id: t.string,
    rental_id: t.string,
    issue_type: RentalIssueType,
    description: t.string,
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

const listOwnIssueReports = (tools: ReadTools): Route =>
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
      const page = pageFrom(await rowsOf(tools, rentalIssuesOf(principal.id, place)), {
        size,
        cursor: TimeCursor,
        placeOf: (row) => ({ at: row.reported_at, id: row.issue_id }),
        itemOf: (row) => ({
          scope: 'rental' as const,
          issue_id: row.issue_id,
          rental_id: row.rental_id,
          issue_type: row.issue_type,
          description: row.description,
          images: row.images,
          status: row.status,
          reported_at: row.reported_at,
          resolved_at: row.resolved_at,
        }),
      });
      return answer(200, page, shown);
    },
  });

export const issueReads = (tools: ReadTools): readonly Route[] => [listOwnIssueReports(tools)];
