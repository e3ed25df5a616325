import * as t from 'io-ts';
import { oneOf } from '../shared/codecs.js';
import { type EventOf, event } from '../shared/events.js';
import { RentalId, RentalIssueId, UserId } from '../shared/ids.js';
import { Instant } from '../shared/instant.js';
import { IssueDescription, IssuePictures } from '../shared/issue.js';

/** What can go wrong with a rental (rules 2.21). */
export const RentalIssueType = oneOf('RentalIssueType', [
  'POWER_BANK_DAMAGED',
  'POWER_BANK_LOST',
  'CHARGING_ISSUE',
  'RETURN_ISSUE',
]);

/** What a renter says about their rental. */
export const RentalIssueReport = t.strict({
  rentalId: RentalId,
  userId: UserId,
  issueType: RentalIssueType,
  description: IssueDescription,
  images: IssuePictures,
});
export type RentalIssueReport = t.TypeOf<typeof RentalIssueReport>;

export const rentalIssueEvents = {
  RentalIssueReported: event(
    t.strict({ issueId: RentalIssueId, ...RentalIssueReport.type.props, at: Instant }),
  ),
  RentalIssueResolved: event(t.strict({ at: Instant })),
} as const;

export type RentalIssueEvent = EventOf<typeof rentalIssueEvents>;
