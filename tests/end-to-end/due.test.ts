import test from 'ava';
import { networkOfThisFile, readModelsAreRebuiltEqual } from '../support/network.js';
import { isOver } from '../support/network-audit.js';
import {
  activeOf,
  bankShown,
  bringBack,
  newPerson,
  newStation,
  purseOf,
  putIn,
  reaches,
  standingOf,
  start,
  started,
  topUp,
} from '../support/network-life.js';

const open = networkOfThisFile();

test.serial(
  'P-013, P-016, P-027, P-034: what is owed blocks, is paid in full, and frees at once',
  async (t) => {
    const network = open();
    const { call } = network;
    const asha = await newPerson(network, { wallet: '55.00' });
    const station = await newStation(network);
    const rental = await started(network, asha, station);
    await network.advance({ minutes: 60 + 17 });
    const ended = await bringBack(network, rental, station);
    t.like(ended, { payment_status: 'PENDING', owed: '25.00', paid: { amount: '50.00' } });
    t.is((await purseOf(network, asha)).wallet, '5.00', 'no part is taken (RET-4)');

    const blocked = await start(network, asha, station);
    t.deepEqual([blocked.status, blocked.code], [409, 'unpaid_rental_exists']);
    const payDue = `POST /api/rentals/${rental.id}/pay-due` as const;
    const short = await call(asha.caller, payDue);
    t.deepEqual([short.status, short.code], [402, 'payment_required']);
    // Five points for the return are worth half a rupee.
    t.like(short.json, { shortfall: '19.50' });
    await topUp(network, asha, '100.00');
    const part = { wallet_amount: '10.00', points_to_use: 0 };
    t.is((await call(asha.caller, payDue, { body: part })).code, 'payment_amount_mismatch');

    const paid = await call(asha.caller, payDue);
    t.is(paid.status, 200);
    t.like(paid.data, { payment_status: 'PAID', owed: '0.00' });
    t.is((await call(asha.caller, payDue)).code, 'no_due_amount');
    await network.settled();
    t.deepEqual(await purseOf(network, asha), { wallet: '80.50', points: 0 });
    const next = await started(network, asha, station);
    await bringBack(network, next, station);
    const over = { people: [asha], stations: [station], rentals: [rental.id, next.id] };
    await isOver(t, network, { ...over, toppedUp: '100.00', earned: 60 });
  },
);

test.serial('P-069, P-070: what is paid while the bank is out counts at its return', async (t) => {
  const network = open();
  const asha = await newPerson(network, { wallet: '200.00' });
  const station = await newStation(network);
  const rental = await started(network, asha, station);
  await network.advance({ minutes: 60 + 17 });
  t.like(await activeOf(network, asha), { rental: { status: 'OVERDUE', owed: '25.00' } });
  const paid = await network.call(asha.caller, `POST /api/rentals/${rental.id}/pay-due`);
  t.like(paid.data, { status: 'OVERDUE', payment_status: 'PAID', owed: '0.00' });
  await network.advance({ minutes: 15 });
  t.like(await activeOf(network, asha), { rental: { payment_status: 'PENDING', owed: '25.00' } });
  const ended = await bringBack(network, rental, station);
  t.like(ended, {
    charges: { late_fee: '50.00', total: '100.00' },
    paid: { amount: '100.00' },
    owed: '0.00',
  });
  t.deepEqual(await purseOf(network, asha), { wallet: '100.00', points: 5 });
  const rentals = [rental.id];
  await isOver(t, network, { people: [asha], stations: [station], rentals, earned: 5 });
});

const day = 24 * 60;

test.serial(
  'P-018, P-071, P-072: a bank kept for a day past due is lost, and stays closed when found',
  async (t) => {
    const network = open();
    const asha = await newPerson(network, { wallet: '60.00' });
    const station = await newStation(network);
    const elsewhere = await newStation(network);
    const rental = await started(network, asha, station);
    await network.advance({ minutes: 60 + day });
    const ended = await reaches(network, rental.id, 'COMPLETED');
    t.like(ended, {
      completion_reason: 'ABANDONED',
      payment_status: 'PENDING',
      charges: { late_fee: '100.00', penalty: '5000.00', total: '5150.00' },
      owed: '5100.00',
    });
    t.like(await bankShown(network, rental.bank), { status: 'LOST', station_sn: null });
    await network.advance({ minutes: 3 * day });
    t.deepEqual(await standingOf(network, rental.id), ended, 'the late fee has stopped growing');

    await putIn(network, elsewhere, { serial: rental.bank });
    await network.settled();
    const found = { status: 'AVAILABLE', station_sn: elsewhere.serial, rental_id: null };
    t.like(await bankShown(network, rental.bank), found);
    const { status, owed, completion_reason } = await standingOf(network, rental.id);
    t.deepEqual([status, owed, completion_reason], ['COMPLETED', '5100.00', 'ABANDONED']);
    t.is((await purseOf(network, asha)).wallet, '10.00');
    const rentals = [rental.id];
    await isOver(t, network, { people: [asha], stations: [station, elsewhere], rentals });
  },
);

test.serial('P-019: the penalty of a lost bank is collected from who can pay it', async (t) => {
  const network = open();
  const asha = await newPerson(network, { wallet: '6000.00' });
  const station = await newStation(network);
  const rental = await started(network, asha, station);
  await network.advance({ minutes: 60 + day });
  const ended = await reaches(network, rental.id, 'COMPLETED');
  t.like(ended, { payment_status: 'PAID', paid: { amount: '5150.00' }, owed: '0.00' });
  t.deepEqual(await purseOf(network, asha), { wallet: '850.00', points: 0 });
  await isOver(t, network, { people: [asha], stations: [station], rentals: [rental.id] });
});

readModelsAreRebuiltEqual(open);
