import * as t from 'io-ts';
import { oneOf } from '../shared/codecs.js';
import { type EventOf, event, type Upcaster } from '../shared/events.js';
import { RentalId, RentalIssueId, UserId } from '../shared/ids.js';
import { Instant } from '../shared/instant.js';
import { StoredIssueWords } from '../shared/issue.js';

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
  words: StoredIssueWords,
});
export type RentalIssueReport = t.TypeOf<typeof RentalIssueReport>;

/** The first reports were stored as they were said. */
const withWords: Upcaster = (data) => {
  const report = typeof data === 'object' ? { description: '', images: [], ...data } : null;
  if (report === null) return data;
  const { description, images, ...about } = report;
  return { ...about, words: { description, images } };
};

export const rentalIssueEvents = {
  RentalIssueReported: event(
    t.strict({ issueId: RentalIssueId, ...RentalIssueReport.type.props, at: Instant }),
    [withWords],
  ),
  RentalIssueResolved: event(t.strict({ at: Instant })),
} as const;

export type RentalIssueEvent = EventOf<typeof rentalIssueEvents>;
