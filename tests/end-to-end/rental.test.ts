import test from 'ava';
import { seedLateFees } from '../../bin/seed/late-fees.js';
import { plusMinutes } from '../../domain/shared/instant.js';
import { type Network, networkOfThisFile, readModelsAreRebuiltEqual } from '../support/network.js';
import { isOver } from '../support/network-audit.js';
import {
  activeOf,
  bringBack,
  newPerson,
  newStation,
  type Person,
  purseOf,
  standingOf,
  start,
  started,
  topUp,
} from '../support/network-life.js';
import { admin, superAdmin } from '../support/openapi-client.js';

const open = networkOfThisFile();

test.serial('RET-2, P-014: a prepaid rental is returned on time', async (t) => {
  const network = open();
  const asha = await newPerson(network, { wallet: '100.00', points: 200 });
  const station = await newStation(network);
  const rental = await started(network, asha, station);
  t.like(rental.answer.data, {
    payment_status: 'PAID',
    paid: { amount: '50.00', points: 200, wallet: '30.00' },
    owed: '0.00',
  });
  t.is(rental.bank, station.banks[0] ?? '');
  t.false(station.cabinet.slots().some(({ bank }) => bank?.serial === rental.bank));
  await network.advance({ minutes: 59 });
  const ended = await bringBack(network, rental, station);
  t.like(ended, { completion_reason: 'RETURNED', on_time: true });
  t.deepEqual(await purseOf(network, asha), { wallet: '70.00', points: 55 });
  const rentals = [rental.id];
  await isOver(t, network, { people: [asha], stations: [station], rentals, earned: 55 });
});

/** Minutes late and what they cost: rules 3.8, one hour for 50.00. */
const late = [
  { minutes: 2, fee: '0.00' },
  { minutes: 3, fee: '1.67' },
  { minutes: 17, fee: '25.00' },
  { minutes: 62, fee: '100.00' },
] as const;

for (const { minutes, fee } of late) {
  const title = `P-013, P-029, P-030: ${minutes} minutes late cost ${fee}, shown before and charged`;
  test.serial(title, async (t) => {
    const network = open();
    const asha = await newPerson(network, { wallet: '150.00' });
    const station = await newStation(network);
    const rental = await started(network, asha, station);
    const lateAt = plusMinutes(network.clock.now(), 60 + minutes);
    const preview = await activeOf(network, asha, lateAt);
    t.like(preview, { rental: { owed: fee }, late_fee: { fee } });
    await network.advance({ minutes: 60 + minutes });
    t.deepEqual((await activeOf(network, asha)).rental, preview.rental);
    const calculated = await network.call(
      admin,
      'POST /api/admin/late-fee-configs/test-calculation',
      {
        body: {
          configuration_id: seedLateFees.find(({ isActive }) => isActive)?.configId,
          normal_rate_per_minute: '0.833333',
          overdue_minutes: minutes,
        },
      },
    );
    t.is(calculated.data.fee, fee);
    const ended = await bringBack(network, rental, station);
    t.like(ended, { completion_reason: 'RETURNED', on_time: false, charges: { late_fee: fee } });
    t.like(ended, { payment_status: 'PAID', owed: '0.00' });
    const paid = (50 + Number(fee)).toFixed(2);
    t.like(ended, { paid: { amount: paid, points: 0, wallet: paid } });
    const left = (100 - Number(fee)).toFixed(2);
    t.deepEqual(await purseOf(network, asha), { wallet: left, points: 5 });
    const rentals = [rental.id];
    await isOver(t, network, { people: [asha], stations: [station], rentals, earned: 5 });
  });
}

test.serial('P-012, P-024: postpaid use is collected at return, and needs a minimum', async (t) => {
  const network = open();
  const created = await network.call(superAdmin, 'POST /api/admin/rental-packages', {
    body: {
      name: 'Pay as you go',
      duration_minutes: 60,
      price: '50',
      package_type: 'HOURLY',
      payment_model: 'POSTPAID',
    },
  });
  t.is(created.status, 201);
  const package_id = created.data.id;
  const asha = await newPerson(network, { wallet: '40.00' });
  const station = await newStation(network);
  const body = { station_sn: station.serial, package_id, payment_mode: 'wallet' };
  const refused = await start(network, asha, station, { body });
  t.deepEqual([refused.status, refused.code], [402, 'payment_required']);
  await topUp(network, asha, '20.00');
  const rental = await started(network, asha, station, { body });
  t.deepEqual((await purseOf(network, asha)).wallet, '60.00', 'nothing is taken at the start');
  await network.advance({ minutes: 37 });
  const ended = await bringBack(network, rental, station);
  t.like(ended, { payment_status: 'PAID', paid: { amount: '30.83' }, owed: '0.00' });
  t.is((await purseOf(network, asha)).wallet, '29.17');
  const over = { people: [asha], stations: [station], rentals: [rental.id] };
  await isOver(t, network, { ...over, toppedUp: '20.00', earned: 55 });
});

const extend = ({ call }: Network, { caller }: Person, id: string, package_id: string) =>
  call(caller, `POST /api/rentals/${id}/extend`, { body: { package_id } });

test.serial(
  'P-015, P-020: three extensions move due time and reminder, a fourth is refused',
  async (t) => {
    const network = open();
    const asha = await newPerson(network, { wallet: '250.00' });
    const station = await newStation(network);
    const rental = await started(network, asha, station);
    const { due_at } = await standingOf(network, rental.id);
    await network.advance({ minutes: 40 });
    for (const extensions_count of [1, 2, 3]) {
      const { status, data } = await extend(network, asha, rental.id, 'hour-1');
      t.is(status, 200);
      t.like(data, { extensions_count, owed: '0.00' });
    }
    const fourth = await extend(network, asha, rental.id, 'hour-1');
    t.deepEqual([fourth.status, fourth.code], [409, 'max_extensions_reached']);
    const { due_at: later } = await standingOf(network, rental.id);
    t.is(Date.parse(String(later)) - Date.parse(String(due_at)), 3 * 3_600_000);
    await network.advance({ minutes: 199 });
    const reminders = await network.eventsOf(`rental-${rental.id}`, 'ReminderDue');
    t.is(reminders.length, 1, 'the reminder comes once, before the new due time');
    t.is((await bringBack(network, rental, station)).on_time, true);
    const rentals = [rental.id];
    await isOver(t, network, { people: [asha], stations: [station], rentals, earned: 55 });
  },
);

test.serial(
  'P-020, P-086: no extension past due; the late rate stays that of the first package',
  async (t) => {
    const network = open();
    const asha = await newPerson(network, { wallet: '300.00' });
    const station = await newStation(network);
    const rental = await started(network, asha, station);
    await extend(network, asha, rental.id, 'hour-4');
    await network.advance({ minutes: 300 + 32 });
    const refused = await extend(network, asha, rental.id, 'hour-1');
    t.deepEqual([refused.status, refused.code], [409, 'rental_overdue']);
    // 32 minutes late at the rate of the 4 hours would be 37.50 (rules 3.8).
    t.like(await activeOf(network, asha), { rental: { owed: '50.00' } });
    t.like(await bringBack(network, rental, station), { paid: { amount: '250.00' } });
    const rentals = [rental.id];
    await isOver(t, network, { people: [asha], stations: [station], rentals, earned: 5 });
  },
);

test.serial('P-088: a discount counts when its rental has started, and once', async (t) => {
  const network = open();
  const asha = await newPerson(network, { wallet: '500.00' });
  const station = await newStation(network);
  const offer = {
    discount_percent: 20,
    max_uses_per_user: 1,
    valid_from: '2026-01-01T00:00:00.000Z',
    valid_until: '2027-01-01T00:00:00.000Z',
  };
  const pair = { station_id: station.serial, package_id: 'hour-4' };
  const offered = await network.call(superAdmin, 'POST /api/admin/discounts', {
    body: { ...pair, ...offer },
  });
  t.is(offered.status, 201);
  const usedCount = async (): Promise<unknown> => {
    const body = { ...offer, status: 'ACTIVE' };
    const path = `PUT /api/admin/discounts/${String(offered.data.id)}` as const;
    return (await network.call(superAdmin, path, { body })).data.used_count;
  };
  station.script({ kind: 'refuse', state: 0x12 });
  t.is((await start(network, asha, station, { package: 'hour-4' })).code, 'rental_popup_failed');
  await network.settled();
  t.is(await usedCount(), 0, 'a start that came to nothing uses no discount');
  station.script({ kind: 'obey' });
  const cheap = await started(network, asha, station, { package: 'hour-4' });
  t.like(cheap.answer.data, { package: { price: '120.00', discount_percent: 20 } });
  await bringBack(network, cheap, station);
  t.is(await usedCount(), 1);
  const dear = await started(network, asha, station, { package: 'hour-4' });
  t.like(dear.answer.data, { package: { price: '150.00', discount_percent: null } });
  await bringBack(network, dear, station);
  t.is(await usedCount(), 1);
  const rentals = [cheap.id, dear.id];
  await isOver(t, network, { people: [asha], stations: [station], rentals, earned: 110 });
});

test.serial(
  'a renter sees and touches nobody else’s rental; strangers and users no staff path',
  async (t) => {
    const network = open();
    const asha = await newPerson(network, { wallet: '100.00' });
    const bikram = await newPerson(network, { wallet: '100.00' });
    const station = await newStation(network);
    const rental = await started(network, asha, station);
    const { call } = network;
    const wishes = {
      cancel: {},
      extend: { package_id: 'hour-1' },
      swap: { reason: 'LOW_BATTERY' },
      'pay-due': {},
    };
    for (const [wish, body] of Object.entries(wishes)) {
      const path = `POST /api/rentals/${rental.id}/${wish}` as const;
      const byBikram = await call(bikram.caller, path, { body });
      t.deepEqual([byBikram.status, byBikram.code], [404, 'rental_not_found'], wish);
      t.is((await call(null, path, { body })).status, 401, wish);
    }
    const force = `POST /api/admin/rentals/${rental.id}/force-complete` as const;
    const body = { amount: '0', reason: 'because I want it' };
    t.is((await call(asha.caller, force, { body })).status, 403);
    t.is((await call(null, 'POST /api/rentals/start', { body: {} })).status, 401);
    await bringBack(network, rental, station);
    const rentals = [rental.id];
    await isOver(t, network, { people: [asha, bikram], stations: [station], rentals, earned: 55 });
  },
);

readModelsAreRebuiltEqual(open);
