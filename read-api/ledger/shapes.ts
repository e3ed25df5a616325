/** How the ledger looks from outside: flat, so that a row of CSV has the same fields. */

import * as t from 'io-ts';
import {
  AccountCode,
  type Asset as AssetName,
  amountText,
  chart,
  type FamilyName,
  familyNames,
} from '../../domain/ledger/index.js';
import { branded, brandOrThrow } from '../../domain/shared/brand.js';
import { CalendarDate } from '../../domain/shared/calendar-date.js';
import { Integer, nullable, oneOf } from '../../domain/shared/codecs.js';
import { Instant } from '../../domain/shared/instant.js';
import type { RowOf } from '../../projections/engine/table.js';
import { AccountClass, Asset, type accounts } from '../../projections/ledger/index.js';
import type { PostingRow } from '../queries/ledger.js';

export const tag = 'Ledger';

/** Rupees with two places, or whole points: which of them, `asset` beside it says. */
const Amount = branded('LedgerAmount', /^-?\d+(\.\d{2})?$/);
type Amount = t.TypeOf<typeof Amount>;

export const amountOf = (asset: AssetName, minor: number): Amount =>
  brandOrThrow(Amount, amountText(asset, minor));

/** A debit or a credit; the other one is empty. */
const sidesOf = (asset: AssetName, minor: number) => ({
  debit: minor > 0 ? amountOf(asset, minor) : null,
  credit: minor < 0 ? amountOf(asset, 0 - minor) : null,
});

/** An instant, or a day in Nepal. */
export const Moment = t.union([Instant, CalendarDate]);

const [firstFamily = 'wallets', secondFamily = 'points', ...otherFamilies] = familyNames;
export const Family = oneOf<[FamilyName, FamilyName, ...FamilyName[]]>('AccountFamily', [
  firstFamily,
  secondFamily,
  ...otherFamilies,
]);

export const titleOf = (family: string): string =>
  Family.is(family) ? chart[family].title : family;

export const LedgerAccount = t.strict(
  {
    account: AccountCode,
    class: AccountClass,
    family: t.string,
    title: t.string,
    owner: nullable(t.string),
    asset: Asset,
    debits: Amount,
    credits: Amount,
    /** Debits less credits: what we owe is negative. */
    balance: Amount,
    /** Of a wallet or points account: what of the user's is held besides, for something. */
    pending: nullable(Amount),
  },
  'LedgerAccount',
);

export const accountItem = (
  row: RowOf<typeof accounts>,
  pending: number | null,
): t.TypeOf<typeof LedgerAccount> => ({
  account: brandOrThrow(AccountCode, row.account),
  class: row.class,
  family: row.family,
  title: titleOf(row.family),
  owner: row.owner,
  asset: row.asset,
  debits: amountOf(row.asset, row.debits_minor),
  credits: amountOf(row.asset, row.credits_minor),
  balance: amountOf(row.asset, row.balance_minor),
  pending: pending === null ? null : amountOf(row.asset, pending),
});

const lineFields = {
  /** Place of the event in the log; a 64-bit number, so it is text. */
  position: t.string,
  line: Integer,
  at: Instant,
  day: CalendarDate,
  account: AccountCode,
  asset: Asset,
  debit: nullable(Amount),
  credit: nullable(Amount),
  event_id: t.string,
  event_type: t.string,
  stream: t.string,
  revision: Integer,
  rental_id: nullable(t.string),
  actor_kind: t.string,
  actor_id: t.string,
  correlation_id: t.string,
  causation_id: t.string,
} as const;

export const LedgerPosting = t.strict(lineFields, 'LedgerPosting');

export const postingItem = (row: PostingRow): t.TypeOf<typeof LedgerPosting> => ({
  position: row.position.toString(),
  line: row.line,
  at: row.at,
  day: row.day,
  account: brandOrThrow(AccountCode, row.account),
  asset: row.asset,
  ...sidesOf(row.asset, row.amount_minor),
  event_id: row.event_id,
  event_type: row.event_type,
  stream: row.stream,
  revision: Number(row.revision),
  rental_id: row.rental_id,
  actor_kind: row.actor_kind,
  actor_id: row.actor_id,
  correlation_id: row.correlation_id,
  causation_id: row.causation_id,
});

export const StatementLine = t.strict(
  {
    ...lineFields,
    /** After this line. */
    balance: Amount,
  },
  'StatementLine',
);

export const Statement = t.strict(
  {
    account: AccountCode,
    title: t.string,
    asset: Asset,
    from: Instant,
    to: Instant,
    opening_balance: Amount,
    closing_balance: Amount,
    items: t.array(StatementLine),
    next_cursor: nullable(t.string),
  },
  'Statement',
);

export const DailyBalance = t.strict(
  {
    day: CalendarDate,
    account: AccountCode,
    asset: Asset,
    debits: Amount,
    credits: Amount,
    /** At the end of the day. */
    balance: Amount,
  },
  'DailyBalance',
);

export const TrialBalanceLine = t.strict(
  {
    asset: Asset,
    class: AccountClass,
    family: Family,
    title: t.string,
    debits: Amount,
    credits: Amount,
    balance: Amount,
  },
  'TrialBalanceLine',
);

export const TrialBalance = t.strict(
  {
    /** `null`: everything that is in the ledger. */
    at: nullable(Instant),
    /** Rupees and points are never added up. */
    totals: t.array(
      t.strict(
        { asset: Asset, debits: Amount, credits: Amount, balance: Amount },
        'TrialBalanceTotal',
      ),
    ),
    items: t.array(TrialBalanceLine),
  },
  'TrialBalance',
);
