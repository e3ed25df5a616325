import test, { type ExecutionContext } from 'ava';
import { dayOf, endOfDay, plusDays } from '../../domain/shared/day.js';
import { plusMs } from '../../domain/shared/instant.js';
import { parseRupees } from '../../domain/shared/money.js';
import { isRecord } from '../../ports/http/json.js';
import { type Api, openApi } from '../support/api.js';
import { rowsOfCsv } from '../support/csv.js';
import type { Caller, CheckedAnswer } from '../support/openapi-client.js';
import { itemsOf, startedRental } from '../support/rental-calls.js';
import { returnBank } from '../support/renting.js';

const auditor: Caller = { id: 's-9', roles: ['auditor'] };
const analyst: Caller = { id: 's-8', roles: ['analyst'] };
const wallet = 'liabilities:wallets:u-1';

type Items = readonly Readonly<Record<string, unknown>>[];

/** All items of a list, page by page. */
const listed = async (api: Api, path: string, pageSize: number): Promise<Items> => {
  const items: Record<string, unknown>[] = [];
  const separator = path.includes('?') ? '&' : '?';
  let cursor = '';
  do {
    const page = await api.call(
      auditor,
      `GET /${path}${separator}page_size=${pageSize}${cursor === '' ? '' : `&cursor=${cursor}`}`,
    );
    items.push(...itemsOf(page));
    cursor = typeof page.data.next_cursor === 'string' ? page.data.next_cursor : '';
  } while (cursor !== '');
  return items;
};

const cellOf = (value: unknown): string => {
  if (value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
};

/** Items as the cells of a file show them. */
const asCells = (items: Items): Items =>
  items.map((item) =>
    Object.fromEntries(Object.entries(item).map(([name, value]) => [name, cellOf(value)])),
  );

const isSameAsFile = async (t: ExecutionContext, api: Api, path: string): Promise<Items> => {
  const [place = '', query = ''] = path.split('?');
  const items = await listed(api, path, 2);
  const file = await api.call(auditor, `GET /${place}.csv${query === '' ? '' : `?${query}`}`);
  t.is(file.headers.get('content-type'), 'text/csv; charset=utf-8; header=present');
  t.deepEqual(rowsOfCsv(file.text), asCells(items), path);
  t.true(items.length > 2, 'there are several pages');
  return items;
};

/** Debits less credits by asset: rupees in paisa, points as they are. */
const sumsOf = (items: Items): Readonly<Record<string, number>> => {
  const sums: Record<string, number> = { NPR: 0, POINTS: 0 };
  for (const { asset, debit, credit } of items) {
    const of = (text: unknown): number => {
      if (typeof text !== 'string') return 0;
      return asset === 'NPR' ? (parseRupees(text)?.minor ?? Number.NaN) : Number(text);
    };
    sums[String(asset)] = (sums[String(asset)] ?? Number.NaN) + of(debit) - of(credit);
  }
  return sums;
};

const totalsOf = ({ data }: CheckedAnswer): Items =>
  Array.isArray(data.totals) ? data.totals.filter(isRecord) : [];

/** A rental of 50.00, of which 20.00 in points; 70.00 and some points are left. */
const rented = async (api: Api): Promise<{ rental: string; minPosition: string }> => {
  api.house.clock.advance({ minutes: 1 });
  const rental = await startedRental(api);
  api.house.clock.advance({ minutes: 30 });
  await returnBank(api.house, api.scene);
  await api.house.settled();
  return { rental, minPosition: String(await api.house.store.lastPosition()) };
};

test.serial('an auditor reads accounts, statements, postings and balances', async (t) => {
  const api = await openApi(t, { wallet: '100', points: 200 });
  const begun = api.house.clock.now();
  const { rental, minPosition } = await rented(api);
  const ended = api.house.clock.now();

  const wallets = 'GET /api/audit/accounts?family=wallets' as const;
  const [own, ...others] = itemsOf(await api.call(auditor, wallets, { minPosition }));
  t.like(own, {
    account: wallet,
    class: 'liabilities',
    owner: 'u-1',
    asset: 'NPR',
    debits: '30.00',
    credits: '100.00',
    balance: '-70.00',
    pending: '0.00',
  });
  t.deepEqual(others, []);

  const codes = (await isSameAsFile(t, api, 'api/audit/accounts')).map(({ account }) =>
    String(account),
  );
  t.deepEqual(codes, [...new Set(codes)].toSorted());
  const open = await listed(api, 'api/audit/accounts?owner=u-1&open=true', 2);
  t.deepEqual(
    open.map(({ account, balance }) => [account, balance]),
    [
      ['liabilities:points:u-1', '-55'],
      [wallet, '-70.00'],
    ],
  );

  const statement = await api.call(auditor, `GET /api/audit/accounts/${wallet}/statement`);
  t.like(statement.data, { opening_balance: '0.00', closing_balance: '-70.00', asset: 'NPR' });
  t.deepEqual(
    itemsOf(statement).map(({ event_type, debit, credit, balance }) => [
      event_type,
      debit,
      credit,
      balance,
    ]),
    [
      ['FundsCredited', null, '100.00', '-100.00'],
      ['FundsHeld', '30.00', null, '-70.00'],
    ],
  );
  const points = `api/audit/accounts/liabilities:points:u-1/statement`;
  const lines = await isSameAsFile(t, api, points);
  t.is(lines.at(-1)?.balance, '-55');

  const afterwards = `from=${plusMs(ended, 1)}&to=${plusDays(dayOf(ended), 1)}` as const;
  const later = `GET /api/audit/accounts/${wallet}/statement?${afterwards}` as const;
  t.like((await api.call(auditor, later)).data, {
    opening_balance: '-70.00',
    closing_balance: '-70.00',
    items: [],
  });
  const first = `GET /api/audit/accounts/${wallet}/statement?from=${begun}&to=${begun}` as const;
  t.like((await api.call(auditor, first)).data, {
    opening_balance: '0.00',
    closing_balance: '-100.00',
  });

  const ofRental = await isSameAsFile(t, api, `api/audit/postings?rental=${rental}`);
  t.deepEqual(sumsOf(ofRental), { NPR: 0, POINTS: 0 });
  const completed = ofRental.filter(({ event_type }) => event_type === 'RentalCompleted');
  t.deepEqual(
    completed.map(({ account, debit, credit }) => [account, debit, credit]),
    [
      [`liabilities:unearned-rentals:${rental}`, '50.00', null],
      ['income:rental', null, '50.00'],
    ],
  );
  const event = String(completed[0]?.event_id);
  t.deepEqual(await listed(api, `api/audit/postings?event=${event}`, 10), completed);
  const ofStream = await listed(api, `api/audit/postings?stream=rental-${rental}`, 10);
  t.is(ofStream.length, 5);
  const day = dayOf(begun);
  const all = await listed(api, 'api/audit/postings', 100);
  t.deepEqual(
    await listed(api, `api/audit/postings?day=${day}`, 3),
    all.filter((posting) => posting.day === day),
  );

  const now = await api.call(analyst, 'GET /api/audit/trial-balance');
  t.deepEqual(
    totalsOf(now).map(({ asset, balance }) => [asset, balance]),
    [
      ['NPR', '0.00'],
      ['POINTS', '0'],
    ],
  );
  t.like(
    itemsOf(now).find(({ family }) => family === 'points-discount'),
    { class: 'expenses', debits: '20.00', balance: '20.00' },
  );
  const atFirst = await api.call(analyst, `GET /api/audit/trial-balance?at=${begun}`);
  t.deepEqual(
    itemsOf(atFirst).map(({ family, balance }) => [family, balance]),
    [
      ['wallets', '-100.00'],
      ['demo-funds', '100.00'],
      ['points', '-200'],
      ['points-awarded', '200'],
    ],
  );
  const before = await api.call(analyst, `GET /api/audit/trial-balance?at=${plusMs(begun, -1)}`);
  t.deepEqual(itemsOf(before), []);
  const atMidnight = endOfDay(dayOf(ended));
  const byDay = await api.call(analyst, `GET /api/audit/trial-balance?at=${dayOf(ended)}`);
  t.like(byDay.data, { ...now.data, at: atMidnight });
  const file = await api.call(analyst, 'GET /api/audit/trial-balance.csv');
  t.deepEqual(rowsOfCsv(file.text), asCells(itemsOf(now)));

  const [yesterday, tomorrow] = [plusDays(day, -1), plusDays(dayOf(ended), 1)];
  const period = `account=${wallet}&from=${yesterday}&to=${tomorrow}`;
  const days = await isSameAsFile(t, api, `api/audit/daily-balances?${period}`);
  t.like(days[0], { day: yesterday, balance: '0.00' });
  t.like(days.at(-1), { day: tomorrow, debits: '0.00', balance: '-70.00' });

  const none = await api.call(auditor, 'GET /api/audit/accounts/income:penalty/statement');
  t.is(none.code, 'ledger_account_not_found');
  const backwards = `from=${ended}&to=${begun}`;
  const refused = await api.call(
    auditor,
    `GET /api/audit/accounts/${wallet}/statement?${backwards}`,
  );
  t.is(refused.code, 'window_not_allowed');
  const ages = `account=${wallet}&from=2000-01-01&to=2026-01-01`;
  const tooLong = await api.call(auditor, `GET /api/audit/daily-balances.csv?${ages}`);
  t.is(tooLong.code, 'window_not_allowed');
  t.is((await api.call(analyst, 'GET /api/audit/accounts')).code, 'forbidden');
});
