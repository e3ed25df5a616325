/** Totals of a log as a person and as a program read them. */

import type { Totals } from '../../../audit/totals.js';
import type { FamilyBalance } from '../../../audit/trial-balance.js';
import { amountText } from '../../../domain/ledger/index.js';
import { inColumns } from '../../cli/columns.js';

const balanceRow = ({ family, asset, debits, credits, balance }: FamilyBalance) => [
  family,
  asset,
  amountText(asset, debits),
  amountText(asset, credits),
  amountText(asset, balance),
];

const counted = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .sort(([left], [right]) => left.localeCompare(right))
    .map(([name, count]) => `${count} ${name.toLowerCase()}`)
    .join(', ') || 'none';

/** The books in a table: what all accounts of a family come to. */
export const describeTrialBalance = (totals: Totals): readonly string[] => [
  ...inColumns(
    ['ACCOUNTS', 'ASSET', 'DEBITS', 'CREDITS', 'BALANCE'],
    totals.trialBalance.map(balanceRow),
  ),
  totals.isBalanced ? 'debits equal credits' : 'NOT BALANCED: debits and credits differ',
];

export const describeTotals = (totals: Totals): readonly string[] => {
  const { position, events, unreadable, users, openHolds } = totals;
  const { wallet, points } = openHolds;
  return [
    `${events} events up to position ${position ?? 'none'}`,
    `events      ${counted(totals.eventsByCategory)}`,
    `users       ${users.registered} registered, ${users.deleted} of them deleted`,
    `holds       ${wallet.count} open of ${amountText('NPR', wallet.amount)}, ` +
      `${points.count} open of ${points.amount} points`,
    `rentals     ${counted(totals.rentals)}`,
    `power banks ${counted(totals.powerBanks)}`,
    ...(unreadable === 0
      ? []
      : [`${unreadable} EVENTS COULD NOT BE READ and are left out: powerbank audit verify`]),
    '',
    ...describeTrialBalance(totals),
  ];
};

/** Amounts in paisa and points; the position as text, since it may exceed a number of JSON. */
export const totalsAsJson = ({ position, ...totals }: Totals): string =>
  JSON.stringify({ position: position === null ? null : String(position), ...totals });
