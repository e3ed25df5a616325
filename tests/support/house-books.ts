/** What the books must say of a world at every quiet moment, and at its end. */

import * as E from 'fp-ts/lib/Either.js';
import { imbalanceOf, isOfValue, type Posting, RentalBooks } from '../../domain/ledger/index.js';
import { owedAt, paidSoFar, type Rental } from '../../domain/rental/index.js';
import { spendable } from '../../domain/wallet/index.js';
import type { EventStore } from '../../ports/event-store.js';
import { decodeLogged } from '../../ports/logged-event.js';
import { balancesOf } from './books.js';
import type { World } from './house-world.js';

const postingsIn = async (store: EventStore, stream: string): Promise<readonly Posting[]> => {
  const books = new RentalBooks();
  const postings: Posting[] = [];
  for await (const recorded of store.readStream(stream)) {
    const logged = decodeLogged(recorded);
    if (E.isRight(logged) && isOfValue(logged.right)) postings.push(...books.post(logged.right));
  }
  return postings;
};

const isOver = ({ status }: Rental): boolean => status === 'COMPLETED' || status === 'CANCELLED';

/** What one rental has in the books that is not there yet, or not any more. */
const expectedOf = (world: World, rental: Rental): readonly (readonly [string, number])[] => {
  const { rentalId, cancellation } = rental;
  const paid = isOver(rental) ? 0 : paidSoFar(rental).amount.minor;
  const owed = rental.status === 'COMPLETED' ? owedAt(rental, world.house.clock.now()).minor : 0;
  const refund = cancellation?.isRefundPaid === false ? cancellation.refund.wallet.minor : 0;
  return [
    [`assets:payment-clearing:${rentalId}`, 0],
    [`assets:receivable-dues:${rentalId}`, owed],
    [`liabilities:unearned-rentals:${rentalId}`, 0 - paid],
    [`liabilities:refunds-payable:${rentalId}`, 0 - refund],
  ];
};

const expectedIn = async (world: World): Promise<readonly (readonly [string, number])[]> => {
  const { handlers } = world.house;
  const expected: (readonly [string, number])[] = [];
  for (const userId of world.users) {
    const { state: wallet } = await handlers.wallet.load(userId);
    const { state: points } = await handlers.points.load(userId);
    expected.push(
      [`liabilities:wallets:${userId}`, 0 - spendable(wallet).minor],
      [`liabilities:held-funds:${userId}`, 0 - wallet.held.minor],
      [`liabilities:points:${userId}`, points.held - points.balance],
      [`liabilities:held-points:${userId}`, 0 - points.held],
    );
  }
  for (const id of world.rentals) {
    const { state } = await handlers.rental.load(id);
    if (state !== null) expected.push(...expectedOf(world, state));
  }
  return expected;
};

/** The books equal what the aggregates say of themselves; each asset balances. */
export const booksAddUp = async (world: World): Promise<readonly string[]> => {
  const streams = [
    ...world.users.flatMap((userId) => [`wallet-${userId}`, `points-${userId}`]),
    ...world.rentals.map((id) => `rental-${id}`),
  ];
  const { store } = world.house;
  const postings = (await Promise.all(streams.map((name) => postingsIn(store, name)))).flat();
  const balances = balancesOf(postings);
  const off = (await expectedIn(world)).flatMap(([account, expected]) => {
    const balance = balances.get(account) ?? 0;
    return balance === expected ? [] : [`${account} is ${balance} instead of ${expected}`];
  });
  const assets = (['NPR', 'POINTS'] as const).filter((asset) => imbalanceOf(postings, asset) !== 0);
  return [...off, ...assets.map((asset) => `${asset} does not balance`)];
};
