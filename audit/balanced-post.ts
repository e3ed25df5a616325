import * as E from 'fp-ts/lib/Either.js';
import type { Posting, RentalBooks } from '../domain/ledger/index.js';
import { Bug } from '../domain/shared/assert.js';
import type { LoggedEvent } from '../ports/logged-event.js';

/**
 * The postings of an event, or why there are none that balance. To the program that is a defect
 * which stops it; to an audit it is what was looked for, since data may have been changed.
 */
export const postIfBalanced = (
  books: RentalBooks,
  logged: LoggedEvent,
): E.Either<string, readonly Posting[]> => {
  const { category } = logged;
  if (category !== 'wallet' && category !== 'points' && category !== 'rental') return E.right([]);
  try {
    return E.right(books.post(logged));
  } catch (error) {
    if (error instanceof Bug) return E.left(error.message);
    throw error;
  }
};
