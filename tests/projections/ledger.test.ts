import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';
import { paisa, toRupees } from '../../domain/shared/money.js';
import type { Row, Sql } from '../../ports/database.js';
import { isPoison } from '../../projections/engine/isolate.js';
import { ledger } from '../../projections/ledger/index.js';
import { createTestDatabase } from '../support/postgres.js';
import { askReadModel, everything, inStream, type Told } from '../support/read-model.js';
import { captured, fact, minute, money, paid, pay, running, split } from '../support/rental.js';
import { someSteps, someTerms, walk } from '../support/rental-walk.js';

const at = minute(0);

const tablesAfter = async (t: ExecutionContext, events: readonly Told[]) => {
  const { database } = await createTestDatabase(t);
  return askReadModel(database, ledger, { events, ask: everything(ledger) });
};

const ended = fact('RentalCompleted', {
  reason: 'RETURNED',
  endedAt: minute(90),
  onTime: false,
  charges: {
    use: money('50'),
    extensions: money('0'),
    lateFee: money('30'),
    overdueMinutes: 30,
    penalty: money('0'),
    staffAmount: null,
    total: money('80'),
  },
  paid: money('50'),
  owed: money('30'),
  note: null,
  at: minute(90),
});

/** The same with charges that are not their total. */
const wrongly = (event: typeof ended): typeof ended => ({
  ...event,
  data: { ...event.data, charges: { ...event.data.charges, use: money('49.99') } },
});

const holdId = 'p-start';
const rentalId = 'r-1';
const leg = { holdId, rentalId };

/** A rental of 50.00, of which 20.00 in points, that comes back late and owes 30.00. */
const story: readonly Told[] = [
  {
    stream: 'wallet-u-1',
    type: 'FundsCredited',
    data: {
      creditId: 'c-1',
      amount: money('100'),
      source: 'TOPUP',
      gateway: null,
      rentalId: null,
      at,
    },
    id: '00000000-0000-4000-8000-000000000001',
    actor: { kind: 'staff', id: 's-1' },
  },
  ...inStream('points-u-1', [
    {
      type: 'PointsAwarded',
      data: { awardId: 'a-1', points: 500, source: 'SOCIAL_SIGNUP', rentalId: null, at },
    },
    { type: 'PointsHeld', data: { ...leg, points: 200, expiresAt: minute(5), at } },
  ]),
  ...inStream('wallet-u-1', [
    {
      type: 'FundsHeld',
      data: { ...leg, amount: money('30'), purpose: 'RENTAL', expiresAt: minute(5), at },
    },
  ]),
  ...inStream('rental-r-1', [...running(), captured()]),
  ...inStream('wallet-u-1', [
    {
      type: 'FundsCaptured',
      data: {
        ...leg,
        captureId: 'p-start',
        amount: money('30'),
        remaining: money('0'),
        purpose: 'RENTAL',
        at,
      },
    },
  ]),
  ...inStream('points-u-1', [{ type: 'PointsRedeemed', data: { ...leg, points: 200, at } }]),
  ...inStream('rental-r-1', [ended]),
];

const balance = ({ account, asset, balance_minor: amount }: Row): string =>
  `${account} ${asset === 'NPR' ? toRupees(paisa(Number(amount))) : `${amount} points`}`;

test('every account has its balance, its volumes, and its place in the chart', async (t) => {
  const { accounts } = await tablesAfter(t, story);
  t.deepEqual(accounts?.map(balance).sort(), [
    'assets:gateway-clearing:unnamed 100.00',
    'assets:payment-clearing:r-1 0.00',
    'assets:receivable-dues:r-1 30.00',
    'expenses:points-awarded:SOCIAL_SIGNUP 500 points',
    'expenses:points-discount 20.00',
    'income:late-fee -30.00',
    'income:points-spent -200 points',
    'income:rental -50.00',
    'liabilities:held-funds:u-1 0.00',
    'liabilities:held-points:u-1 0 points',
    'liabilities:points:u-1 -300 points',
    'liabilities:unearned-rentals:r-1 0.00',
    'liabilities:wallets:u-1 -70.00',
  ]);
  t.like(
    accounts?.find(({ account }) => account === 'liabilities:wallets:u-1'),
    {
      class: 'liabilities',
      family: 'wallets',
      owner: 'u-1',
      debits_minor: 3_000n,
      credits_minor: 10_000n,
    },
  );
});

test('from a posting an auditor gets to the event, to who caused it and to the day', async (t) => {
  const { entries, postings } = await tablesAfter(t, story);
  t.like(
    entries?.find(({ position }) => position === 1n),
    {
      event_id: '00000000-0000-4000-8000-000000000001',
      event_type: 'FundsCredited',
      stream: 'wallet-u-1',
      revision: 0n,
      rental_id: null,
      actor_kind: 'staff',
      actor_id: 's-1',
      correlation_id: 'c',
      causation_id: 'c',
      at,
      day: '2026-03-01',
    },
  );
  t.deepEqual(
    postings
      ?.filter(({ position }) => position === 1n)
      .map(({ line, account, amount_minor }) => [line, account, amount_minor]),
    [
      [1, 'assets:gateway-clearing:unnamed', 10_000n],
      [2, 'liabilities:wallets:u-1', -10_000n],
    ],
  );
  const ofRental = entries?.filter(({ rental_id }) => rental_id === 'r-1');
  t.deepEqual(ofRental?.map(({ event_type }) => event_type).sort(), [
    'FundsCaptured',
    'FundsHeld',
    'PaymentConfirmed',
    'PointsHeld',
    'PointsRedeemed',
    'RentalCompleted',
  ]);
});

test('a day is one of Kathmandu', async (t) => {
  const credit = (id: string, moment: string): Told => ({
    stream: 'wallet-u-1',
    type: 'FundsCredited',
    data: {
      creditId: id,
      amount: money('1'),
      source: 'DEMO',
      gateway: null,
      rentalId: null,
      at: moment,
    },
  });
  const { account_days: days } = await tablesAfter(t, [
    credit('c-1', '2026-03-01T18:14:59.999Z'),
    credit('c-2', '2026-03-01T18:15:00.000Z'),
  ]);
  t.deepEqual(days?.map(({ account, day }) => `${day} ${account}`).sort(), [
    '2026-03-01 equity:demo-funds',
    '2026-03-01 liabilities:wallets:u-1',
    '2026-03-02 equity:demo-funds',
    '2026-03-02 liabilities:wallets:u-1',
  ]);
});

test('the book of a rental is kept until the rental is settled', async (t) => {
  const due = paid({
    id: 'p-due',
    purpose: 'DUE',
    amount: '30',
    split: split(0, '30'),
    at: minute(95),
  });
  const open = await tablesAfter(t, story);
  t.like(open.rental_books?.[0], { rental_id: 'r-1', paid_minor: 5_000n, is_completed: true });
  const settled = fact('DueSettled', { paymentId: pay('p-due'), at: minute(95) });
  const closed = await tablesAfter(t, [...story, ...inStream('rental-r-1', [...due, settled])]);
  t.deepEqual(closed.rental_books, []);
  const receivable = closed.accounts?.find(
    ({ account }) => account === 'assets:receivable-dues:r-1',
  );
  t.is(receivable?.balance_minor, 0n);
});

test('an event that contradicts itself parks its stream, and is entered nowhere', async (t) => {
  const wrong = inStream('rental-r-1', [...running(), wrongly(ended)]);
  const error = await t.throwsAsync(tablesAfter(t, wrong), { message: /must cancel out/ });
  t.true(isPoison(error));
});

const violated = async (sql: Sql): Promise<readonly string[]> => {
  const found: string[] = [];
  for (const { claim, violations } of ledger.checks) {
    const [row] = await sql.query(violations);
    if (row?.violations !== 0n) found.push(claim);
  }
  return found;
};

const users = ['u-1', 'u-2'] as const;
const movements = fc.array(
  fc.record({ user: fc.constantFrom(...users), minor: fc.integer({ min: -9_999, max: 9_999 }) }),
  { maxLength: 8 },
);

const histories = fc.tuple(someTerms, someSteps, movements).map(([terms, steps, changes]) => {
  const rental = inStream(
    'rental-r-1',
    walk(terms, steps).flatMap((stride) => [...stride.events]),
  );
  const wallets = changes.map(({ user, minor }, index) => ({
    stream: `wallet-${user}`,
    type: 'WalletAdjusted',
    data: { adjustmentId: `a-${index}`, amount: paisa(minor), reason: 'sealed', at },
  }));
  const turns = Array.from({ length: Math.max(rental.length, wallets.length) }, (_, turn) => turn);
  return turns
    .flatMap((turn) => [rental[turn], wallets[turn]])
    .flatMap((told, index) => {
      const id = `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
      return told === undefined ? [] : [{ ...told, id }];
    });
});

test('batches, and streams that were parked and come later, make no difference to any row', async (t) => {
  const { database } = await createTestDatabase(t);
  const property = fc.asyncProperty(
    histories,
    fc.constantFrom('rental-r-1', 'wallet-u-1'),
    async (events, late) => {
      const ask = everything(ledger);
      const expected = await askReadModel(database, ledger, { events, ask });
      t.deepEqual(await askReadModel(database, ledger, { events, batchSize: 3, ask }), expected);
      t.deepEqual(await askReadModel(database, ledger, { events, late, ask }), expected);
      t.deepEqual(await askReadModel(database, ledger, { events, ask: violated }), []);
    },
  );
  await fc.assert(property, { numRuns: 12 });
});

test('the checks find what does not add up', async (t) => {
  const { database } = await createTestDatabase(t);
  const damaged = (statement: string) =>
    askReadModel(database, ledger, {
      events: story,
      ask: async (sql) => {
        await sql.execute(statement);
        return violated(sql);
      },
    });
  const entry = 'the postings of each entry cancel out, for each asset';
  t.true((await damaged('UPDATE postings SET amount_minor = 1 WHERE line = 1')).includes(entry));
  t.deepEqual(await damaged("DELETE FROM postings WHERE account LIKE '%points-spent'"), [
    entry,
    'every account is the sum of its postings',
    'every day of an account is the sum of its postings on that day',
  ]);
  t.deepEqual(await damaged('DELETE FROM entries WHERE position = 1'), [
    'every entry has postings, and every posting its entry, of the same time',
    'every day of an account is the sum of its postings on that day',
  ]);
  t.deepEqual(await damaged("UPDATE family_days SET debits_minor = 7 WHERE family = 'rental'"), [
    'every day of a family is the sum of its accounts on that day',
  ]);
  t.true(
    (
      await damaged(
        `UPDATE accounts SET debits_minor = debits_minor + 1, balance_minor = balance_minor + 1
         WHERE family = 'wallets'`,
      )
    ).includes('the trial balance of each asset is zero'),
  );
});
