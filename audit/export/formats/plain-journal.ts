/**
 * The journal that hledger and ledger both read in their strictest modes.
 *
 * A comment on the line of an account would become part of its name in ledger, so it stands below.
 * hledger checks balances by date and ledger by the order of lines: entries come in the order of
 * their days, and the last posting of a day to an account bears the balance.
 */

import {
  type AccountClass,
  type AccountCode,
  type Asset,
  amountText,
} from '../../../domain/ledger/index.js';
import { exportNameOf } from '../account-name.js';
import type { BookedPosting } from '../booked.js';
import type { EntrySource } from '../entry.js';
import type { ExportFormat, Summary } from './format.js';

/** The letters by which hledger knows the kind of an account. */
const typeLetters: Readonly<Record<AccountClass, string>> = {
  assets: 'A',
  liabilities: 'L',
  equity: 'E',
  income: 'R',
  expenses: 'X',
};

const isClass = (word: string): word is AccountClass => Object.hasOwn(typeLetters, word);

const tags = ['type', 'code', 'event-id', 'stream', 'revision', 'at', 'reference'];

const commodities = `commodity NPR
    format NPR 1000.00

commodity POINTS
    format POINTS 1000.

`;

const declarationOf = (code: AccountCode): string => {
  const [accountClass = ''] = code.split(':');
  const type = isClass(accountClass) ? `    ; type: ${typeLetters[accountClass]}\n` : '';
  return `account ${exportNameOf(code)}\n${type}    ; code: ${code}\n`;
};

const amountOf = (asset: Asset, amount: number): string => `${asset} ${amountText(asset, amount)}`;

const sourceLines = ({ eventId, stream, revision, at, reference }: EntrySource): string =>
  [
    `    ; event-id: ${eventId}\n    ; stream: ${stream}\n`,
    `    ; revision: ${revision}\n    ; at: ${at}\n`,
    reference === '' ? '' : `    ; reference: ${reference}\n`,
  ].join('');

const postingLine = ({ account, asset, amount, balance, isClosing }: BookedPosting): string => {
  const assertion = isClosing ? ` = ${amountOf(asset, balance)}` : '';
  return `    ${exportNameOf(account)}  ${amountOf(asset, amount)}${assertion}\n`;
};

const counted = ({ entries, postings, accounts, period }: Summary): string =>
  `${entries} entries with ${postings} postings to ${accounts.length} accounts, ${period}`;

export const plainJournal: ExportFormat = {
  *head(summary) {
    yield `; The books of PowerBank Ledger: ${counted(summary)}\n`;
    yield '; Days of Asia/Kathmandu. Debits are positive, credits negative.\n\n';
    yield commodities;
    for (const tag of tags) yield `tag ${tag}\n`;
    yield '\n';
    for (const account of summary.accounts) yield declarationOf(account);
  },
  entry: (day, { title, source, postings }) =>
    [
      `\n${day} * ${title}\n`,
      source === null ? '' : sourceLines(source),
      ...postings.map(postingLine),
    ].join(''),
  endOfDay: () => [],
  tail: (summary) => `\n; End: ${counted(summary)}\n`,
};
