import * as E from 'fp-ts/lib/Either.js';
import { isOfValue, type Posting, type RentalBooks } from '../domain/ledger/index.js';
import type { LoggedEvent } from '../ports/logged-event.js';

/**
 * The postings of an event, or why there are none that balance. To the program that is a defect
 * which stops it; to an audit it is what was looked for, since data may have been changed.
 */
export const postIfBalanced = (
  books: RentalBooks,
  logged: LoggedEvent,
): E.Either<string, readonly Posting[]> => {
  if (!isOfValue(logged)) return E.right([]);
  try {
    return E.right(books.post(logged));
  } catch (error) {
    return E.left(error instanceof Error ? error.message : String(error));
  }
};
