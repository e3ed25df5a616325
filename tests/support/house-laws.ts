/** What must be true of a world at every quiet moment; told by other books than the domain's. */

import { paidSoFar, type RentalStatus } from '../../domain/rental/index.js';
import { add, negate, sum, toRupees, zero } from '../../domain/shared/money.js';
import { slotViews } from '../../domain/station/index.js';
import type { LoggedEvent } from '../../ports/logged-event.js';
import { booksAddUp } from './house-books.js';
import type { World } from './house-world.js';

type Law = (world: World) => Promise<readonly string[]>;

/** What a fact of an account does to a hold: how much is held afterwards; `null` for others. */
const holdAfter = (event: LoggedEvent['event']): readonly [holdId: string, held: number] | null => {
  if (event.type === 'FundsHeld') return [event.data.holdId, event.data.amount.minor];
  if (event.type === 'PointsHeld') return [event.data.holdId, event.data.points];
  if (event.type === 'FundsCaptured') return [event.data.holdId, event.data.remaining.minor];
  const isEnd =
    event.type === 'FundsReleased' ||
    event.type === 'PointsRedeemed' ||
    event.type === 'PointsReleased';
  return isEnd ? [event.data.holdId, 0] : null;
};

/** Goes through the facts of one account and says what of its holds is wrong. */
const holdLaws = (events: readonly LoggedEvent['event'][]) => {
  const open = new Map<string, number>();
  const closed = new Set<string>();
  const broken: string[] = [];
  for (const event of events) {
    const after = holdAfter(event);
    if (after === null) continue;
    const [holdId, amount] = after;
    const isNew = event.type === 'FundsHeld' || event.type === 'PointsHeld';
    if (closed.has(holdId) || isNew === open.has(holdId)) broken.push(`${event.type} of ${holdId}`);
    open.set(holdId, amount);
    if (amount > 0) continue;
    open.delete(holdId);
    closed.add(holdId);
  }
  const held = [...open.values()].reduce((total, amount) => total + amount, 0);
  return { held, broken, open: [...open.keys()] };
};

/** Held is the sum of the open holds, and no hold is closed twice. */
const holdsAddUp: Law = async ({ house, users }) => {
  const broken: string[] = [];
  for (const userId of users) {
    const wallet = holdLaws(await house.eventsOf(`wallet-${userId}`));
    const points = holdLaws(await house.eventsOf(`points-${userId}`));
    const { state: purse } = await house.handlers.wallet.load(userId);
    const { state: account } = await house.handlers.points.load(userId);
    broken.push(...wallet.broken, ...points.broken);
    if (purse.held.minor !== wallet.held) broken.push(`${userId}: held money is not its holds`);
    if (account.held !== points.held) broken.push(`${userId}: held points are not their holds`);
    if (purse.balance.minor < purse.held.minor)
      broken.push(`${userId}: more held than there (P-064)`);
    if (account.balance < account.held) broken.push(`${userId}: more points held than there`);
  }
  return broken;
};

/** A bank is shown in one place, and its own book names the same one (P-005, P-007). */
const banksAreInOnePlace: Law = async ({ house, banks, stations }) => {
  const shown = new Map<string, string[]>();
  for (const serial of stations) {
    const { state } = await house.handlers.station.load(serial);
    for (const { powerBank, slot } of slotViews(state)) {
      if (powerBank === null) continue;
      shown.set(powerBank, [...(shown.get(powerBank) ?? []), `${serial}/${slot}`]);
    }
  }
  const broken: string[] = [];
  for (const powerBank of banks) {
    const { place } = (await house.handlers.powerBank.load(powerBank)).state;
    const own = place.kind === 'slot' ? [`${place.station}/${place.slot}`] : [];
    const seen = shown.get(powerBank) ?? [];
    if (own.join() !== seen.join()) {
      broken.push(
        `${powerBank} is at ${place.kind} [${own.join()}], and shown at [${seen.join()}]`,
      );
    }
  }
  return broken;
};

const openStatuses: readonly RentalStatus[] = ['PENDING', 'PENDING_POPUP', 'ACTIVE', 'OVERDUE'];

const rentalsOf = async ({ house, rentals }: World) => {
  const loaded = await Promise.all(rentals.map((id) => house.handlers.rental.load(id)));
  return loaded.flatMap(({ state }) => (state === null ? [] : [state]));
};

/** A user has at most one open rental, and a bank is in at most one (START-11). */
const rentalsAreExclusive: Law = async (world) => {
  const open = (await rentalsOf(world)).filter(({ status }) => openStatuses.includes(status));
  const twice = (keys: readonly string[], what: string): readonly string[] =>
    keys.filter((key, index) => keys.indexOf(key) !== index).map((key) => `${key}: ${what}`);
  const out = open.flatMap(({ run, putBack }) =>
    run === null || putBack !== null ? [] : [run.powerBank],
  );
  return [
    ...twice(
      open.map(({ request }) => request.userId),
      'two open rentals',
    ),
    ...twice(out, 'in two rentals'),
  ];
};

/** Each payment is taken once, and wallet and rentals tell the same story of the money. */
const moneyIsTakenOnce: Law = async (world) => {
  const { house, users } = world;
  const broken: string[] = [];
  const rentals = await rentalsOf(world);
  for (const { rentalId } of rentals) {
    const facts = await house.eventsOf(`rental-${rentalId}`);
    const taken = facts.flatMap((fact) =>
      fact.type === 'PaymentConfirmed' ? [fact.data.paymentId] : [],
    );
    if (new Set(taken).size !== taken.length) broken.push(`${rentalId}: a payment is taken twice`);
  }
  for (const userId of users) {
    const { state } = await house.handlers.wallet.load(userId);
    const credited = (await house.eventsOf(`wallet-${userId}`)).flatMap((fact) =>
      fact.type === 'FundsCredited' && fact.data.source === 'TOPUP' ? [fact.data.amount] : [],
    );
    const spent = rentals
      .filter(({ request }) => request.userId === userId)
      .map((rental) =>
        add(paidSoFar(rental).split.wallet, negate(rental.cancellation?.refund.wallet ?? zero)),
      );
    const expected = add(sum(credited), negate(sum(spent)));
    if (state.balance.minor !== expected.minor) {
      broken.push(`${userId} has ${toRupees(state.balance)} instead of ${toRupees(expected)}`);
    }
  }
  return broken;
};

const lawsOfQuietMoments: readonly Law[] = [
  holdsAddUp,
  banksAreInOnePlace,
  rentalsAreExclusive,
  moneyIsTakenOnce,
  booksAddUp,
];

/** Nothing is open: no hold, no reservation, no eject, no rental; slots are shown as they are. */
const nothingIsOpen: Law = async (world) => {
  const { house, users, stations } = world;
  const broken: string[] = [];
  for (const { rentalId, status } of await rentalsOf(world)) {
    if (openStatuses.includes(status)) broken.push(`${rentalId} is still ${status}`);
  }
  for (const userId of users) {
    const { open: money } = holdLaws(await house.eventsOf(`wallet-${userId}`));
    const { open: points } = holdLaws(await house.eventsOf(`points-${userId}`));
    if (money.length + points.length > 0) broken.push(`${userId}: still held: ${money.join()}`);
    const { state } = await house.handlers.renter.load(userId);
    if (state.currentRentalId !== null) broken.push(`${userId} still claims a rental`);
  }
  for (const serial of stations) {
    const { state } = await house.handlers.station.load(serial);
    if (state.reservations.size > 0) broken.push(`${serial}: still reserved (P-023)`);
    if (state.openEjects.size > 0) broken.push(`${serial}: an eject is still open`);
    const shown = slotViews(state).map(({ powerBank }) => powerBank);
    const really = world.inside(serial);
    if (shown.join() !== really.join())
      broken.push(`${serial} shows ${shown.join()}, has ${really.join()}`);
  }
  return broken;
};

const brokenLaws = async (laws: readonly Law[], world: World): Promise<readonly string[]> =>
  (await Promise.all(laws.map((law) => law(world)))).flat();

export const brokenNow = (world: World): Promise<readonly string[]> =>
  brokenLaws(lawsOfQuietMoments, world);

export const brokenAtTheEnd = (world: World): Promise<readonly string[]> =>
  brokenLaws([...lawsOfQuietMoments, nothingIsOpen], world);
