import { Bug } from '../shared/assert.js';
import { type Brand, branded, brandOrThrow } from '../shared/brand.js';
import type { RentalId, UserId } from '../shared/ids.js';
import { paisa, toRupees } from '../shared/money.js';

/** What is counted: Nepalese rupees in paisa, or points. Each balances for itself. */
export const assets = ['NPR', 'POINTS'] as const;
export type Asset = (typeof assets)[number];

/** An amount without its unit: rupees with two places, points as they are. */
export const amountText = (asset: Asset, minor: number): string =>
  asset === 'NPR' ? toRupees(paisa(minor)) : String(minor);

/** The five classes of double-entry bookkeeping; a debit raises the first and the last. */
export const accountClasses = ['assets', 'liabilities', 'equity', 'income', 'expenses'] as const;
export type AccountClass = (typeof accountClasses)[number];

/** Of whom or what there is one account each; `null` where there is one in all. */
export type AccountOwner = 'user' | 'rental' | 'gateway' | 'award' | null;

export interface AccountFamily {
  readonly class: AccountClass;
  readonly asset: Asset;
  readonly owner: AccountOwner;
  /** What an accountant reads beside it. */
  readonly title: string;
}

const family = <Of extends AccountOwner>(
  accountClass: AccountClass,
  asset: Asset,
  owner: Of,
  title: string,
): AccountFamily & { readonly owner: Of } => ({ class: accountClass, asset, owner, title });

/**
 * The chart of accounts. A code is `class:family`, and `class:family:owner` where each owner has
 * an account: `liabilities:wallets:u-7`.
 */
export const chart = {
  /** Paid at a gateway, and not yet on our bank account. */
  'gateway-clearing': family('assets', 'NPR', 'gateway', 'Money that gateways hold for us'),
  /** A rental counts as paid from the confirmation on; its hold is captured a moment later. */
  'payment-clearing': family('assets', 'NPR', 'rental', 'Confirmed payments not yet captured'),
  'receivable-dues': family('assets', 'NPR', 'rental', 'Dues of ended rentals'),

  wallets: family('liabilities', 'NPR', 'user', 'Spendable money of users'),
  'held-funds': family('liabilities', 'NPR', 'user', 'Money of users, held for something'),
  'unearned-rentals': family('liabilities', 'NPR', 'rental', 'Payments for rentals not yet ended'),
  'refunds-payable': family('liabilities', 'NPR', 'rental', 'Refunds decided and not yet paid'),
  'withdrawals-payable': family('liabilities', 'NPR', 'user', 'Withdrawals taken from wallets'),

  'demo-funds': family('equity', 'NPR', null, 'Money that demonstrations put into wallets'),

  rental: family('income', 'NPR', null, 'Use of power banks'),
  extension: family('income', 'NPR', null, 'Extensions'),
  'late-fee': family('income', 'NPR', null, 'Late fees'),
  penalty: family('income', 'NPR', null, 'Penalties for power banks that were lost'),
  'staff-charge': family('income', 'NPR', null, 'Charges set by staff'),
  'cancellation-fee': family('income', 'NPR', null, 'Cancellation fees'),
  advertisement: family('income', 'NPR', null, 'Advertisements'),
  'waived-balance': family('income', 'NPR', null, 'Balances left behind by former users'),
  /** What was paid and is neither charged nor given back: charges that staff lowered below it. */
  rounding: family('income', 'NPR', null, 'Rounding, and payments beyond the final charge'),

  'points-discount': family('expenses', 'NPR', null, 'Charges paid with points, at their value'),
  'staff-adjustment': family('expenses', 'NPR', null, 'Credits and corrections by staff'),

  points: family('liabilities', 'POINTS', 'user', 'Spendable points of users'),
  'held-points': family('liabilities', 'POINTS', 'user', 'Points of users, held for a rental'),
  'points-spent': family('income', 'POINTS', null, 'Points that were spent'),
  'points-awarded': family('expenses', 'POINTS', 'award', 'Points given, by what for'),
  'points-adjustment': family('expenses', 'POINTS', null, 'Corrections of points by staff'),
} as const satisfies Readonly<Record<string, AccountFamily>>;

export type FamilyName = keyof typeof chart;

export const familyNames: readonly FamilyName[] = Object.freeze(
  Object.keys(chart).filter((name): name is FamilyName => Object.hasOwn(chart, name)),
);

/** Owners are ids (`domain/shared/ids.ts`) or words of the domain, which have underscores. */
const codePattern = /^(assets|liabilities|equity|income|expenses):[a-z-]+(:[A-Za-z0-9_.~:-]+)?$/;

/** Name of one account, as in {@link chart}. */
export const AccountCode = branded('AccountCode', codePattern);
export type AccountCode = Brand<'AccountCode'>;

/** Something that a fact should name and does not, such as the gateway of an old top-up. */
export const unnamed = 'unnamed';

type OwnedFamily = {
  readonly [F in FamilyName]: (typeof chart)[F]['owner'] extends null ? never : F;
}[FamilyName];
type SoleFamily = Exclude<FamilyName, OwnedFamily>;

/** The account of a family that has but one. */
export const soleAccount = (name: SoleFamily): AccountCode =>
  brandOrThrow(AccountCode, `${chart[name].class}:${name}`);

/** The account of one owner. */
export const accountOf = (name: OwnedFamily, owner: string): AccountCode =>
  brandOrThrow(AccountCode, `${chart[name].class}:${name}:${owner}`);

export const walletAccount = (user: UserId): AccountCode => accountOf('wallets', user);
export const rentalAccount = (
  name: 'payment-clearing' | 'unearned-rentals' | 'receivable-dues' | 'refunds-payable',
  rental: RentalId | null,
): AccountCode => accountOf(name, rental ?? unnamed);

export interface AccountParts {
  readonly family: FamilyName;
  readonly owner: string | null;
}

/** Takes a code apart; `null` when no family of the chart has that name and class. */
export const parseAccount = (code: AccountCode): AccountParts | null => {
  const [accountClass, name = '', ...owner] = code.split(':');
  const found = familyNames.find((each) => each === name);
  if (found === undefined) return null;
  const { class: expected, owner: ownerKind } = chart[found];
  if (expected !== accountClass || (ownerKind === null) !== (owner.length === 0)) return null;
  return { family: found, owner: owner.length === 0 ? null : owner.join(':') };
};

/** Parts of an account that a rule has posted to. @throws Bug when the chart has no such family. */
export const partsOf = (account: AccountCode): AccountParts => {
  const parts = parseAccount(account);
  if (parts === null) throw new Bug(`${account} is in no family of the chart`);
  return parts;
};
