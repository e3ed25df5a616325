import { RentalIssueStatus, RentalIssueType } from '../domain/rental-issue/index.js';
import { Sealed } from '../domain/shared/sealed.js';
import type { Sql } from '../ports/database.js';
import { instant, maybe, position, text, word } from './engine/columns.js';
import { defineProjection, following } from './engine/define.js';
import type { Handlers } from './engine/projection.js';
import { loadRows, type Rows } from './engine/rows.js';
import { defineTable, type RowOf } from './engine/table.js';

/** Faults that renters have reported about their rentals. */
export const rentalIssues = defineTable({
  name: 'rental_issues',
  columns: {
    issue_id: text,
    rental_id: text,
    user_id: text,
    issue_type: word(RentalIssueType),
    /** Sealed; of the first reports the JSON of what was said. */
    words: text,
    status: word(RentalIssueStatus),
    reported_at: instant,
    resolved_at: maybe(instant),
    position,
  },
  key: ['issue_id'],
  constraints: ["CHECK ((resolved_at IS NOT NULL) = (status = 'RESOLVED'))"],
  indexes: ['CREATE INDEX issues_of_user ON rental_issues (user_id, reported_at DESC, issue_id)'],
});

type Context = Readonly<{ issues: Rows<RowOf<typeof rentalIssues>> }>;

const open = async (sql: Sql, issues: readonly string[]): Promise<Context> => ({
  issues: await loadRows(sql, rentalIssues, 'issue_id', issues),
});

const handlers: Handlers<'rentalissue', Context> = {
  RentalIssueReported: ({ issues }, reported, { position: here }) =>
    issues.put({
      issue_id: reported.issueId,
      rental_id: reported.rentalId,
      user_id: reported.userId,
      issue_type: reported.issueType,
      words: Sealed.is(reported.words) ? reported.words : JSON.stringify(reported.words),
      status: 'REPORTED',
      reported_at: reported.at,
      resolved_at: null,
      position: here,
    }),
  RentalIssueResolved: ({ issues }, { at }, { streamId, position: here }) => {
    issues.update([streamId], { status: 'RESOLVED', resolved_at: at, position: here });
  },
};

/** Issues of rentals, by issue. */
export const rentalIssue = defineProjection({
  name: 'rental_issue',
  version: 2,
  tables: [rentalIssues],
  parts: [following('rentalissue', { open, handlers })],
});
