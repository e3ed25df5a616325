import test from 'ava';
import fc from 'fast-check';
import {
  imbalanceOf,
  type Posting,
  RentalBooks,
  type ValueEvent,
} from '../../domain/ledger/index.js';
import {
  owedAt,
  type PaymentSplit,
  paidSoFar,
  type RentalEvent,
  type RentalState,
} from '../../domain/rental/index.js';
import { brandOrThrow } from '../../domain/shared/brand.js';
import { EntryId, HoldId, type PaymentId } from '../../domain/shared/ids.js';
import type { Instant } from '../../domain/shared/instant.js';
import { isZero, zero } from '../../domain/shared/money.js';
import { balancesOf, ofPoints, ofRental, ofWallet } from '../support/books.js';
import { minute, rentalId } from '../support/rental.js';
import { someSteps, someTerms, walk } from '../support/rental-walk.js';

const refundLegs = ({
  refund,
  at,
}: {
  readonly refund: PaymentSplit;
  readonly at: Instant;
}): readonly ValueEvent[] => {
  const id = brandOrThrow(EntryId, 'refund');
  const common = { rentalId, at };
  const credit = { creditId: id, amount: refund.wallet, source: 'REFUND' as const, gateway: null };
  const back = { givingBackId: id, points: refund.points };
  return [
    ofWallet({ type: 'FundsCredited', data: { ...credit, ...common } }),
    ofPoints({ type: 'PointsGivenBack', data: { ...back, ...common } }),
  ];
};

/** What a renter's wallet and points do as their rental goes on: the process, in small. */
const paymentsOf = () => {
  const splits = new Map<PaymentId, PaymentSplit>();
  const secured = new Set<PaymentId>();

  const legs = (
    paymentId: PaymentId,
    what: 'hold' | 'take' | 'release',
    at: Instant,
  ): readonly ValueEvent[] => {
    const { points, wallet: amount } = splits.get(paymentId) ?? { points: 0, wallet: zero };
    const holdId = brandOrThrow(HoldId, paymentId);
    const captureId = brandOrThrow(EntryId, paymentId);
    const money = { holdId, amount, at };
    const award = { holdId, points, at };
    const purpose = 'RENTAL' as const;
    const expiresAt = at;
    const closedBy = 'release' as const;
    const held: Record<typeof what, readonly [ValueEvent, ValueEvent]> = {
      hold: [
        ofWallet({ type: 'FundsHeld', data: { ...money, purpose, rentalId, expiresAt } }),
        ofPoints({ type: 'PointsHeld', data: { ...award, rentalId, expiresAt } }),
      ],
      take: [
        ofWallet({
          type: 'FundsCaptured',
          data: { ...money, captureId, remaining: zero, purpose, rentalId },
        }),
        ofPoints({ type: 'PointsRedeemed', data: { ...award, rentalId } }),
      ],
      release: [
        ofWallet({ type: 'FundsReleased', data: { ...money, closedBy } }),
        ofPoints({ type: 'PointsReleased', data: { ...award, closedBy } }),
      ],
    };
    const [ofMoney, ofAward] = held[what];
    return [...(isZero(amount) ? [] : [ofMoney]), ...(points === 0 ? [] : [ofAward])];
  };

  return ({ type, data }: RentalEvent): readonly ValueEvent[] => {
    if (type === 'PaymentPlanned') splits.set(data.paymentId, data.split);
    if (type === 'PaymentConfirmed') return legs(data.paymentId, 'take', data.at);
    if (type === 'PaymentSecured') {
      secured.add(data.paymentId);
      return legs(data.paymentId, 'hold', data.at);
    }
    if (type === 'PaymentReleased' && secured.has(data.paymentId)) {
      return legs(data.paymentId, 'release', data.at);
    }
    return type === 'RefundPaid' ? refundLegs(data) : [];
  };
};

interface Told {
  readonly events: readonly RentalEvent[];
  readonly postings: readonly Posting[];
  readonly state: RentalState;
}

const told: fc.Arbitrary<Told> = fc.tuple(someTerms, someSteps).map(([terms, steps]) => {
  const strides = walk(terms, steps);
  const events = strides.flatMap((stride) => [...stride.events]);
  const follow = paymentsOf();
  const books = new RentalBooks();
  const postings = events
    .flatMap((event) => [ofRental(event), ...follow(event)])
    .flatMap((event) => [...books.post(event)]);
  return { events, postings, state: strides.at(-1)?.after ?? null };
});

const always = (check: (life: Told, balance: (account: string) => number) => void): void => {
  fc.assert(
    fc.property(told, (life) => {
      const balances = balancesOf(life.postings);
      check(life, (account) => balances.get(account) ?? 0);
    }),
    { numRuns: 300 },
  );
};

const minorOf = (amount: { readonly minor: number } | undefined): number => amount?.minor ?? 0;

test('whatever happens to a rental, the postings of each asset sum to zero', (t) => {
  always(({ postings }) => {
    t.is(imbalanceOf(postings, 'NPR'), 0);
    t.is(imbalanceOf(postings, 'POINTS'), 0);
  });
});

test('what is captured for a rental is what it says was paid: its clearing is even', (t) => {
  always((_life, balance) => t.is(balance('assets:payment-clearing:r-1'), 0));
});

test('until a rental ends all that was paid is unearned, and then nothing', (t) => {
  always(({ state }, balance) => {
    const isOver = state === null || state.status === 'COMPLETED' || state.status === 'CANCELLED';
    const unearned = isOver ? 0 : paidSoFar(state).amount.minor;
    t.is(balance('liabilities:unearned-rentals:r-1'), 0 - unearned);
  });
});

test('receivable is what the rental owes after its end', (t) => {
  always(({ state }, balance) => {
    const isCompleted = state?.status === 'COMPLETED';
    const owed = isCompleted ? owedAt(state, minute(1_000_000)).minor : 0;
    t.is(balance('assets:receivable-dues:r-1'), owed);
  });
});

test('a refund is payable until it is paid', (t) => {
  always(({ state }, balance) => {
    const cancellation = state?.cancellation ?? null;
    const isOpen = cancellation !== null && !cancellation.isRefundPaid;
    const payable = isOpen ? cancellation.refund.wallet.minor : 0;
    t.is(balance('liabilities:refunds-payable:r-1'), 0 - payable);
  });
});

test('income by kind is the charges of the rental, or the fee that was kept', (t) => {
  always(({ state }, balance) => {
    const charges = state?.completion?.charges;
    t.is(balance('income:rental'), 0 - minorOf(charges?.use));
    t.is(balance('income:extension'), 0 - minorOf(charges?.extensions));
    t.is(balance('income:late-fee'), 0 - minorOf(charges?.lateFee));
    t.is(balance('income:penalty'), 0 - minorOf(charges?.penalty));
    t.is(balance('income:staff-charge'), 0 - minorOf(charges?.staffAmount ?? undefined));
    t.is(balance('income:cancellation-fee'), 0 - minorOf(state?.cancellation?.fee));
  });
});

test('P-064: nothing is held when nothing is open, and the wallet lacks what the rental took', (t) => {
  always(({ state, events }, balance) => {
    const open = [...(state?.payments.values() ?? [])].filter(({ status }) => status === 'secured');
    const held = open.reduce((total, { split }) => total + split.wallet.minor, 0);
    const heldPoints = open.reduce((total, { split }) => total + split.points, 0);
    t.is(balance('liabilities:held-funds:u-1'), 0 - held);
    t.is(balance('liabilities:held-points:u-1'), 0 - heldPoints);
    const paid = state === null ? null : paidSoFar(state).split;
    const back = events.find(({ type }) => type === 'RefundPaid');
    const refund = back?.type === 'RefundPaid' ? back.data.refund : null;
    const taken = minorOf(paid?.wallet) - minorOf(refund?.wallet) + held;
    const spent = (paid?.points ?? 0) - (refund?.points ?? 0) + heldPoints;
    t.is(balance('liabilities:wallets:u-1'), taken);
    t.is(balance('liabilities:points:u-1'), spent);
  });
});
