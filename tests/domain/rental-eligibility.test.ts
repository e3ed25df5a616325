import test from 'ava';
import * as E from 'fp-ts/lib/Either.js';
import type { RentalTerms } from '../../domain/pricing/index.js';
import {
  type PaymentChoice,
  payabilityOf,
  type StartFacts,
  type StartRefusal,
  startRefusal,
} from '../../domain/rental/index.js';
import { brandOrThrow } from '../../domain/shared/brand.js';
import { PackageId } from '../../domain/shared/ids.js';
import { bank, money, postpaid, rentalId, split } from '../support/rental.js';
import { rentalTerms } from '../support/terms.js';

const fine: StartFacts = {
  user: { status: 'ACTIVE', isProfileComplete: true, isKycApproved: true },
  requires: { profileComplete: true, kycVerified: true },
  renter: { openRental: null, due: null },
  station: { isOnline: true, isInMaintenance: false, powerBank: E.right(bank('PB001')) },
  package: { kind: 'offered', payability: E.right(split(0, '50')) },
};

const openStation = { isOnline: true, isInMaintenance: false } as const;
const noBank = { kind: 'NoPowerBankAvailable', minBatteryPercent: 20 } as const;
const unpayable = {
  kind: 'PaymentRequired',
  required: money('50'),
  shortfall: money('30'),
  suggestedTopUp: money('100'),
  breakdown: { points: 100, pointsValue: money('10'), wallet: money('10') },
} as const;

type Fault = readonly [rule: string, spoil: (facts: StartFacts) => StartFacts, StartRefusal];

/** START-1 to START-9 in the order of the rules, each with what spoils it and the answer. */
const faults: readonly Fault[] = [
  [
    'START-1',
    (facts) => ({ ...facts, user: { ...facts.user, status: 'BANNED' } }),
    { kind: 'UserInvalid', status: 'BANNED' },
  ],
  [
    'START-2',
    (facts) => ({ ...facts, user: { ...facts.user, isProfileComplete: false } }),
    { kind: 'RentalPrerequisitesNotMet', missing: 'profile' },
  ],
  [
    'START-3',
    (facts) => ({ ...facts, user: { ...facts.user, isKycApproved: false } }),
    { kind: 'RentalPrerequisitesNotMet', missing: 'kyc' },
  ],
  [
    'START-4',
    (facts) => ({
      ...facts,
      renter: { ...facts.renter, openRental: { rentalId, isOverdue: false } },
    }),
    { kind: 'ActiveRentalExists', rentalId },
  ],
  [
    'START-5',
    (facts) => ({ ...facts, renter: { ...facts.renter, due: { rentalId, owed: money('25') } } }),
    { kind: 'UnpaidRentalExists', rentalId, owed: money('25') },
  ],
  ['START-6', (facts) => ({ ...facts, station: null }), { kind: 'StationNotFound' }],
  [
    'START-7',
    (facts) => ({ ...facts, package: { kind: 'not-named' } }),
    { kind: 'PackageRequired' },
  ],
  [
    'START-8',
    (facts) => ({ ...facts, station: { ...openStation, powerBank: E.left(noBank) } }),
    noBank,
  ],
  [
    'START-9',
    (facts) => ({ ...facts, package: { kind: 'offered', payability: E.left(unpayable) } }),
    unpayable,
  ],
];

test('everything is fine, so the rental may start', (t) => {
  t.is(startRefusal(fine), null);
});

for (const [rule, spoil, answer] of faults) {
  test(`${rule} alone is answered with ${answer.kind}`, (t) => {
    t.deepEqual(startRefusal(spoil(fine)), answer);
  });
}

for (const [index, [rule, , answer]] of faults.entries()) {
  test(`${rule} is answered before everything after it`, (t) => {
    // Later faults first, so that an earlier one may overwrite the fact that both spoil.
    const all = faults
      .slice(index)
      .reverse()
      .reduce((facts, [, spoil]) => spoil(facts), fine);
    t.deepEqual(startRefusal(all), answer);
  });
}

test('START-2, START-3: what the settings do not require is not asked', (t) => {
  const user = { status: 'ACTIVE', isProfileComplete: false, isKycApproved: false } as const;
  const requires = { profileComplete: false, kycVerified: false };
  t.is(startRefusal({ ...fine, user, requires }), null);
});

test('START-4: an overdue rental has a word of its own', (t) => {
  const renter = { openRental: { rentalId, isOverdue: true }, due: null };
  t.deepEqual(startRefusal({ ...fine, renter }), { kind: 'OverdueRentalExists', rentalId });
});

test('START-6: offline is told before maintenance', (t) => {
  const powerBank = E.right(bank('PB001'));
  const answer = (isOnline: boolean): StartRefusal['kind'] | undefined =>
    startRefusal({ ...fine, station: { isOnline, isInMaintenance: true, powerBank } })?.kind;
  t.is(answer(false), 'StationOffline');
  t.is(answer(true), 'StationMaintenance');
});

test('START-7: a package that is not offered is named', (t) => {
  const packageId = brandOrThrow(PackageId, 'gone');
  t.deepEqual(startRefusal({ ...fine, package: { kind: 'not-offered', packageId } }), {
    kind: 'PackageNotFound',
    packageId,
  });
});

test('START-10: a bank that the user chose has words of its own', (t) => {
  const powerBank = bank('PB004');
  const chosen = {
    kind: 'RequestedPowerBankUnavailable',
    powerBank,
    because: 'charge-too-low',
  } as const;
  const station = { ...openStation, powerBank: E.left(chosen) };
  t.deepEqual(startRefusal({ ...fine, station }), chosen);
});

const payable = (
  terms: Partial<RentalTerms>,
  choice: PaymentChoice,
  available: ReturnType<typeof split>,
) => payabilityOf({ terms: rentalTerms(terms), choice, available, topUpStep: money('100') });

const pointsThenWallet: PaymentChoice = { mode: 'wallet_points', split: null };
const walletOnly: PaymentChoice = { mode: 'wallet', split: null };

test('START-9, PAY-4: points first, then wallet', (t) => {
  t.deepEqual(payable({}, pointsThenWallet, split(200, '60')), E.right(split(200, '30')));
});

test('START-9, PAY-7: short of money, the answer says of how much', (t) => {
  t.deepEqual(payable({}, pointsThenWallet, split(100, '10')), E.left(unpayable));
});

test('START-9, PAY-5: a split of the renter that does not add up is told as such', (t) => {
  const choice: PaymentChoice = { mode: 'wallet_points', split: split(100, '30') };
  t.deepEqual(
    payable({}, choice, split(500, '60')),
    E.left({
      kind: 'SplitTotalMismatch',
      split: split(100, '30'),
      total: money('40'),
      required: money('50'),
    }),
  );
});

test('START-9, PAY-5: so is one that the balances do not cover', (t) => {
  const choice: PaymentChoice = { mode: 'wallet_points', split: split(200, '30') };
  t.deepEqual(
    payable({}, choice, split(199, '60')),
    E.left({
      kind: 'InvalidWalletPointsSplit',
      fault: 'BeyondBalance',
      split: split(200, '30'),
      available: split(199, '60'),
    }),
  );
});

test('P-024: a postpaid start without the minimum balance is refused', (t) => {
  t.deepEqual(
    payable(postpaid, walletOnly, split(9_999, '49.99')),
    E.left({
      kind: 'PaymentRequired',
      required: money('50'),
      shortfall: money('0.01'),
      suggestedTopUp: money('100'),
      breakdown: { points: 0, pointsValue: money('0'), wallet: money('49.99') },
    }),
  );
});

test('PKG-3: with the minimum balance nothing is taken at the start', (t) => {
  t.deepEqual(payable(postpaid, walletOnly, split(0, '50')), E.right(split(0, '0')));
});

test('PKG-3: a postpaid rental is not paid in points', (t) => {
  t.deepEqual(
    payable(postpaid, pointsThenWallet, split(9_999, '50')),
    E.left({
      kind: 'PaymentModeNotSupported',
      mode: 'wallet_points',
      paymentModel: 'POSTPAID',
    }),
  );
});
