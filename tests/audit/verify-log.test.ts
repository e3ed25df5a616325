import test from 'ava';
import { balancesEqual } from '../../audit/checks/balances.js';
import { placesEqual } from '../../audit/checks/places.js';
import { rentalsWalkBy } from '../../audit/checks/rentals.js';
import { points } from '../../domain/points/index.js';
import { powerBank } from '../../domain/power-bank/index.js';
import { rental } from '../../domain/rental/index.js';
import { station } from '../../domain/station/index.js';
import { wallet } from '../../domain/wallet/index.js';
import { findingsIn, type History, liveHistory, liveStory } from '../support/audited-history.js';
import {
  alter,
  type Damage,
  drop,
  dropCarefully,
  edit,
  indexOf,
  ofType,
  outOfOrder,
  repeat,
  repeatCarefully,
  swap,
  type Wanted,
} from '../support/damage.js';

/** Worlds in which there are swaps, refunds, lost banks, dues and declined payments. */
const seed = 1;

const history: History = await liveHistory(seed);

const rupees = (minor: number) => ({ currency: 'NPR', minor });

interface Case {
  readonly what: string;
  readonly at: Wanted;
  readonly damage: (at: Wanted) => Damage;
  readonly code: string;
  /** Where the finding is told: at that very event, or somewhere in its stream. */
  readonly where?: 'event' | 'stream' | 'other-stream';
}

const held = ofType('FundsHeld');
const captured = ofType('FundsCaptured');
const released = ofType('FundsReleased');
const topUp = ofType('FundsCredited', (data) => 'source' in data && data.source === 'TOPUP');
const refund = ofType('FundsCredited', (data) => 'source' in data && data.source === 'REFUND');
const completed = ofType(
  'RentalCompleted',
  (data) => 'reason' in data && data.reason === 'RETURNED',
);
const extensions = new Set(
  history.flatMap(({ type, data }) =>
    type === 'RentalExtended' && typeof data === 'object' && data !== null && 'paymentId' in data
      ? [data.paymentId]
      : [],
  ),
);
const extension = ofType(
  'PaymentPlanned',
  (data) => 'paymentId' in data && extensions.has(data.paymentId),
);

const strangeMetadata = {
  $correlationId: 'c',
  $causationId: 'b7e7f8a5-6f0b-4d4b-9c55-1f1f5b8d2a10',
  actor: { kind: 'system', id: 'rental-process' },
  commandId: '8d3c5f0e-30a4-4f3c-8a3a-9a0a4f4f7b11',
  schemaVersion: 1,
};

const cases: readonly Case[] = [
  { what: 'an event is missing', at: captured, damage: drop, code: 'revision-missing' },
  { what: 'an event stands there twice', at: held, damage: repeat, code: 'event-repeated' },
  { what: 'a revision comes twice', at: held, damage: repeat, code: 'revision-repeated' },
  {
    what: 'an event is out of order',
    at: captured,
    damage: outOfOrder,
    code: 'position-not-growing',
    where: 'other-stream',
  },
  {
    what: 'an event has a field too many',
    at: topUp,
    damage: (at) => edit(at, () => ({ memo: 'x' })),
    code: 'event-not-canonical',
  },
  {
    what: 'an event lacks what it must have',
    at: topUp,
    damage: (at) => edit(at, () => ({ amount: 'much' })),
    code: 'event-unreadable',
  },
  {
    what: 'an event is of no known type',
    at: topUp,
    damage: (at) => alter(at, { type: 'FundsFound' }),
    code: 'event-type-unknown',
  },
  {
    what: 'an event is of a version to come',
    at: topUp,
    damage: (at) => alter(at, { metadata: { ...strangeMetadata, schemaVersion: 9 } }),
    code: 'event-version-unknown',
  },
  {
    what: 'an event has metadata without a command',
    at: topUp,
    damage: (at) => alter(at, { metadata: { $correlationId: 'c' } }),
    code: 'metadata-malformed',
  },
  {
    what: 'an event has more metadata than there is',
    at: topUp,
    damage: (at) => alter(at, { metadata: { ...strangeMetadata, host: 'x' } }),
    code: 'metadata-malformed',
  },
  {
    what: 'an event has a cause that nobody knows',
    at: captured,
    damage: (at) => alter(at, { metadata: strangeMetadata }),
    code: 'cause-unknown',
  },
  {
    what: 'the parts of a charge do not make its total',
    at: completed,
    damage: (at) =>
      edit(at, (data) => {
        const charges = 'charges' in data && typeof data.charges === 'object' ? data.charges : {};
        return { charges: { ...charges, penalty: rupees(7) } };
      }),
    code: 'postings-unbalanced',
  },
  {
    what: 'a rental says that another sum was paid',
    at: completed,
    damage: (at) => edit(at, () => ({ paid: rupees(1) })),
    code: 'rental-sums-wrong',
  },
  {
    what: 'a rental earns less than was paid for it',
    at: completed,
    damage: (at) => edit(at, () => ({ paid: rupees(1) })),
    code: 'rental-books-left-open',
  },
  {
    what: 'more is captured than was confirmed',
    at: captured,
    damage: (at) => edit(at, () => ({ amount: rupees(9_900) })),
    code: 'rental-books-overdrawn',
  },
  {
    what: 'a capture takes more than is held',
    at: captured,
    damage: (at) => edit(at, () => ({ amount: rupees(9_900) })),
    code: 'hold-amount-wrong',
  },
  {
    what: 'a hold is freed twice',
    at: released,
    damage: repeatCarefully,
    code: 'hold-not-open',
    where: 'stream',
  },
  {
    what: 'a hold is opened twice',
    at: held,
    damage: repeatCarefully,
    code: 'hold-repeated',
    where: 'stream',
  },
  {
    what: 'a hold of a payment that was given up stays',
    at: released,
    damage: dropCarefully,
    code: 'hold-left-open',
    where: 'stream',
  },
  {
    what: 'less is freed than was held',
    at: released,
    damage: (at) => edit(at, () => ({ amount: rupees(1) })),
    code: 'held-not-its-holds',
    where: 'stream',
  },
  {
    what: 'a credit counts twice',
    at: topUp,
    damage: repeatCarefully,
    code: 'entry-repeated',
    where: 'stream',
  },
  {
    what: 'a credit was less than was spent of it',
    at: topUp,
    damage: (at) => edit(at, () => ({ amount: rupees(1) })),
    code: 'balance-negative',
    where: 'stream',
  },
  {
    what: 'a payment is confirmed twice',
    at: ofType('PaymentConfirmed'),
    damage: repeatCarefully,
    code: 'payment-not-open',
    where: 'stream',
  },
  {
    what: 'a rental is paid twice',
    at: extension,
    damage: (at) => edit(at, () => ({ purpose: 'RENTAL', extension: null })),
    code: 'charged-twice',
    where: 'stream',
  },
  {
    what: 'an extension is paid with another sum than its price',
    at: ofType('RentalExtended', (data) => 'paymentId' in data && extensions.has(data.paymentId)),
    damage: () => edit(extension, () => ({ amount: rupees(1) })),
    code: 'rental-sums-wrong',
  },
  {
    what: 'money is taken for a payment that was not confirmed',
    at: ofType('PaymentConfirmed'),
    damage: dropCarefully,
    code: 'taken-without-payment',
    where: 'other-stream',
  },
  {
    what: 'another sum is taken than was planned',
    at: captured,
    damage: (at) => edit(at, () => ({ amount: rupees(1) })),
    code: 'taken-not-as-planned',
    where: 'other-stream',
  },
  {
    what: 'a confirmed payment is never captured',
    at: ofType('PaymentCaptured'),
    damage: dropCarefully,
    code: 'payment-left-uncaptured',
    where: 'stream',
  },
  {
    what: 'a refund is paid twice',
    at: refund,
    damage: repeatCarefully,
    code: 'refund-not-due',
    where: 'stream',
  },
  {
    what: 'another sum is refunded than was decided',
    at: refund,
    damage: (at) => edit(at, () => ({ amount: rupees(1) })),
    code: 'refund-amount-wrong',
  },
  {
    what: 'a refund never came',
    at: refund,
    damage: dropCarefully,
    code: 'refund-not-paid',
    where: 'other-stream',
  },
  {
    what: 'nobody noted that a refund was paid',
    at: ofType('RefundPaid'),
    damage: dropCarefully,
    code: 'refund-left-unpaid',
    where: 'stream',
  },
  {
    what: 'a rental starts twice',
    at: ofType('RentalStarted'),
    damage: repeatCarefully,
    code: 'rental-step-impossible',
    where: 'stream',
  },
  {
    what: 'a capture is noted before it was made',
    at: ofType('RentalStarted'),
    damage: swap,
    code: 'taken-not-as-planned',
    where: 'stream',
  },
  {
    what: 'a rental never ends, and its user has another one',
    at: completed,
    damage: dropCarefully,
    code: 'rentals-overlap',
    where: 'other-stream',
  },
  {
    what: 'a bank comes into a slot that is taken',
    at: ofType('PowerBankEjected'),
    damage: dropCarefully,
    code: 'slot-holds-two',
    where: 'stream',
  },
  {
    what: 'a bank is in another slot at the same time',
    at: ofType('PowerBankDocked', (data) => 'channel' in data && data.channel !== 'inventory'),
    damage: (at) => edit(at, () => ({ slot: 9 })),
    code: 'bank-not-in-slot',
    where: 'stream',
  },
  {
    what: 'a station shows one bank in two slots',
    at: ofType('PowerBankDocked', (data) => 'powerBank' in data && data.powerBank === '102'),
    damage: (at) => edit(at, () => ({ powerBank: '101' })),
    code: 'bank-in-two-slots',
  },
  {
    what: 'an event stands in a stream of nobody',
    at: topUp,
    damage: (at) => alter(at, { stream: 'purse-u-1' }),
    code: 'stream-unknown',
    where: 'other-stream',
  },
  {
    what: 'a bank has no fact of its own about where it is shown',
    at: (event) => event.type === 'PowerBankPlaced',
    damage: () => (all) => dropCarefully((event) => event === lastPlaced(all))(all),
    code: 'bank-not-where-shown',
    where: 'other-stream',
  },
  {
    what: 'a bank is out with a rental that has ended',
    at: (event) => event.type === 'PowerBankPlaced',
    damage: () => (all) => dropCarefully((event) => event === lastPlaced(all))(all),
    code: 'bank-out-without-rental',
    where: 'other-stream',
  },
];

const lastPlaced = (all: History) => all.findLast(({ type }) => type === 'PowerBankPlaced');

test('a history of renters, cabinets and faults gives no finding', async (t) => {
  t.deepEqual(await findingsIn(history), []);
});

test('no moment of it does, as long as nobody says that everything is settled', async (t) => {
  const whole = history;
  for (const part of [0.1, 0.3, 0.5, 0.7, 0.9]) {
    const cut = whole.slice(0, Math.floor(whole.length * part));
    t.deepEqual(await findingsIn(cut, { settledUpTo: null }), [], `the first ${cut.length}`);
  }
});

test('what is still under way is no finding, wherever the processes were', async (t) => {
  const { history: whole, quiet } = await liveStory(5);
  for (const [index, settledUpTo] of quiet.entries()) {
    const next = whole.findIndex(({ position }) => position > settledUpTo);
    const cut = whole.slice(0, next + (index % 12));
    t.deepEqual(await findingsIn(cut, { settledUpTo }), [], `${cut.length} and ${settledUpTo}`);
  }
});

for (const { what, at, damage, code, where = 'event' } of cases) {
  test(`${code}: ${what}`, async (t) => {
    const whole = history;
    const { stream, revision } = whole[indexOf(whole, at)] ?? t.fail();
    const found = await findingsIn(damage(at)(whole));
    const [first] = found.filter((finding) => finding.code === code);
    t.truthy(first, found.map((finding) => finding.code).join() || 'nothing was found');
    if (where === 'other-stream') t.truthy(first?.place.stream);
    else t.is(first?.place.stream, stream);
    if (where === 'event') t.is(first?.place.revision, revision);
  });
}

test('balance-not-as-decided: a domain that forgets captures is found out', async (t) => {
  const folds = {
    wallet: (...[state, event]: Parameters<typeof wallet.evolve>) =>
      event.type === 'FundsCaptured' ? state : wallet.evolve(state, event),
    points: points.evolve,
  };
  const found = await findingsIn(history, { checks: [balancesEqual(folds)] });
  t.true(found.length > 0);
  t.true(found.every(({ code }) => code === 'balance-not-as-decided'));
});

test('rental-not-as-decided: a domain that never lets a rental be overdue is found out', async (t) => {
  const check = rentalsWalkBy((state, event) =>
    event.type === 'RentalBecameOverdue' ? state : rental.evolve(state, event),
  );
  const found = await findingsIn(history, { checks: [check] });
  t.true(found.some(({ code }) => code === 'rental-not-as-decided'));
});

test('place-not-as-decided: a domain that leaves a bank in the slot that it left is found out', async (t) => {
  const folds = {
    station: (...[state, event]: Parameters<typeof station.evolve>) =>
      event.type === 'PowerBankEjected' ? state : station.evolve(state, event),
    powerBank: (...[state, event]: Parameters<typeof powerBank.evolve>) =>
      event.type === 'PowerBankRented' ? state : powerBank.evolve(state, event),
  };
  const found = await findingsIn(history, { checks: [placesEqual(folds)] });
  const streams = found.map(({ place }) => place.stream?.split('-')[0]);
  t.deepEqual(new Set(streams), new Set(['station', 'powerbank']));
});
