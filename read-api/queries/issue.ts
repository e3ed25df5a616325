import { rentalIssues } from '../../projections/rental-issue.js';
import { type After, after } from './rental.js';
import { select } from './select.js';

/** Rental issues that this user has reported, newest first. */
export const rentalIssuesOf = (
  userId: string,
  page: { readonly limit: number; readonly after: After | undefined },
) =>
  select('rental_issue', rentalIssues, {
    where: [['user_id = ?', userId], after(page.after, { at: 'reported_at', id: 'issue_id' })],
    orderBy: 'reported_at DESC, issue_id',
    limit: page.limit,
  });
