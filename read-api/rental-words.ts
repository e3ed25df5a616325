/** Rentals with what people wrote about them opened, for staff. */

import type { PersonalData } from '../ports/personal-data.js';
import { openAllWords } from '../ports/sealed-words.js';
import { rentalWordsPlace } from '../ports/user-data.js';
import type { RowOf } from '../projections/engine/table.js';
import type { swaps } from '../projections/rental/tables.js';
import type { RentalRow } from './rental-shapes.js';

interface Tools {
  readonly personalData: Pick<PersonalData, 'openMany'>;
}

/** A rental whose words are plain, or `null` where they can be read no more. */
export const openRentals = async (
  { personalData }: Tools,
  rows: readonly RentalRow[],
): Promise<readonly RentalRow[]> => {
  const texts = await openAllWords(
    personalData,
    rows.flatMap(({ user_id: id, cancellation_reason: reason, staff_note: note }) => [
      { ...rentalWordsPlace(id, 'cancelReason'), stored: reason },
      { ...rentalWordsPlace(id, 'rentalNote'), stored: note },
    ]),
  );
  return rows.map((row, index) => ({
    ...row,
    cancellation_reason: texts[2 * index] ?? null,
    staff_note: texts[2 * index + 1] ?? null,
  }));
};

type SwapRow = RowOf<typeof swaps>;

/** The same of the swaps of one renter. */
export const openSwaps = async (
  { personalData }: Tools,
  userId: string,
  rows: readonly SwapRow[],
): Promise<readonly SwapRow[]> => {
  const place = rentalWordsPlace(userId, 'swapDescription');
  const opened = await openAllWords(
    personalData,
    rows.map(({ description: stored }) => ({ ...place, stored })),
  );
  return rows.map((row, index) => ({ ...row, description: opened[index] ?? null }));
};
