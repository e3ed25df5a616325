import { tmpdir } from 'node:os';
import test from 'ava';
import * as E from 'fp-ts/lib/Either.js';
import { openDaySpool } from '../../adapters/day-spool.js';
import { type ExportFormatName, exportLedger, type Period } from '../../audit/export/index.js';
import type { ProposedEvent, RecordedEvent } from '../../ports/event-store.js';
import { rowsOfCsv } from '../support/csv.js';
import { exported, tryExport, wholeLog } from '../support/exporting.js';
import { createMemoryEventStore } from '../support/memory-event-store.js';
import { collect, proposed } from '../support/proposed-event.js';

const rupees = (minor: number) => ({ minor, currency: 'NPR' });

const fact = (type: string, data: object, at: string, schemaVersion = 1): ProposedEvent => {
  const event = proposed(type, { ...data, at });
  return { ...event, metadata: { ...Object(event.metadata), schemaVersion } };
};

const credit = { creditId: 'c-1', amount: rupees(10_000), source: 'TOPUP', rentalId: null };
const gateway = { name: 'khalti', reference: 'HT6o/7=' };
const spending = { amount: rupees(2_550), purpose: 'ADVERTISEMENT', rentalId: null };

/** The days of Kathmandu: the 1st, the 3rd, and then one more of the 1st. */
const story: readonly (readonly [string, ProposedEvent])[] = [
  ['wallet-u-1', fact('FundsCredited', { ...credit, gateway }, '2026-03-01T04:00:00.000Z', 2)],
  ['telemetry-KTM001', fact('HeartbeatRead', {}, '2026-03-01T04:00:00.000Z')],
  ['wallet-u-1', fact('FundsDebited', { debitId: 'd-1', ...spending }, '2026-03-02T18:15:00.000Z')],
  [
    'points-u-1',
    fact(
      'PointsAwarded',
      { awardId: 'a-1', points: 50, source: 'TOPUP', rentalId: null },
      '2026-03-01T18:14:59.999Z',
    ),
  ],
];

const logOf = (events: typeof story): Promise<readonly RecordedEvent[]> => {
  const store = createMemoryEventStore();
  for (const [stream, event] of events) store.record(stream, [event]);
  return collect(store.readLog(null));
};

/** Declarations and ids of events are left out: the first are in every export, the others new. */
const entriesIn = async (format: ExportFormatName, period?: Period): Promise<readonly string[]> => {
  const text = await exported(await logOf(story), format, period);
  const from = text.search(/^\d{4}-\d{2}-\d{2} \*/m);
  return text
    .slice(from)
    .split('\n')
    .filter((line) => line !== '' && !/^ +(; )?(event-id|stream|revision|at|code)|^;/.test(line))
    .map((line) => line.replace(/ \^[0-9a-f-]{36}/, ' ^id'));
};

test('entries stand in the order of their days, with the balance of a day at its end', async (t) => {
  const expected = [
    '2026-03-01 * Funds credited',
    '    ; reference: HT6o/7=',
    '    Assets:Gateway-Clearing:Khalti  NPR 100.00 = NPR 100.00',
    '    Liabilities:Wallets:U-1  NPR -100.00 = NPR -100.00',
    '2026-03-01 * Points awarded',
    '    Expenses:Points-Awarded:XTOPUP  POINTS 50 = POINTS 50',
    '    Liabilities:Points:U-1  POINTS -50 = POINTS -50',
    '2026-03-03 * Funds debited',
    '    Liabilities:Wallets:U-1  NPR 25.50 = NPR -74.50',
    '    Income:Advertisement  NPR -25.50 = NPR -25.50',
  ];
  t.deepEqual(await entriesIn('hledger'), expected);
  t.deepEqual(await entriesIn('ledger'), expected);
});

test('beancount looks at a balance on the next morning, and allows for nothing', async (t) => {
  t.deepEqual(await entriesIn('beancount'), [
    '2026-03-01 * "Funds credited" ^id',
    '  reference: "HT6o/7="',
    '  Assets:Gateway-Clearing:Khalti  100.00 NPR',
    '  Liabilities:Wallets:U-1  -100.00 NPR',
    '2026-03-01 * "Points awarded" ^id',
    '  Expenses:Points-Awarded:XTOPUP  50 POINTS',
    '  Liabilities:Points:U-1  -50 POINTS',
    '2026-03-02 balance Assets:Gateway-Clearing:Khalti  100.00 ~ 0 NPR',
    '2026-03-02 balance Liabilities:Wallets:U-1  -100.00 ~ 0 NPR',
    '2026-03-02 balance Expenses:Points-Awarded:XTOPUP  50 ~ 0 POINTS',
    '2026-03-02 balance Liabilities:Points:U-1  -50 ~ 0 POINTS',
    '2026-03-03 * "Funds debited" ^id',
    '  Liabilities:Wallets:U-1  25.50 NPR',
    '  Income:Advertisement  -25.50 NPR',
    '2026-03-04 balance Liabilities:Wallets:U-1  -74.50 ~ 0 NPR',
    '2026-03-04 balance Income:Advertisement  -25.50 ~ 0 NPR',
  ]);
});

test('a period begins with balances, and what was earned before is equity', async (t) => {
  t.deepEqual(await entriesIn('ledger', { from: '2026-03-03', to: null }), [
    '2026-03-03 * Opening balances',
    '    Assets:Gateway-Clearing:Khalti  NPR 100.00 = NPR 100.00',
    '    Liabilities:Wallets:U-1  NPR -100.00',
    '    Equity:Opening-Points  POINTS 50 = POINTS 50',
    '    Liabilities:Points:U-1  POINTS -50 = POINTS -50',
    '2026-03-03 * Funds debited',
    '    Liabilities:Wallets:U-1  NPR 25.50 = NPR -74.50',
    '    Income:Advertisement  NPR -25.50 = NPR -25.50',
  ]);
  const first = await entriesIn('ledger', { from: null, to: '2026-03-02' });
  t.is(first.filter((line) => line.includes(' * ')).length, 2, 'the last day is the last');
  const later = await entriesIn('ledger', { from: '2026-03-04', to: null });
  t.deepEqual(later.slice(-1), ['    Liabilities:Points:U-1  POINTS -50 = POINTS -50']);
  t.true(later.includes('    Equity:Opening-Balances  NPR -25.50 = NPR -25.50'));
});

test('a table has a line for each posting, with the event that it comes from', async (t) => {
  const log = await logOf(story);
  const rows = rowsOfCsv(await exported(log, 'csv'));
  t.is(rows.length, 6);
  t.deepEqual(rows[1], {
    day: '2026-03-01',
    at: '2026-03-01T04:00:00.000Z',
    position: String(log[0]?.position),
    event_id: log[0]?.id ?? '',
    event_type: 'FundsCredited',
    stream: 'wallet-u-1',
    revision: '0',
    reference: 'HT6o/7=',
    title: 'Funds credited',
    account: 'liabilities:wallets:u-1',
    account_name: 'Liabilities:Wallets:U-1',
    asset: 'NPR',
    amount: '-100.00',
    balance: '-100.00',
  });
  const [opening] = rowsOfCsv(await exported(log, 'csv', { from: '2026-03-02', to: null }));
  t.like(opening, {
    day: '2026-03-02',
    title: 'Opening balances',
    event_id: '',
    balance: '100.00',
  });
});

test('an export can be repeated, whatever was written since', async (t) => {
  const log = await logOf(story);
  const position = log[1]?.position ?? 0n;
  const until = { kind: 'position', position } as const;
  const then = await exported(log.slice(0, 2), 'beancount');
  t.regex(then, new RegExp(`to the end, by the log up to position ${log[0]?.position}$`, 'm'));
  t.is(await exported(log, 'beancount', { ...wholeLog, until }), then);
});

test('an export of nothing is an empty book', async (t) => {
  for (const format of ['hledger', 'ledger', 'beancount'] as const) {
    t.regex(await exported([], format), /^; End: 0 entries with 0 postings to 0 accounts/m);
  }
  t.deepEqual(rowsOfCsv(await exported([], 'csv')), []);
});

test('an event of a wallet that cannot be read is no export at all', async (t) => {
  const strange = fact('FundsCredited', { creditId: 'c-2' }, '2026-03-04T00:00:00.000Z');
  const log = await logOf([...story, ['wallet-u-1', strange]]);
  t.like(await tryExport(log, 'csv'), {
    left: {
      stream: 'wallet-u-1',
      revision: 2n,
      why: 'BadEventData, in an event that may move value',
    },
  });
  const harmless = await tryExport(await logOf([...story, ['favourite-x', strange]]), 'csv');
  t.true(E.isRight(harmless), 'what moves no value is in no book');
});

test('a text that is broken off ends with the reason', async (t) => {
  const log = await logOf(story);
  const store = {
    async *readLog(): AsyncGenerator<RecordedEvent> {
      yield* log;
    },
  };
  const spool = await openDaySpool(tmpdir());
  t.teardown(() => spool.close());
  const books = await exportLedger({ store, spool, period: wholeLog, until: { kind: 'end' } });
  if (E.isLeft(books)) return t.fail(books.left.why);
  const stop = new AbortController();
  const onEntry = (): void => stop.abort(new Error('enough'));
  const text = books.right.text({ format: 'csv', signal: stop.signal, onEntry });
  await t.throwsAsync(collect(text), { message: 'enough' });
});
