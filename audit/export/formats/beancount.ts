/**
 * Beancount 2 and 3. A balance is checked at the start of its day, so that of an evening is dated
 * the next morning. It says how far it may be off, namely not at all: without that, beancount
 * accepts a paisa more or less.
 */

import { type Asset, amountText, assets } from '../../../domain/ledger/index.js';
import { plusDays } from '../../../domain/shared/day.js';
import { exportNameOf } from '../account-name.js';
import { assetOf, type EntrySource } from '../entry.js';
import type { ExportFormat, Summary } from './format.js';

const quoted = (text: string): string =>
  `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;

const metadata = (key: string, value: string): string => `  ${key}: ${quoted(value)}\n`;

const sourceLines = ({ eventId, stream, revision, at, reference }: EntrySource): string =>
  [
    metadata('event-id', eventId),
    metadata('stream', stream),
    metadata('revision', revision),
    metadata('at', at),
    reference === '' ? '' : metadata('reference', reference),
  ].join('');

const amountOf = (asset: Asset, amount: number): string => `${amountText(asset, amount)} ${asset}`;

const counted = ({ entries, postings, accounts, period }: Summary): string =>
  `${entries} entries with ${postings} postings to ${accounts.length} accounts, ${period}`;

export const beancountFormat: ExportFormat = {
  *head(summary) {
    const { firstDay, accounts } = summary;
    yield `; The books of PowerBank Ledger: ${counted(summary)}\n`;
    yield '; Days of Asia/Kathmandu. Debits are positive, credits negative.\n\n';
    yield 'option "title" "PowerBank Ledger"\noption "operating_currency" "NPR"\n\n';
    if (firstDay === null) return;
    for (const asset of assets) yield `${firstDay} commodity ${asset}\n`;
    yield '\n';
    for (const account of accounts) {
      yield `${firstDay} open ${exportNameOf(account)} ${assetOf(account)}\n`;
      yield metadata('code', account);
    }
  },
  entry: (day, { title, source, postings }) =>
    [
      `\n${day} * ${quoted(title)}${source === null ? '' : ` ^${source.eventId}`}\n`,
      source === null ? '' : sourceLines(source),
      ...postings.map(
        ({ account, asset, amount }) => `  ${exportNameOf(account)}  ${amountOf(asset, amount)}\n`,
      ),
    ].join(''),
  *endOfDay(day, balances) {
    const morning = plusDays(day, 1);
    yield '\n';
    for (const { account, asset, balance } of balances) {
      const exactly = `${amountText(asset, balance)} ~ 0 ${asset}`;
      yield `${morning} balance ${exportNameOf(account)}  ${exactly}\n`;
    }
  },
  tail: (summary) => `\n; End: ${counted(summary)}\n`,
};
