import {
  emptyRentalBook,
  endsBook,
  evolveRentalBook,
  type Posting,
  postingsOf,
  type RentalBook,
  type ValueEvent,
} from '../../domain/ledger/index.js';
import { paisa } from '../../domain/shared/money.js';
import type { Sql } from '../../ports/database.js';
import { loadRows } from '../engine/rows.js';
import type { RowOf } from '../engine/table.js';
import { rentalBooks } from './tables.js';

type BookRow = RowOf<typeof rentalBooks>;

const bookOf = ({ planned, paid_minor, is_completed }: BookRow): RentalBook => ({
  planned: new Map(planned.map(({ paymentId, ...payment }) => [paymentId, payment])),
  paid: paisa(paid_minor),
  isCompleted: is_completed,
});

const rowOf = (
  { planned, paid, isCompleted }: RentalBook,
  { rental_id, position }: Pick<BookRow, 'rental_id' | 'position'>,
): BookRow => ({
  rental_id,
  planned: [...planned].map(([paymentId, payment]) => ({ paymentId, ...payment })),
  paid_minor: paid.minor,
  is_completed: isCompleted,
  position,
});

type Placed = ValueEvent & { readonly position: bigint };

/** The books of the rentals that a batch is about, from the rows and back. */
export interface Books {
  /** Postings of an event; what its book says afterwards is kept for the next one. */
  post(logged: Placed): readonly Posting[];
  save(): Promise<void>;
}

export const openBooks = async (sql: Sql, batch: readonly ValueEvent[]): Promise<Books> => {
  const rentals = batch.flatMap(({ category, streamId }) =>
    category === 'rental' ? [streamId] : [],
  );
  const rows = await loadRows(sql, rentalBooks, 'rental_id', rentals);
  return {
    post: (logged) => {
      if (logged.category !== 'rental') return postingsOf(logged, emptyRentalBook);
      const { streamId: rental_id, position } = logged;
      const row = rows.get(rental_id);
      const before = row === undefined ? emptyRentalBook : bookOf(row);
      const after = evolveRentalBook(before, logged.event);
      if (endsBook(logged.event)) rows.remove(rental_id);
      else if (after !== before) rows.put(rowOf(after, { rental_id, position }));
      return postingsOf(logged, before);
    },
    save: () => rows.save(),
  };
};
