import { defineProjection } from '../engine/define.js';
import { rentalPayments } from './rental-events.js';
import { entries, payers, transactions, wallets } from './tables.js';
import { walletEvents } from './wallet-events.js';

export * from './tables.js';

/**
 * Wallets with their statements, and every movement of money as a transaction.
 *
 * What a rental pays is told by the rental's stream, because only it knows how an amount is split
 * into points and money; what comes from outside is told by the wallet's.
 */
export const wallet = defineProjection({
  name: 'wallet',
  version: 2,
  tables: [wallets, entries, transactions, payers],
  parts: [walletEvents, rentalPayments],
  checks: [
    {
      claim: 'a balance is the sum of its entries (P-064)',
      violations: `SELECT count(*) AS violations FROM wallets w WHERE balance_minor <> coalesce(
        (SELECT sum(balance_after_minor - balance_before_minor) FROM entries e
         WHERE e.user_id = w.user_id), 0)`,
    },
    {
      claim: 'every transaction has a user',
      violations: `SELECT count(*) AS violations FROM transactions WHERE user_id = ''`,
    },
  ],
});
