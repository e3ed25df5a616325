/** Entries of a journal, and the lines in which they wait until their day is written. */

import {
  AccountCode,
  type Asset,
  chart,
  type Posting,
  partsOf,
} from '../../domain/ledger/index.js';
import { occurredAt } from '../../domain/occurred-at.js';
import { invariant } from '../../domain/shared/assert.js';
import { brandOrThrow } from '../../domain/shared/brand.js';
import type { LoggedEvent } from '../../ports/logged-event.js';

/** Where an entry comes from, in the words that stand in the export. */
export interface EntrySource {
  readonly position: string;
  readonly at: string;
  readonly eventId: string;
  readonly eventType: string;
  readonly stream: string;
  readonly revision: string;
  /** How a gateway names the payment; empty where there is none. */
  readonly reference: string;
}

export interface JournalEntry {
  readonly title: string;
  /** `null` for the entry that carries balances forward. */
  readonly source: EntrySource | null;
  readonly postings: readonly Posting[];
}

/** Accounts that only an export has: what earlier periods have earned and spent. */
export const openingAccounts: Readonly<Record<Asset, AccountCode>> = {
  NPR: brandOrThrow(AccountCode, 'equity:opening-balances'),
  POINTS: brandOrThrow(AccountCode, 'equity:opening-points'),
};

/** What an account counts: each counts one thing. */
export const assetOf = (account: AccountCode): Asset => {
  if (account === openingAccounts.NPR) return 'NPR';
  if (account === openingAccounts.POINTS) return 'POINTS';
  return chart[partsOf(account).family].asset;
};

const referenceOf = ({ event }: LoggedEvent): string =>
  event.type === 'FundsCredited' ? (event.data.gateway?.reference ?? '') : '';

export const sourceOf = (logged: LoggedEvent): EntrySource => ({
  position: String(logged.position),
  at: occurredAt(logged.event),
  eventId: logged.id,
  eventType: logged.event.type,
  stream: logged.stream,
  revision: String(logged.revision),
  reference: referenceOf(logged),
});

/** `FundsCredited` as a person says it: `Funds credited`. */
const wordsOf = (eventType: string): string =>
  eventType.replaceAll(/(?<!^)[A-Z]/g, (capital) => ` ${capital.toLowerCase()}`);

const separator = '\t';

/** One line: the source, then account and amount of each posting. Ids have no white space. */
export const lineOfEntry = (source: EntrySource, postings: readonly Posting[]): string => {
  const { position, at, eventId, eventType, stream, revision, reference } = source;
  return [
    ...[position, at, eventId, eventType, stream, revision, reference],
    ...postings.flatMap(({ account, amount }) => [account, String(amount)]),
  ].join(separator);
};

const postingsIn = (fields: readonly string[]): readonly Posting[] => {
  const postings: Posting[] = [];
  for (let index = 0; index < fields.length; index += 2) {
    const account = brandOrThrow(AccountCode, fields[index] ?? '');
    const amount = Number(fields[index + 1]);
    invariant(Number.isSafeInteger(amount), 'an amount that waited is still a whole number');
    postings.push({ account, asset: assetOf(account), amount });
  }
  return postings;
};

/** The way back. @throws Error when the line was not written by {@link lineOfEntry}. */
export const entryOfLine = (line: string): JournalEntry => {
  const [position = '', at = '', eventId = '', eventType = '', stream = '', ...rest] =
    line.split(separator);
  const [revision = '', reference = '', ...fields] = rest;
  const source = { position, at, eventId, eventType, stream, revision, reference };
  return { title: wordsOf(eventType), source, postings: postingsIn(fields) };
};
