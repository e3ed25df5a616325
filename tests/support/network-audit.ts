/** What must be true of everybody and every station when a journey is over. */

import type { ExecutionContext } from 'ava';
import { paidSoFar } from '../../domain/rental/index.js';
import { add, type Money, negate, rupees, sum, toRupees, zero } from '../../domain/shared/money.js';
import type { Network } from './network.js';
import { type Person, purseOf, type TestStation } from './network-life.js';

interface Bought {
  readonly wallet: Money;
  readonly points: number;
}

/** What a rental has taken from its user, less what it gave back, by the rental's own books. */
const takenBy = async ({ handlers }: Network, rentalId: string): Promise<Bought> => {
  const { state } = await handlers.rental.load(rentalId);
  if (state === null) throw new Error(`there is no rental ${rentalId}`);
  const { split } = paidSoFar(state);
  const back = state.cancellation?.refund ?? { points: 0, wallet: zero };
  return {
    wallet: add(split.wallet, negate(back.wallet)),
    points: split.points - back.points,
  };
};

export interface Over {
  readonly people: readonly Person[];
  readonly stations: readonly TestStation[];
  /** Rentals of these people, all of them. */
  readonly rentals: readonly string[];
  /** Money that came in after the purse was filled. */
  readonly toppedUp?: string;
  /** Points that rentals have earned. */
  readonly earned?: number;
}

/** Nothing is held or reserved, and two sets of books tell the same story about the money. */
export const isOver = async (t: ExecutionContext<unknown>, network: Network, over: Over) => {
  await network.settled();
  const { handlers } = network;
  for (const { userId } of over.people) {
    const { state: wallet } = await handlers.wallet.load(userId);
    const { state: points } = await handlers.points.load(userId);
    t.deepEqual([toRupees(wallet.held), points.held], ['0.00', 0], `${userId} has nothing held`);
    t.deepEqual([wallet.openHolds.size, points.openHolds.size], [0, 0]);
    const { state: renter } = await handlers.renter.load(userId);
    t.is(renter.currentRentalId, null, `${userId} is free of rentals`);
  }
  for (const { serial } of over.stations) {
    const { state } = await handlers.station.load(serial);
    t.is(state.reservations.size, 0, `nothing is reserved at ${serial}`);
    t.is(state.openEjects.size, 0, `no eject is open at ${serial}`);
  }
  await booksAgree(t, network, over);
};

const booksAgree = async (t: ExecutionContext<unknown>, network: Network, over: Over) => {
  const { people, rentals, toppedUp = '0.00', earned = 0 } = over;
  const taken = await Promise.all(rentals.map((id) => takenBy(network, id)));
  const purses = await Promise.all(people.map((person) => purseOf(network, person)));
  const before = sum([...people.map(({ purse }) => rupees(purse.wallet)), rupees(toppedUp)]);
  const after = sum([
    ...purses.map(({ wallet }) => rupees(wallet)),
    ...taken.map(({ wallet }) => wallet),
  ]);
  t.is(toRupees(after), toRupees(before), 'no paisa came or went by itself');
  const pointsOf = (all: readonly { readonly points: number }[]): number =>
    all.reduce((total, { points }) => total + points, 0);
  const pointsBefore = pointsOf(people.map(({ purse }) => purse)) + earned;
  t.is(pointsOf(purses) + pointsOf(taken), pointsBefore, 'no point came or went by itself');
};
