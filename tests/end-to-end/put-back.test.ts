import test from 'ava';
import {
  eventually,
  type Network,
  networkOfThisFile,
  readModelsAreRebuiltEqual,
} from '../support/network.js';
import { isOver } from '../support/network-audit.js';
import {
  bringBack,
  newPerson,
  newStation,
  type Person,
  purseOf,
  putIn,
  reaches,
  type Started,
  slotsShown,
  standingOf,
  start,
  started,
  type TestStation,
} from '../support/network-life.js';
import type { CheckedAnswer } from '../support/openapi-client.js';

const open = networkOfThisFile();

type Wish = 'cancel' | 'swap';

const ask = (
  { call }: Network,
  { caller }: Person,
  { id }: Pick<Started, 'id'>,
  wish: { readonly kind: Wish; readonly wait?: number },
): Promise<CheckedAnswer> =>
  call(caller, `POST /api/rentals/${id}/${wish.kind}`, {
    body: wish.kind === 'swap' ? { reason: 'LOW_BATTERY' } : { reason: 'changed my mind' },
    ...(wish.wait === undefined ? {} : { wait: wish.wait }),
  });

/** Says what for, puts the bank back while the request waits, and gets the answer. */
const putBackFor = async (
  network: Network,
  { person, rental, station }: Visit,
  kind: Wish,
): Promise<CheckedAnswer> => {
  const asking = ask(network, person, rental, { kind, wait: 20 });
  const isAnnounced = async (): Promise<boolean> =>
    (await network.eventsOf(`rental-${rental.id}`, 'PutBackAwaited')).length > 0;
  await Promise.race([eventually(isAnnounced), asking]);
  await putIn(network, station, { serial: rental.bank });
  const answer = await asking;
  await network.settled();
  return answer;
};

interface Visit {
  readonly person: Person;
  readonly station: TestStation;
  readonly rental: Started;
}

const visit = async (network: Network, purse: Person['purse']): Promise<Visit> => {
  const person = await newPerson(network, purse);
  const station = await newStation(network);
  return { person, station, rental: await started(network, person, station) };
};

const everythingOf = ({ person, station, rental }: Visit) => ({
  people: [person],
  stations: [station],
  rentals: [rental.id],
});

test.serial(
  'P-008, P-066: a cancellation within five minutes gives everything back as it was paid',
  async (t) => {
    const network = open();
    const there = await visit(network, { wallet: '100.00', points: 200 });
    await network.advance({ minutes: 4 });
    const { status, data } = await putBackFor(network, there, 'cancel');
    t.is(status, 200);
    t.like(data, {
      status: 'CANCELLED',
      payment_status: 'REFUNDED',
      cancellation: { fee: '0.00', refunded_points: 200, refunded_wallet: '30.00' },
    });
    t.deepEqual(await purseOf(network, there.person), { wallet: '100.00', points: 200 });
    await isOver(t, network, everythingOf(there));
  },
);

test.serial(
  'P-067: a late one keeps its fee and gives the rest back in the same proportion',
  async (t) => {
    const network = open();
    const there = await visit(network, { wallet: '100.00', points: 200 });
    await network.advance({ minutes: 20 });
    const { data } = await putBackFor(network, there, 'cancel');
    // 20 of the 50 rupees were points: two fifths of 28.33, whole points only (CAN-4, CAN-5).
    t.like(data, {
      status: 'CANCELLED',
      cancellation: { fee: '21.67', refunded_points: 113, refunded_wallet: '17.03' },
    });
    t.deepEqual(await purseOf(network, there.person), { wallet: '87.03', points: 113 });
    await isOver(t, network, everythingOf(there));
  },
);

test.serial(
  'P-006, P-082: after a cancellation the bank is shown in the slot where it is',
  async (t) => {
    const network = open();
    const there = await visit(network, { wallet: '50.00', points: 0 });
    await putBackFor(network, there, 'cancel');
    const holding = there.station.cabinet
      .slots()
      .find(({ bank }) => bank?.serial === there.rental.bank);
    const slots = await slotsShown(network, there.station);
    t.like(slots.get(holding?.slot), { status: 'OCCUPIED', powerbank_sn: there.rental.bank });
    await isOver(t, network, everythingOf(there));
  },
);

test.serial('P-010: nothing is cancelled while the bank is out, announced or not', async (t) => {
  const network = open();
  const there = await visit(network, { wallet: '50.00', points: 0 });
  const { person, rental, station } = there;
  const atOnce = await ask(network, person, rental, { kind: 'cancel' });
  t.deepEqual([atOnce.status, atOnce.code], [409, 'powerbank_not_returned']);
  const asking = ask(network, person, rental, { kind: 'cancel', wait: 10 });
  const announced = async () =>
    (await network.eventsOf(`rental-${rental.id}`, 'PutBackAwaited')).length > 0;
  await eventually(announced);
  await network.advance({ seconds: 10 });
  t.is((await asking).code, 'powerbank_not_returned');
  // Put in after the announced time it is what it looks like: a return.
  await network.advance({ seconds: 1 });
  t.like(await bringBack(network, rental, station), { completion_reason: 'RETURNED' });
  await isOver(t, network, { ...everythingOf(there), earned: 55 });
});

test.serial(
  'P-010: a bank that is in another station is returned, and not cancelled',
  async (t) => {
    const network = open();
    const there = await visit(network, { wallet: '50.00', points: 0 });
    const elsewhere = await newStation(network);
    const answer = await putBackFor(network, { ...there, station: elsewhere }, 'cancel');
    t.is(answer.status, 409);
    t.like(await reaches(network, there.rental.id, 'COMPLETED'), { completion_reason: 'RETURNED' });
    await isOver(t, network, { ...everythingOf(there), earned: 55 });
  },
);

test.serial(
  'CAN-1: a start that the cabinet keeps silent about is cancelled by its renter',
  async (t) => {
    const network = open();
    const person = await newPerson(network, { wallet: '50.00' });
    const station = await newStation(network);
    station.script({ kind: 'silent', leaves: false });
    const asked = await start(network, person, station, { wait: 0 });
    const id = String(asked.data.rental_id);
    await eventually(() => station.told.length > 0);
    const cancelled = await ask(network, person, { id }, { kind: 'cancel' });
    t.is(cancelled.status, 202);
    t.like(cancelled.data, { cancellation_in_progress: true });
    await network.advance({ seconds: 15 });
    await network.advance({ seconds: 10 });
    await reaches(network, id, 'CANCELLED');
    t.deepEqual(await purseOf(network, person), { wallet: '50.00', points: 0 });
    await isOver(t, network, { people: [person], stations: [station], rentals: [id] });
  },
);

test.serial(
  'P-080, P-082: a swap gives the bank that it records, and takes the other one back',
  async (t) => {
    const network = open();
    const there = await visit(network, { wallet: '50.00', points: 0 });
    const { rental, station } = there;
    const { status, data } = await putBackFor(network, there, 'swap');
    const [first, second] = station.banks;
    t.is(status, 200);
    t.like(data, { status: 'ACTIVE', powerbank_sn: second, paid: { amount: '50.00' } });
    const inside = station.cabinet
      .slots()
      .flatMap(({ bank }) => (bank === null ? [] : [bank.serial]));
    t.deepEqual(inside, [first]);
    const shown = [...(await slotsShown(network, station)).values()];
    t.deepEqual(
      shown.flatMap(({ powerbank_sn: bank }) => (bank === null ? [] : [bank])),
      [first],
    );
    t.like(await standingOf(network, rental.id), { swaps_count: 1, powerbank_sn: second });
    await network.advance({ minutes: 30 });
    await bringBack(network, { id: rental.id, bank: second ?? '' }, station);
    await isOver(t, network, { ...everythingOf(there), earned: 55 });
  },
);

test.serial(
  'P-080: a swap that the cabinet refuses leaves the rental with its own bank',
  async (t) => {
    const network = open();
    const there = await visit(network, { wallet: '50.00', points: 0 });
    const { person, rental, station } = there;
    station.script({ kind: 'refuse', state: 0x12 });
    const failed = await putBackFor(network, there, 'swap');
    t.deepEqual([failed.status, failed.code], [409, 'swap_popup_failed']);
    t.like(await standingOf(network, rental.id), { status: 'ACTIVE', powerbank_sn: rental.bank });
    // The bank is still in its slot, seen just now: the renter may give up instead.
    const cancelled = await ask(network, person, rental, { kind: 'cancel' });
    t.like(cancelled.data, { status: 'CANCELLED', cancellation: { fee: '0.00' } });
    t.deepEqual(await purseOf(network, person), { wallet: '50.00', points: 0 });
    await isOver(t, network, everythingOf(there));
  },
);

test.serial(
  'P-011: a sight of more than a minute ago proves nothing, and was the return',
  async (t) => {
    const network = open();
    const there = await visit(network, { wallet: '50.00', points: 0 });
    const { person, rental, station } = there;
    station.script({ kind: 'refuse', state: 0x12 });
    await putBackFor(network, there, 'swap');
    await network.advance({ seconds: 61 });
    const refused = await ask(network, person, rental, { kind: 'cancel' });
    t.deepEqual([refused.status, refused.code], [409, 'invalid_rental_status']);
    t.like(await reaches(network, rental.id, 'COMPLETED'), { completion_reason: 'RETURNED' });
    await isOver(t, network, { ...everythingOf(there), earned: 55 });
  },
);

test.serial('SWAP-1: no swap after five minutes', async (t) => {
  const network = open();
  const there = await visit(network, { wallet: '50.00', points: 0 });
  await network.advance({ minutes: 6 });
  const late = await ask(network, there.person, there.rental, { kind: 'swap', wait: 5 });
  t.deepEqual([late.status, late.code], [409, 'swap_window_expired']);
  await bringBack(network, there.rental, there.station);
  await isOver(t, network, { ...everythingOf(there), earned: 55 });
});

readModelsAreRebuiltEqual(open);
