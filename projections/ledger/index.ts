import { isOfValue, valueCategories } from '../../domain/ledger/index.js';
import { type Projection, unhurriedLingerMs } from '../engine/projection.js';
import { appendRows } from '../engine/rows.js';
import { sumRows } from '../engine/sums.js';
import { openBooks } from './books.js';
import { checks } from './checks.js';
import { enter } from './journal.js';
import { accountDays, accounts, entries, familyDays, postings, rentalBooks } from './tables.js';

export * from './tables.js';

/**
 * The ledger: the journal with its lines, and what follows from them for accounts and days.
 *
 * Which accounts an event moves is the domain's to say (`domain/ledger/`), so this read model has
 * no handler for each type: a new event has a rule there before anything compiles. A posting rule
 * that changes raises `version` as a handler would.
 */
export const ledger: Projection = {
  name: 'ledger',
  version: 1,
  categories: valueCategories,
  tables: [entries, postings, accounts, accountDays, familyDays, rentalBooks],
  checks,
  lingerMs: unhurriedLingerMs,
  apply: async (batch, sql) => {
    const events = batch.filter(isOfValue);
    if (events.length === 0) return;
    const books = await openBooks(sql, events);
    const tables = {
      entries: appendRows(sql, entries),
      postings: appendRows(sql, postings),
      accounts: sumRows(sql, accounts, ['debits_minor', 'credits_minor', 'balance_minor']),
      accountDays: sumRows(sql, accountDays, ['debits_minor', 'credits_minor']),
      familyDays: sumRows(sql, familyDays, ['debits_minor', 'credits_minor']),
    };
    for (const logged of events) enter(tables, logged, books.post(logged));
    await books.save();
    for (const rows of Object.values(tables)) await rows.save();
  },
};
