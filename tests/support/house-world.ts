/** A small world around a house: two stations, three renters, and where the banks really are. */

import fc from 'fast-check';
import { sightOfOwnBank } from '../../commands/rental/own-bank.js';
import { commandOfWish } from '../../commands/rental-process/put-back.js';
import {
  owedAt,
  type PutBackWish,
  type Rental,
  type RentalCommand,
} from '../../domain/rental/index.js';
import { settingsId } from '../../domain/settings/index.js';
import { brandOrThrow } from '../../domain/shared/brand.js';
import {
  EntryId,
  type PowerBankSerial,
  RentalId,
  type StationSerial,
  UserId,
} from '../../domain/shared/ids.js';
import { plusSeconds } from '../../domain/shared/instant.js';
import { rupees } from '../../domain/shared/money.js';
import type { OpenEject, StationCommand, StationState } from '../../domain/station/index.js';
import { type House, testContext } from './house-core.js';
import { bank, offer, pay, request, station, swapId } from './rental.js';
import { openStation, showSlots } from './renting.js';

/** Two stations of four slots, two banks in each, and one more that goes around. */
const slotCount = 4;
const channels = ['return', 'return-http', 'return-selftest'] as const;

export type EjectOutcome =
  | 'obeys'
  | 'refuses'
  | 'other-bank'
  | `${'unsure' | 'silent'}-${'in' | 'out'}`;

export type Action =
  | { readonly kind: 'ask'; readonly user: number; readonly station: number }
  | { readonly kind: 'eject'; readonly station: number; readonly outcome: EjectOutcome }
  | {
      readonly kind: 'put-in';
      readonly hand: number;
      readonly station: number;
      readonly told: readonly number[];
    }
  | { readonly kind: 'look'; readonly station: number }
  | { readonly kind: 'announce'; readonly user: number; readonly what: 'cancel' | 'swap' }
  | { readonly kind: UserWish; readonly user: number }
  | { readonly kind: 'wait'; readonly minutes: number };

type UserWish = 'cancel' | 'swap' | 'extend' | 'pay-due' | 'top-up';
type Kind<K extends Action['kind']> = Extract<Action, { readonly kind: K }>;

const user = fc.nat(2);
const place = fc.nat(1);
const outcome = fc.constantFrom<EjectOutcome>(
  ...(['obeys', 'obeys', 'obeys', 'obeys', 'refuses', 'other-bank'] as const),
  ...(['unsure-in', 'unsure-out', 'silent-in', 'silent-out'] as const),
);
const byUser = fc.constantFrom<UserWish>('cancel', 'swap', 'extend', 'pay-due', 'top-up');

export const anyAction: fc.Arbitrary<Action> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('ask'), user, station: place }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('eject'), station: place, outcome }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('put-in'),
      hand: fc.nat(4),
      station: place,
      told: fc.array(fc.nat(2), { maxLength: 3 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('look'), station: place }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('announce'),
      user,
      what: fc.constantFrom('cancel', 'swap'),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: byUser, user }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('wait'),
      minutes: fc.constantFrom(1, 4, 12, 30, 65, 1_600),
    }),
  },
);

export interface World {
  readonly house: House;
  readonly users: readonly UserId[];
  readonly stations: readonly StationSerial[];
  readonly banks: readonly PowerBankSerial[];
  readonly rentals: readonly RentalId[];
  /** What is really in the slots of each station. */
  inside(serial: StationSerial): readonly (PowerBankSerial | null)[];
  act(action: Action): Promise<void>;
  /** Whatever is still open ends: cabinets answer, banks come back, time passes. */
  end(): Promise<void>;
}

/** Furnishes a world of its own in a house that has others; `name` is made of digits. */
export const openWorld = async (house: House, name: string): Promise<World> => {
  const { handlers, clock, done } = house;
  const at = clock.now();
  await done(handlers.settings, settingsId, { type: 'SeedSettings', at });
  const users = [1, 2, 3].map((number) => brandOrThrow(UserId, `u-${name}-${number}`));
  const stations = [1, 2].map((number) => station(`KTM-${name}-${number}`));
  const banks = [1, 2, 3, 4].map((number) => bank(`${name}0${number}`));
  const truth = new Map<StationSerial, readonly (PowerBankSerial | null)[]>();
  for (const [index, serial] of stations.entries()) {
    const [first = null, second = null] = banks.slice(index * 2);
    truth.set(serial, [first, second, ...Array<null>(slotCount - 2).fill(null)]);
    await openStation(house, serial, `86${name.padStart(6, '0')}${'0'.repeat(6)}${index}`);
    await showSlots(house, serial, truth.get(serial) ?? []);
  }
  const inner: Inner = {
    house,
    name,
    users,
    stations,
    banks,
    truth,
    rentals: [],
    hands: [],
    count: 0,
  };
  for (const [index] of users.entries()) await act(inner, { kind: 'top-up', user: index });
  await house.settled();
  return {
    ...inner,
    inside: (serial) => insideOf(inner, serial),
    act: (action) => act(inner, action),
    end: () => end(inner),
  };
};

interface Inner {
  readonly house: House;
  readonly name: string;
  readonly users: readonly UserId[];
  readonly stations: readonly StationSerial[];
  readonly banks: readonly PowerBankSerial[];
  /** Slots of each station as they really are, and the banks that people carry around. */
  readonly truth: Map<StationSerial, readonly (PowerBankSerial | null)[]>;
  readonly hands: PowerBankSerial[];
  readonly rentals: RentalId[];
  count: number;
}

const fresh = (inner: Inner, what: string): string => {
  inner.count += 1;
  return `${what}-${inner.name}-${inner.count}`;
};

const insideOf = ({ truth }: Inner, serial: StationSerial): readonly (PowerBankSerial | null)[] =>
  truth.get(serial) ?? [];

/** A wish may be refused: the world does not know better. */
const tellStation = async (
  { house }: Inner,
  serial: StationSerial,
  command: StationCommand,
): Promise<void> => {
  await house.handlers.station.execute(serial, command, testContext());
};

/** The open rental of a user, or one that is not paid. */
const currentOf = async ({ house, users }: Inner, index: number): Promise<Rental | null> => {
  const { state } = await house.handlers.renter.load(users[index] ?? '');
  const id = state.currentRentalId ?? [...state.dues.keys()][0];
  return id === undefined ? null : (await house.handlers.rental.load(id)).state;
};

const tellRental = async (
  inner: Inner,
  index: number,
  wish: (rental: Rental) => Promise<RentalCommand> | RentalCommand,
): Promise<void> => {
  const rental = await currentOf(inner, index);
  if (rental === null) return;
  const command = await wish(rental);
  await inner.house.handlers.rental.execute(rental.rentalId, command, testContext());
};

const ask = async (inner: Inner, action: Kind<'ask'>): Promise<void> => {
  const { house, users, stations, rentals } = inner;
  const [userId, where] = [users[action.user], stations[action.station]];
  if (userId === undefined || where === undefined) return;
  const rentalId = brandOrThrow(RentalId, fresh(inner, 'r'));
  rentals.push(rentalId);
  const wish = { ...request(), userId, station: where };
  const claim = { type: 'ClaimRental', rentalId, request: wish, at: house.clock.now() } as const;
  await house.handlers.renter.execute(userId, claim, testContext());
};

const leave = (inner: Inner, serial: StationSerial, powerBank: PowerBankSerial): void => {
  const slots = insideOf(inner, serial);
  const index = slots.indexOf(powerBank);
  if (index < 0) return;
  inner.truth.set(serial, slots.with(index, null));
  inner.hands.push(powerBank);
};

/** The order that waits for its cabinet to be told. */
const orderedIn = ({ openEjects }: StationState): OpenEject | undefined =>
  [...openEjects.values()].find(({ stage }) => stage === 'ordered');

/** What really comes out, and what the cabinet says of it. */
const outcomeOf = (how: EjectOutcome, isThere: boolean) => {
  const leaves = how === 'obeys' || how === 'other-bank' || how.endsWith('-out');
  if (how.startsWith('silent')) return { leaves, said: null };
  if (how.startsWith('unsure')) return { leaves, said: 'uncertain' as const };
  return { leaves, said: leaves && isThere ? ('ejected' as const) : ('not_ejected' as const) };
};

const eject = async (inner: Inner, { station: index, outcome: how }: Kind<'eject'>) => {
  const { house, stations } = inner;
  const serial = stations[index];
  if (serial === undefined) return;
  const order = orderedIn((await house.handlers.station.load(serial)).state);
  if (order === undefined) return;
  const { ejectId, powerBank } = order;
  const dispatch = { type: 'RecordEjectDispatched', ejectId, commandTtlSeconds: 15 } as const;
  await tellStation(inner, serial, { ...dispatch, at: house.clock.now() });
  const inside = insideOf(inner, serial);
  const other = inside.find((each) => each !== null && each !== powerBank) ?? powerBank;
  const out = how === 'other-bank' ? other : powerBank;
  const { leaves, said } = outcomeOf(how, inside.includes(out));
  if (leaves) leave(inner, serial, out);
  if (said === null) return;
  await tellStation(inner, serial, {
    type: 'RecordEjectAnswer',
    powerBank: out,
    slot: null,
    outcome: said,
    rawState: 1,
    at: house.clock.now(),
  });
};

const putIn = async (inner: Inner, action: Kind<'put-in'>): Promise<void> => {
  const { house, stations, hands, truth } = inner;
  const serial = stations[action.station];
  const powerBank = hands[action.hand % Math.max(1, hands.length)];
  if (serial === undefined || powerBank === undefined) return;
  const slot = insideOf(inner, serial).indexOf(null);
  if (slot < 0) return;
  hands.splice(hands.indexOf(powerBank), 1);
  truth.set(serial, insideOf(inner, serial).with(slot, powerBank));
  for (const index of action.told) {
    await tellStation(inner, serial, {
      type: 'RecordReturn',
      slot: slot + 1,
      powerBank,
      accepted: true,
      rawState: 1,
      batteryPercent: 60,
      channel: channels[index] ?? 'return',
      echoWindowMinutes: 10,
      at: house.clock.now(),
    });
  }
};

const look = async (inner: Inner, { station: index }: Kind<'look'>): Promise<void> => {
  const serial = inner.stations[index];
  if (serial !== undefined) await showSlots(inner.house, serial, insideOf(inner, serial));
};

const wishOf = (inner: Inner, what: 'cancel' | 'swap'): PutBackWish =>
  what === 'cancel'
    ? { kind: 'cancel', reason: null, feePaymentId: pay(fresh(inner, 'fee')) }
    : {
        kind: 'swap',
        swapId: swapId(fresh(inner, 'swap')),
        requestedPowerBank: null,
        reason: 'OTHER',
        description: null,
      };

const announce = (inner: Inner, action: Kind<'announce'>): Promise<void> => {
  const at = inner.house.clock.now();
  const wish = wishOf(inner, action.what);
  const until = plusSeconds(at, 30);
  return tellRental(inner, action.user, () => ({ type: 'AwaitPutBack', wish, until, at }));
};

const topUp = async (inner: Inner, index: number): Promise<void> => {
  const { house, users } = inner;
  const creditId = brandOrThrow(EntryId, fresh(inner, 'credit'));
  const credit = {
    creditId,
    amount: rupees('75'),
    source: 'TOPUP',
    gateway: null,
    rentalId: null,
  } as const;
  const command = { type: 'CreditWallet', ...credit, at: house.clock.now() } as const;
  await house.handlers.wallet.execute(users[index] ?? '', command, testContext());
};

const ofUser = async (inner: Inner, { kind, user: index }: Kind<UserWish>): Promise<void> => {
  const { handlers, clock } = inner.house;
  const at = clock.now();
  switch (kind) {
    case 'cancel':
    case 'swap':
      return tellRental(inner, index, async (rental) => {
        const sight = await sightOfOwnBank({ handlers }, rental);
        return commandOfWish(handlers, rental, { wish: wishOf(inner, kind), sight, at });
      });
    case 'extend': {
      const split = { points: 0, wallet: rupees('50') };
      const paymentId = pay(fresh(inner, 'extension'));
      return tellRental(inner, index, () => {
        return { type: 'RequestExtension', paymentId, offer: offer(), split, at };
      });
    }
    case 'pay-due': {
      const paymentId = pay(fresh(inner, 'due'));
      return tellRental(inner, index, (rental) => {
        const split = { points: 0, wallet: owedAt(rental, at) };
        return { type: 'PlanPayment', paymentId, purpose: 'DUE', split, at };
      });
    }
    case 'top-up':
      return topUp(inner, index);
  }
};

const act = async (inner: Inner, action: Action): Promise<void> => {
  const { clock } = inner.house;
  // Nothing happens twice in the same instant in a world with one clock.
  clock.advance({ seconds: 1 });
  switch (action.kind) {
    case 'ask':
      return ask(inner, action);
    case 'eject':
      return eject(inner, action);
    case 'put-in':
      return putIn(inner, action);
    case 'look':
      return look(inner, action);
    case 'announce':
      return announce(inner, action);
    case 'wait':
      return clock.advance({ minutes: action.minutes });
    case 'cancel':
    case 'swap':
    case 'extend':
    case 'pay-due':
    case 'top-up':
      return ofUser(inner, action);
  }
};

const isAnythingOrdered = async ({ house, stations }: Inner): Promise<boolean> => {
  const states = await Promise.all(stations.map((serial) => house.handlers.station.load(serial)));
  return states.some(({ state }) => orderedIn(state) !== undefined);
};

const everywhere = async (inner: Inner, action: (index: number) => Action): Promise<void> => {
  for (const index of inner.stations.keys()) await act(inner, action(index));
  await inner.house.settled();
};

/** Long enough for every wait of an eject, and for the memory of returns. */
const letTimePass = async (inner: Inner): Promise<void> => {
  const { clock, settled } = inner.house;
  for (const minutes of [1, 30, 30]) {
    clock.advance({ minutes });
    await settled();
    await everywhere(inner, (index) => ({ kind: 'look', station: index }));
  }
};

const end = async (inner: Inner): Promise<void> => {
  await inner.house.settled();
  while (await isAnythingOrdered(inner)) {
    await everywhere(inner, (index) => ({ kind: 'eject', station: index, outcome: 'refuses' }));
  }
  await letTimePass(inner);
  while (inner.hands.length > 0) {
    const there = inner.hands.length % 2;
    await act(inner, { kind: 'put-in', hand: 0, station: there, told: [0] });
  }
  await letTimePass(inner);
};
