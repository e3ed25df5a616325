import * as E from 'fp-ts/lib/Either.js';
import type * as t from 'io-ts';
import type { Aggregate } from '../shared/aggregate.js';
import { oneOf } from '../shared/codecs.js';
import type { RentalIssueId } from '../shared/ids.js';
import type { Instant } from '../shared/instant.js';
import { answerRepeat, type IdReused } from '../shared/repeat.js';
import { type RentalIssueEvent, type RentalIssueReport, rentalIssueEvents } from './events.js';

export { RentalIssueReport, RentalIssueType, rentalIssueEvents } from './events.js';

export const RentalIssueStatus = oneOf('RentalIssueStatus', ['REPORTED', 'RESOLVED']);
export type RentalIssueStatus = t.TypeOf<typeof RentalIssueStatus>;

/** Whether the rental is the reporter's own (ISS-1) is known to whoever sends the report. */
export type RentalIssueCommand =
  | {
      readonly type: 'ReportRentalIssue';
      readonly issueId: RentalIssueId;
      readonly report: RentalIssueReport;
      readonly at: Instant;
    }
  | { readonly type: 'ResolveRentalIssue'; readonly at: Instant };

export type RentalIssueRefusal = { readonly kind: 'RentalIssueUnknown' } | IdReused;

export interface RentalIssue {
  readonly report: RentalIssueReport;
  readonly status: RentalIssueStatus;
}

/** `null`: nothing was reported under this id. */
export type RentalIssueState = RentalIssue | null;

/**
 * What was reported, as far as it can be compared: the same words are sealed differently each
 * time. Whether a request is repeated with other words is found out before, by its fingerprint.
 */
const comparable = ({ words: _words, ...about }: RentalIssueReport) => about;

const decide = (
  command: RentalIssueCommand,
  issue: RentalIssueState,
): E.Either<RentalIssueRefusal, readonly RentalIssueEvent[]> => {
  const { at } = command;
  if (command.type === 'ReportRentalIssue') {
    const { issueId, report } = command;
    if (issue !== null) return answerRepeat(issueId, comparable(issue.report), comparable(report));
    return E.right([{ type: 'RentalIssueReported', data: { issueId, ...report, at } }]);
  }
  if (issue === null) return E.left({ kind: 'RentalIssueUnknown' });
  // There is no way back from RESOLVED (rules 2.21): a fault that returns is a new report.
  if (issue.status === 'RESOLVED') return E.right([]);
  return E.right([{ type: 'RentalIssueResolved', data: { at } }]);
};

const evolve = (issue: RentalIssueState, event: RentalIssueEvent): RentalIssueState => {
  if (event.type === 'RentalIssueResolved') {
    return issue === null ? null : { ...issue, status: 'RESOLVED' };
  }
  const { issueId: _issueId, at: _at, ...report } = event.data;
  return { report, status: 'REPORTED' };
};

/** A renter's report of a fault with a rental: stream `rentalissue-{issueId}`. */
export const rentalIssue: Aggregate<
  RentalIssueCommand,
  RentalIssueState,
  RentalIssueEvent,
  RentalIssueRefusal
> = {
  category: 'rentalissue',
  events: rentalIssueEvents,
  initial: null,
  decide,
  evolve,
};
