import test from 'ava';
import { brandOrThrow } from '../../domain/shared/brand.js';
import { EjectId, HoldId } from '../../domain/shared/ids.js';
import { plusMinutes } from '../../domain/shared/instant.js';
import { rupees, toRupees } from '../../domain/shared/money.js';
import { openHouse } from '../support/house.js';
import { bank, station } from '../support/rental.js';
import {
  announce,
  answer,
  balances,
  claim,
  ejects,
  furnish,
  lastEject,
  openStation,
  returnBank,
  showSlots,
  startRental,
  statusOf,
  typesOf,
} from '../support/renting.js';

test.serial('a prepaid rental walks from the claim to the settled end', async (t) => {
  const house = await openHouse(t);
  const scene = await furnish(house, { wallet: '100', points: 200 });

  await startRental(house, scene, 'r-1');
  t.is(await statusOf(house, 'r-1'), 'ACTIVE');
  house.clock.advance({ minutes: 30 });
  await returnBank(house, scene);
  await house.settled();

  t.deepEqual(await typesOf(house, 'rental-r-1'), [
    'RentalRequested',
    'PowerBankAssigned',
    'PaymentPlanned',
    'PaymentSecured',
    'EjectRequested',
    'PaymentConfirmed',
    'RentalStarted',
    'PaymentCaptured',
    'PowerBankReturned',
    'RentalCompleted',
  ]);
  // 200 points pay 20 rupees of the 50; 5 + 50 points come for the return on time (P-014).
  t.deepEqual(await balances(house, scene), { wallet: '70.00', points: 55, held: '0.00 + 0' });
  t.is((await house.handlers.renter.load(scene.userId)).state.currentRentalId, null);
});

test.serial('P-023: a refused eject gives everything back and leaves no reservation', async (t) => {
  const house = await openHouse(t);
  const scene = await furnish(house, { wallet: '100', points: 200 });

  await claim(house, scene, 'r-1');
  await house.settled();
  t.is((await balances(house, scene)).held, '30.00 + 200');
  await ejects(house, scene, 'not_ejected');
  await house.settled();

  t.is(await statusOf(house, 'r-1'), 'CANCELLED');
  t.deepEqual(await balances(house, scene), { wallet: '100.00', points: 200, held: '0.00 + 0' });
  t.is((await house.handlers.station.load(scene.station)).state.reservations.size, 0);
  await startRental(house, scene, 'r-2');
  t.is(await statusOf(house, 'r-2'), 'ACTIVE');
});

test.serial(
  'silence becomes uncertainty, the slot is looked at, and the empty slot decides',
  async (t) => {
    const house = await openHouse(t);
    const scene = await furnish(house, { wallet: '100', points: 0 });
    await claim(house, scene, 'r-1');
    await house.settled();
    await ejects(house, scene, 'silent');
    await house.settled();

    house.clock.advance({ seconds: 15 });
    await house.settled();
    t.true((await typesOf(house, 'rental-r-1')).includes('EjectLeftUndecided'));
    house.clock.advance({ seconds: 10 });
    await house.settled();
    t.deepEqual(await typesOf(house, `cabinet-${scene.station}`), ['CabinetOrdered']);
    await showSlots(house, scene.station, [null, bank('22222222'), null, null]);
    await house.settled();

    t.is(await statusOf(house, 'r-1'), 'ACTIVE');
  },
);

test.serial(
  'an undecided eject whose bank is still in its slot is cancelled free of charge',
  async (t) => {
    const house = await openHouse(t);
    const scene = await furnish(house, { wallet: '100', points: 0 });
    await claim(house, scene, 'r-1');
    await house.settled();
    await ejects(house, scene, 'uncertain');
    await house.settled();

    house.clock.advance({ seconds: 10 });
    await showSlots(house, scene.station, [bank('11111111'), bank('22222222'), null, null]);
    await house.settled();

    t.is(await statusOf(house, 'r-1'), 'CANCELLED');
    t.is((await balances(house, scene)).wallet, '100.00');
  },
);

test.serial('an eject of which nobody ever hears is given up, and nothing is kept', async (t) => {
  const house = await openHouse(t);
  const scene = await furnish(house, { wallet: '100', points: 0 });
  await claim(house, scene, 'r-1');
  await house.settled();
  await ejects(house, scene, 'silent');
  await house.settled();

  house.clock.advance({ seconds: 15 });
  await house.settled();
  house.clock.advance({ minutes: 25 });
  await house.settled();

  t.is(await statusOf(house, 'r-1'), 'CANCELLED');
  t.is((await balances(house, scene)).held, '0.00 + 0');
});

test.serial('an answer that comes after the wait ran out is still true', async (t) => {
  const house = await openHouse(t);
  const scene = await furnish(house, { wallet: '100', points: 0 });
  await claim(house, scene, 'r-1');
  await house.settled();
  await ejects(house, scene, 'silent');
  await house.settled();
  house.clock.advance({ seconds: 20 });
  await house.settled();

  await answer(house, scene, { outcome: 'ejected' });
  await house.settled();

  t.is(await statusOf(house, 'r-1'), 'ACTIVE');
});

test.serial(
  'START-14: the rental follows the bank really out, and the reserved one is free',
  async (t) => {
    const house = await openHouse(t);
    const scene = await furnish(house, { wallet: '100', points: 0 });
    await claim(house, scene, 'r-1');
    await house.settled();
    await ejects(house, scene, 'silent');
    await answer(house, scene, { outcome: 'ejected', powerBank: bank('22222222') });
    await house.settled();

    const { state } = await house.handlers.rental.load('r-1');
    t.is(state?.run?.powerBank, bank('22222222'));
    t.is((await house.handlers.station.load(scene.station)).state.reservations.size, 0);
    t.is((await house.handlers.powerBank.load('22222222')).state.place.kind, 'rental');
    t.is((await house.handlers.powerBank.load('11111111')).state.place.kind, 'slot');
  },
);

test.serial(
  'an order that no adapter took in time is never sent, and the start fails',
  async (t) => {
    const house = await openHouse(t);
    const scene = await furnish(house, { wallet: '100', points: 0 });
    await claim(house, scene, 'r-1');
    await house.settled();

    house.clock.advance({ seconds: 15 });
    await house.settled();

    t.is(await statusOf(house, 'r-1'), 'CANCELLED');
    const { ejectId } = await lastEject(house, scene);
    const late = await house.handlers.station.execute(
      scene.station,
      {
        type: 'RecordEjectDispatched',
        ejectId: brandOrThrow(EjectId, ejectId),
        commandTtlSeconds: 15,
        at: house.clock.now(),
      },
      { commandId: 'x', correlationId: 'x', causationId: 'x', actor: { kind: 'system', id: 't' } },
    );
    t.is(late._tag, 'Left');
  },
);

test.serial(
  'P-001, P-021: one return reported three times at another station counts once',
  async (t) => {
    const house = await openHouse(t);
    const scene = await furnish(house, { wallet: '100', points: 0 });
    await startRental(house, scene, 'r-1');
    house.clock.advance({ minutes: 92 });
    const other = station('LTP001');
    await openStation(house, other, '123456789012348');
    await showSlots(house, other, [null, null]);

    await returnBank(house, scene, { station: other, slot: 2 });
    await returnBank(house, scene, { station: other, slot: 2, channel: 'return-http' });
    await showSlots(house, other, [null, scene.best]);
    await house.settled();

    const types = await typesOf(house, 'rental-r-1');
    t.is(types.filter((type) => type === 'RentalCompleted').length, 1);
    // 32 minutes late: 30 after grace, twice the rate of 50 an hour is 50 (LATE-2, P-013).
    t.is((await balances(house, scene)).wallet, '0.00');
    t.is((await balances(house, scene)).points, 5);
    t.deepEqual((await house.handlers.powerBank.load(scene.best)).state.place, {
      kind: 'slot',
      station: other,
      slot: 2,
    });
  },
);

test.serial('CAN-3: an announced cancellation is free once the bank is back', async (t) => {
  const house = await openHouse(t);
  const scene = await furnish(house, { wallet: '100', points: 200 });
  await startRental(house, scene, 'r-1');
  await announce(house, 'r-1', 'cancel');
  await returnBank(house, scene);
  await house.settled();

  t.is(await statusOf(house, 'r-1'), 'CANCELLED');
  // Points come back as points and money as money (P-008); no points for completion (CAN-7).
  t.deepEqual(await balances(house, scene), { wallet: '100.00', points: 200, held: '0.00 + 0' });
  t.true((await typesOf(house, 'rental-r-1')).includes('RefundPaid'));
});

test.serial(
  'P-080, P-082: an announced swap hands out another bank for the one put back',
  async (t) => {
    const house = await openHouse(t);
    const scene = await furnish(house, { wallet: '100', points: 0 });
    await startRental(house, scene, 'r-1');
    await announce(house, 'r-1', 'swap');
    await returnBank(house, scene);
    await house.settled();
    await ejects(house, scene, 'ejected');
    await house.settled();

    const { state } = await house.handlers.rental.load('r-1');
    t.is(state?.status, 'ACTIVE');
    t.is(state?.run?.powerBank, bank('22222222'));
    t.is((await house.handlers.powerBank.load('22222222')).state.place.kind, 'rental');
    t.is((await house.handlers.powerBank.load(scene.best)).state.place.kind, 'slot');
    t.is((await balances(house, scene)).wallet, '50.00');
  },
);

test.serial(
  'a failed swap leaves the choice for a moment, then the put-back was a return',
  async (t) => {
    const house = await openHouse(t);
    const scene = await furnish(house, { wallet: '100', points: 0 });
    await startRental(house, scene, 'r-1');
    await announce(house, 'r-1', 'swap');
    await returnBank(house, scene);
    await house.settled();
    await ejects(house, scene, 'not_ejected');
    await house.settled();
    t.is(await statusOf(house, 'r-1'), 'ACTIVE');

    house.clock.advance({ seconds: 61 });
    await house.settled();

    t.is(await statusOf(house, 'r-1'), 'COMPLETED');
    t.is((await house.handlers.renter.load(scene.userId)).state.currentRentalId, null);
  },
);

test.serial('P-018, P-019, P-071, P-072: abandoned, lost, seen again', async (t) => {
  const house = await openHouse(t);
  const scene = await furnish(house, { wallet: '100', points: 0 });
  await startRental(house, scene, 'r-1');
  house.clock.advance({ minutes: 61 });
  await house.settled();
  t.is(await statusOf(house, 'r-1'), 'OVERDUE');
  house.clock.advance({ minutes: 1_440 });
  await house.settled();

  t.is(await statusOf(house, 'r-1'), 'COMPLETED');
  const { state: renter } = await house.handlers.renter.load(scene.userId);
  // 100 late fee and 5,000 for the bank (ABN-1); the wallet cannot pay it, so nothing is taken.
  t.deepEqual([...renter.dues.values()].map(toRupees), ['5100.00']);
  t.is((await balances(house, scene)).wallet, '50.00');
  t.is((await house.handlers.powerBank.load(scene.best)).state.place.kind, 'lost');

  await returnBank(house, scene);
  await house.settled();
  t.is((await house.handlers.powerBank.load(scene.best)).state.place.kind, 'slot');
  t.is(await statusOf(house, 'r-1'), 'COMPLETED');
  t.is((await typesOf(house, 'rental-r-1')).at(-1), 'LostPowerBankFound');
});

test.serial('a hold that nobody closed runs out, and the money is spendable again', async (t) => {
  const house = await openHouse(t);
  const scene = await furnish(house, { wallet: '100', points: 0 });
  await house.done(house.handlers.wallet, scene.userId, {
    type: 'HoldFunds',
    holdId: brandOrThrow(HoldId, 'forgotten'),
    amount: rupees('40'),
    purpose: 'WITHDRAWAL',
    rentalId: null,
    expiresAt: plusMinutes(house.clock.now(), 10),
    at: house.clock.now(),
  });
  await house.settled();
  t.is((await balances(house, scene)).held, '40.00 + 0');

  house.clock.advance({ minutes: 10 });
  await house.settled();

  t.is((await balances(house, scene)).held, '0.00 + 0');
  t.is((await typesOf(house, `wallet-${scene.userId}`)).at(-1), 'FundsReleased');
});
