import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { RentalIssueStatus, RentalIssueType } from '../../domain/rental-issue/index.js';
import { Bug } from '../../domain/shared/assert.js';
import { RentalId, RentalIssueId } from '../../domain/shared/ids.js';
import { IssueDescription, IssuePictures } from '../../domain/shared/issue.js';
import { withDefault } from '../../ports/http/default-type.js';
import { type Route, route } from '../../ports/http/route.js';
import { sealJson } from '../../ports/sealed-json.js';
import { issueWordsPlace } from '../../ports/user-data.js';
import { contextOf, idFrom, problemsOf, submit, userOf, withPosition } from '../operation.js';
import { loadOwn, RentalPath, rentalNotFound } from './own-rental.js';
import type { WordsTools } from './words.js';

const ReportBody = t.strict(
  {
    issue_type: RentalIssueType,
    description: IssueDescription,
    images: withDefault(IssuePictures, []),
  },
  'ReportRentalIssue',
);

const ReportedIssue = t.strict(
  {
    issue_id: RentalIssueId,
    rental_id: RentalId,
    issue_type: RentalIssueType,
    status: RentalIssueStatus,
  },
  'ReportedRentalIssue',
);

const problems = problemsOf(['rental_not_found', 'idempotency_conflict']);

export const reportRentalIssue = (tools: WordsTools): Route =>
  route({
    operation: 'reportRentalIssue',
    method: 'POST',
    path: '/api/rentals/:id/issues',
    summary: 'Reports a fault with an own rental',
    description: 'A rental of any status, for faults are also found when it is over (ISS-1).',
    tag: 'Rentals',
    idempotency: 'required',
    params: RentalPath,
    body: ReportBody,
    responses: { 201: ReportedIssue },
    problems: problems.codes,
    handler: async (asking, answer) => {
      const { params, body, principal, now } = asking;
      if ((await loadOwn(tools, principal.id, params.id)) === null) return rentalNotFound;
      const issueId = idFrom(RentalIssueId, asking.commandId);
      const { issue_type, description, images } = body;
      const userId = userOf(asking);
      const place = issueWordsPlace(userId);
      const words = await sealJson(tools.personalData, place, { description, images });
      const report = { rentalId: params.id, userId, issueType: issue_type, words };
      const reported = await submit(
        tools.handlers.rentalIssue,
        issueId,
        { type: 'ReportRentalIssue', issueId, report, at: now },
        contextOf(asking),
      );
      if (E.isLeft(reported)) return problems.refused(reported.left);
      const { state, position } = reported.right;
      if (state === null) throw new Bug(`issue ${issueId} was reported and is not there`);
      const data = { issue_id: issueId, rental_id: params.id, issue_type, status: state.status };
      return answer(201, data, withPosition(position));
    },
  });
