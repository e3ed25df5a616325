import test, { type ExecutionContext } from 'ava';
import type { RentalEvent } from '../../domain/rental/index.js';
import type { Row } from '../../ports/database.js';
import { wallet as readModel } from '../../projections/wallet/index.js';
import { createTestDatabase } from '../support/postgres.js';
import { askReadModel, everything, inStream, type Told } from '../support/read-model.js';
import {
  captured,
  fact,
  minute,
  money,
  paid,
  postpaid,
  released,
  running,
  split,
  started,
  waiting,
} from '../support/rental.js';

const at = minute(0);
const npr = money;

const tablesAfter = async (t: ExecutionContext, events: readonly Told[]) => {
  const { database } = await createTestDatabase(t);
  return askReadModel(database, readModel, { events, ask: everything(readModel) });
};

/** `type status amount = points + wallet` of each transaction, by their sources. */
const shown = (rows: readonly Row[] | undefined): readonly string[] =>
  [...(rows ?? [])]
    .sort((left, right) => String(left.source).localeCompare(String(right.source)))
    .map((row) => {
      const moves = row.moves_money === true ? '' : ' (record only)';
      const parts = `${row.points} pt + ${row.wallet_minor}`;
      return `${row.type} ${row.status} ${row.amount_minor} = ${parts} ${row.method}${moves}`;
    });

const transactionsAfter = async (t: ExecutionContext, events: readonly RentalEvent[]) =>
  shown((await tablesAfter(t, inStream('rental-r-1', events))).transactions);

const credited = (amount: string, source: string, creditId = 'c-1') => ({
  type: 'FundsCredited',
  data: { creditId, amount: npr(amount), source, gateway: null, rentalId: null, at },
});

const hold = { holdId: 'h-1', purpose: 'RENTAL', rentalId: 'r-1' };

test('a statement shows each entry with the balance before and after', async (t) => {
  const { wallets, entries, transactions } = await tablesAfter(
    t,
    inStream('wallet-ann', [
      credited('500', 'TOPUP'),
      { type: 'FundsHeld', data: { ...hold, amount: npr('80'), expiresAt: minute(15), at } },
      {
        type: 'FundsCaptured',
        data: { ...hold, captureId: 'p-1', amount: npr('50'), remaining: npr('30'), at },
      },
      {
        type: 'FundsReleased',
        data: { holdId: 'h-1', amount: npr('30'), closedBy: 'capture', at },
      },
      {
        type: 'WalletAdjusted',
        data: { adjustmentId: 'a-1', amount: npr('-20'), reason: 'sorry', at },
      },
    ]),
  );
  t.like(wallets?.[0], { balance_minor: 43_000n, held_minor: 0n, spendable_minor: 43_000n });
  t.deepEqual(
    entries?.map((row) => [
      row.kind,
      row.about,
      row.amount_minor,
      row.balance_before_minor,
      row.balance_after_minor,
    ]),
    [
      ['CREDIT', 'TOPUP', 50_000n, 0n, 50_000n],
      ['DEBIT', 'RENTAL', 5_000n, 50_000n, 45_000n],
      ['ADJUSTMENT', 'STAFF', 2_000n, 45_000n, 43_000n],
    ],
  );
  t.deepEqual(shown(transactions), [
    'ADJUSTMENT SUCCESS 2000 = 0 pt + 2000 WALLET',
    'TOPUP SUCCESS 50000 = 0 pt + 50000 GATEWAY',
  ]);
  t.is(transactions?.[0]?.purpose, 'DEBIT');
});

test('held money is not spendable, and not gone', async (t) => {
  const { wallets } = await tablesAfter(
    t,
    inStream('wallet-ann', [
      credited('100', 'STAFF'),
      { type: 'FundsHeld', data: { ...hold, amount: npr('80'), expiresAt: minute(15), at } },
    ]),
  );
  t.like(wallets?.[0], { balance_minor: 10_000n, held_minor: 8_000n, spendable_minor: 2_000n });
});

test('a correction by staff is an entry, and a movement that the user sees (TOP-5)', async (t) => {
  const events = inStream('wallet-ann', [credited('100', 'STAFF')]);
  const { entries, transactions } = await tablesAfter(t, events);
  t.like(entries?.[0], { kind: 'ADJUSTMENT', about: 'STAFF' });
  t.deepEqual(shown(transactions), ['ADJUSTMENT SUCCESS 10000 = 0 pt + 10000 WALLET']);
  t.like(transactions?.[0], { user_id: 'ann', purpose: 'CREDIT', rental_id: null });
});

test('a held payment is pending, and names its rental and its split (P-002)', async (t) => {
  const events = inStream('rental-r-1', waiting());
  const { transactions } = await tablesAfter(t, events);
  t.deepEqual(shown(transactions), ['RENTAL PENDING 5000 = 200 pt + 3000 COMBINATION']);
  t.like(transactions?.[0], { user_id: 'u-1', rental_id: 'r-1', purpose: 'RENTAL' });
  t.regex(String(transactions?.[0]?.transaction_id), /^TXN20260301035900[0-9A-Z]{6}$/);
});

test('a confirmed payment is a success, a released one has failed', async (t) => {
  t.deepEqual(await transactionsAfter(t, [...running(), captured()]), [
    'RENTAL SUCCESS 5000 = 200 pt + 3000 COMBINATION',
  ]);
  t.deepEqual(await transactionsAfter(t, [...waiting(), released('p-start', at)]), [
    'RENTAL FAILED 5000 = 200 pt + 3000 COMBINATION',
  ]);
});

const cancelled = (fee: string, refund: ReturnType<typeof split>): readonly RentalEvent[] => [
  fact('RentalCancelled', {
    cause: 'user',
    code: null,
    reason: null,
    fee: npr(fee),
    refund,
    returned: null,
    at: minute(8),
  }),
  fact('RefundPaid', { refund, at: minute(8) }),
];

test('a free cancellation refunds the payment as it was paid (CAN-3, P-008, P-009)', async (t) => {
  t.deepEqual(await transactionsAfter(t, [...running(), ...cancelled('0', split(200, '30'))]), [
    'RENTAL REFUNDED 5000 = 200 pt + 3000 COMBINATION',
    'REFUND SUCCESS 5000 = 200 pt + 3000 COMBINATION',
  ]);
});

test('a late cancellation records the fee that it keeps (CAN-5)', async (t) => {
  t.deepEqual(await transactionsAfter(t, [...running(), ...cancelled('20', split(120, '18'))]), [
    'FINE SUCCESS 2000 = 80 pt + 1200 COMBINATION (record only)',
    'RENTAL SUCCESS 5000 = 200 pt + 3000 COMBINATION',
    'REFUND SUCCESS 3000 = 120 pt + 1800 COMBINATION',
  ]);
});

test('dues and cancellation fees have words of their own', async (t) => {
  const due = paid({ id: 'p-due', purpose: 'DUE', amount: '25', split: split(0, '25'), at });
  const fee = paid({
    id: 'p-fee',
    purpose: 'CANCELLATION_FEE',
    amount: '5',
    split: split(50, '0'),
    at,
  });
  t.deepEqual(await transactionsAfter(t, [...running(), ...due, ...fee]), [
    'RENTAL_DUE SUCCESS 2500 = 0 pt + 2500 WALLET',
    'FINE SUCCESS 500 = 50 pt + 0 POINTS',
    'RENTAL SUCCESS 5000 = 200 pt + 3000 COMBINATION',
  ]);
});

test('a postpaid start is marked by a transaction that stays pending (PKG-3)', async (t) => {
  t.deepEqual(await transactionsAfter(t, [...waiting(postpaid), started()]), [
    'RENTAL PENDING 0 = 0 pt + 0 WALLET (record only)',
  ]);
});
