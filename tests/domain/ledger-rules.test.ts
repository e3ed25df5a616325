import test, { type ExecutionContext } from 'ava';
import type { ValueEvent } from '../../domain/ledger/index.js';
import { AwardSource } from '../../domain/points/events.js';
import { brandOrThrow } from '../../domain/shared/brand.js';
import { EntryId, HoldId } from '../../domain/shared/ids.js';
import { zero } from '../../domain/shared/money.js';
import {
  CreditSource,
  FundsPurpose,
  GatewayName,
  type GatewayPayment,
  GatewayReference,
} from '../../domain/wallet/events.js';
import { lastPosted, ofPoints, ofWallet } from '../support/books.js';
import { minute, money, rentalId } from '../support/rental.js';

const entry = brandOrThrow(EntryId, 'e-1');
const holdId = brandOrThrow(HoldId, 'h-1');
const at = minute(0);

const posts =
  (event: ValueEvent, ...lines: readonly string[]) =>
  (t: ExecutionContext): void => {
    t.deepEqual(lastPosted(event), lines);
  };

interface FromWhere {
  readonly ofRental?: boolean;
  readonly gateway?: GatewayPayment | null;
}

const credited = (source: CreditSource, { ofRental = false, gateway = null }: FromWhere = {}) =>
  ofWallet({
    type: 'FundsCredited',
    data: {
      creditId: entry,
      amount: money('123.45'),
      source,
      gateway,
      rentalId: ofRental ? rentalId : null,
      at,
    },
  });

const sources: Readonly<Record<CreditSource, string>> = {
  TOPUP: 'assets:gateway-clearing:unnamed 123.45',
  REFUND: 'liabilities:refunds-payable:r-1 123.45',
  STAFF: 'expenses:staff-adjustment 123.45',
  DEMO: 'equity:demo-funds 123.45',
};

for (const source of Object.keys(CreditSource.keys)) {
  if (!CreditSource.is(source)) continue;
  test(
    `a credit raises what we owe the user, and comes from where its source says: ${source}`,
    posts(
      credited(source, { ofRental: source === 'REFUND' }),
      sources[source],
      'liabilities:wallets:u-1 -123.45',
    ),
  );
}

const gateway = {
  name: brandOrThrow(GatewayName, 'test-pay'),
  reference: brandOrThrow(GatewayReference, 'pay/7'),
};

test(
  'a top-up through a gateway is money that this gateway holds for us',
  posts(
    credited('TOPUP', { gateway }),
    'assets:gateway-clearing:test-pay 123.45',
    'liabilities:wallets:u-1 -123.45',
  ),
);

test(
  'a refund that names no rental is told apart from those that do',
  posts(
    credited('REFUND'),
    'liabilities:refunds-payable:unnamed 123.45',
    'liabilities:wallets:u-1 -123.45',
  ),
);

test(
  'a hold moves money from what is spendable to what is held: it is still the user’s',
  posts(
    ofWallet({
      type: 'FundsHeld',
      data: {
        holdId,
        amount: money('50.01'),
        purpose: 'RENTAL',
        rentalId,
        expiresAt: minute(5),
        at,
      },
    }),
    'liabilities:wallets:u-1 50.01',
    'liabilities:held-funds:u-1 -50.01',
  ),
);

test(
  'a release moves the rest of a hold back',
  posts(
    ofWallet({
      type: 'FundsReleased',
      data: { holdId, amount: money('0.01'), closedBy: 'release', at },
    }),
    'liabilities:held-funds:u-1 0.01',
    'liabilities:wallets:u-1 -0.01',
  ),
);

const targets: Readonly<Record<FundsPurpose, string>> = {
  RENTAL: 'assets:payment-clearing:r-1 -10.00',
  EXTENSION: 'assets:payment-clearing:r-1 -10.00',
  DUE: 'assets:payment-clearing:r-1 -10.00',
  CANCELLATION_FEE: 'assets:payment-clearing:r-1 -10.00',
  WITHDRAWAL: 'liabilities:withdrawals-payable:u-1 -10.00',
  ADVERTISEMENT: 'income:advertisement -10.00',
  WAIVED: 'income:waived-balance -10.00',
};

for (const purpose of Object.keys(FundsPurpose.keys)) {
  if (!FundsPurpose.is(purpose)) continue;
  const amount = money('10');
  const common = { amount, purpose, rentalId, at };
  test(
    `captured money goes where its purpose says: ${purpose}`,
    posts(
      ofWallet({
        type: 'FundsCaptured',
        data: { holdId, captureId: entry, remaining: money('5'), ...common },
      }),
      'liabilities:held-funds:u-1 10.00',
      targets[purpose],
    ),
  );
  test(
    `debited money goes where its purpose says: ${purpose}`,
    posts(
      ofWallet({ type: 'FundsDebited', data: { debitId: entry, ...common } }),
      'liabilities:wallets:u-1 10.00',
      targets[purpose],
    ),
  );
}

const adjusted = (amount: string) =>
  ofWallet({
    type: 'WalletAdjusted',
    data: { adjustmentId: entry, amount: money(amount), reason: 'sealed', at },
  });

test(
  'staff who put money in spend ours',
  posts(adjusted('7.77'), 'expenses:staff-adjustment 7.77', 'liabilities:wallets:u-1 -7.77'),
);
test(
  'staff who take money away give it back to us',
  posts(adjusted('-7.77'), 'expenses:staff-adjustment -7.77', 'liabilities:wallets:u-1 7.77'),
);
test('a correction by nothing is no posting', posts(adjusted('0')));

for (const source of Object.keys(AwardSource.keys)) {
  if (!AwardSource.is(source)) continue;
  test(
    `points that are given cost what they were given for: ${source}`,
    posts(
      ofPoints({
        type: 'PointsAwarded',
        data: { awardId: entry, points: 25, source, rentalId: null, at },
      }),
      `expenses:points-awarded:${source} 25 points`,
      'liabilities:points:u-1 -25 points',
    ),
  );
}

test(
  'held points are still the user’s',
  posts(
    ofPoints({
      type: 'PointsHeld',
      data: { holdId, points: 200, rentalId, expiresAt: minute(5), at },
    }),
    'liabilities:points:u-1 200 points',
    'liabilities:held-points:u-1 -200 points',
  ),
);
test(
  'released points are free again',
  posts(
    ofPoints({ type: 'PointsReleased', data: { holdId, points: 200, closedBy: 'expiry', at } }),
    'liabilities:held-points:u-1 200 points',
    'liabilities:points:u-1 -200 points',
  ),
);
test(
  'redeemed points are owed no longer',
  posts(
    ofPoints({ type: 'PointsRedeemed', data: { holdId, points: 200, rentalId, at } }),
    'liabilities:held-points:u-1 200 points',
    'income:points-spent -200 points',
  ),
);
test(
  'points that a refund gives back were not spent',
  posts(
    ofPoints({
      type: 'PointsGivenBack',
      data: { givingBackId: entry, points: 120, rentalId, at },
    }),
    'income:points-spent 120 points',
    'liabilities:points:u-1 -120 points',
  ),
);
test(
  'staff correct points in both directions',
  posts(
    ofPoints({
      type: 'PointsAdjusted',
      data: { adjustmentId: entry, points: -3, reason: { typed: 'sorry' }, at },
    }),
    'expenses:points-adjustment -3 points',
    'liabilities:points:u-1 3 points',
  ),
);

test('an amount of nothing posts nothing', (t) => {
  const data = { holdId, amount: zero, closedBy: 'capture', at } as const;
  t.deepEqual(lastPosted(ofWallet({ type: 'FundsReleased', data })), []);
});
