import test from 'ava';
import type { Until } from '../../audit/pass.js';
import { readTotals, type Totals } from '../../audit/totals.js';
import { instant } from '../../domain/shared/instant.js';
import type { ProposedEvent } from '../../ports/event-store.js';
import { createMemoryEventStore, type MemoryEventStore } from '../support/memory-event-store.js';
import { proposed } from '../support/proposed-event.js';

const rupees = (minor: number) => ({ minor, currency: 'NPR' });
const minute = (minutes: number): string => `2026-03-01T04:0${minutes}:00.000Z`;

const wallet = (type: string, data: object, minutes: number): ProposedEvent =>
  proposed(type, { ...data, at: minute(minutes) });

const purpose = { purpose: 'RENTAL', rentalId: 'r-1' };

/** A top-up, a hold, a part of it captured, and a reading of a cabinet in between. */
const openLog = (): MemoryEventStore => {
  const store = createMemoryEventStore();
  const credit = { creditId: 'c-1', amount: rupees(10_000), source: 'TOPUP', rentalId: null };
  const hold = { holdId: 'h-1', amount: rupees(3_000), ...purpose, expiresAt: minute(9) };
  const taken = { holdId: 'h-1', captureId: 'x-1', amount: rupees(1_000), ...purpose };
  store.record('wallet-u-1', [wallet('FundsCredited', credit, 1)]);
  store.record('telemetry-KTM001', [proposed('HeartbeatRead', { at: minute(1) })]);
  store.record('wallet-u-1', [
    wallet('FundsHeld', hold, 2),
    wallet('FundsCaptured', { ...taken, remaining: rupees(2_000) }, 3),
  ]);
  return store;
};

const replay = (store: MemoryEventStore, until: Until): Promise<Totals> =>
  readTotals({ store, until });

const balances = ({ trialBalance }: Totals) =>
  Object.fromEntries(trialBalance.map(({ family, balance }) => [family, balance]));

test('a replay comes to what the events say, without the readings of cabinets', async (t) => {
  const totals = await replay(openLog(), { kind: 'end' });
  t.like(totals, { events: 3, unreadable: 0, eventsByCategory: { wallet: 3 }, isBalanced: true });
  t.deepEqual(totals.openHolds.wallet, { count: 1, amount: 2_000 });
  t.deepEqual(balances(totals), {
    'gateway-clearing': 10_000,
    'payment-clearing': -1_000,
    wallets: -7_000,
    'held-funds': -2_000,
  });
});

test('a replay ends at an instant by what the facts say, or at a position', async (t) => {
  const store = openLog();
  const atTwo = await replay(store, { kind: 'instant', at: instant(minute(2)) });
  t.deepEqual(atTwo.openHolds.wallet, { count: 1, amount: 3_000 });
  const { position } = atTwo;
  if (position === null) return t.fail('nothing was seen');
  t.deepEqual(await replay(store, { kind: 'position', position }), atTwo);
  t.is((await replay(store, { kind: 'position', position: 0n })).events, 0);
});

test('an event that cannot be read is counted, and in no figure', async (t) => {
  const store = openLog();
  store.record('wallet-u-1', [wallet('FundsCredited', { creditId: 'c-2' }, 4)]);
  store.record('purse-u-1', [wallet('FundsCredited', {}, 4)]);
  const totals = await replay(store, { kind: 'end' });
  t.is(totals.unreadable, 2);
  t.is(balances(totals).wallets, -7_000);
});

test('a replay that is broken off ends with the reason, not with totals', async (t) => {
  const stop = new AbortController();
  const onEvent = (): void => stop.abort(new Error('enough'));
  await t.throwsAsync(
    readTotals({ store: openLog(), until: { kind: 'end' }, signal: stop.signal, onEvent }),
    { message: 'enough' },
  );
});
