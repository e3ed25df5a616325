import type { Check } from '../engine/projection.js';

const countOf = (rows: string): string => `SELECT count(*) AS violations FROM (${rows}) wrong`;

/** Debits and credits of the postings, by whatever the rows are grouped by. */
const volumes = `
  coalesce(sum(amount_minor) FILTER (WHERE amount_minor > 0), 0) AS debits_minor,
  coalesce(-sum(amount_minor) FILTER (WHERE amount_minor < 0), 0) AS credits_minor`;

/** Rows of either side that the other side does not have. */
const difference = (left: string, right: string): string => `
  (${left} EXCEPT ALL ${right}) UNION ALL (${right} EXCEPT ALL ${left})`;

/** What an accountant would ask first. All of it is asked before a rebuilt ledger goes live. */
export const checks: readonly Check[] = [
  {
    claim: 'the postings of each entry cancel out, for each asset',
    violations: countOf(
      'SELECT 1 FROM postings GROUP BY position, asset HAVING sum(amount_minor) <> 0',
    ),
  },
  {
    claim: 'every entry has postings, and every posting its entry, of the same time',
    violations: countOf(
      difference('SELECT position, at FROM entries', 'SELECT DISTINCT position, at FROM postings'),
    ),
  },
  {
    claim: 'every account is the sum of its postings',
    violations: countOf(
      difference(
        'SELECT account, asset, debits_minor::numeric, credits_minor::numeric FROM accounts',
        `SELECT account, asset, ${volumes} FROM postings GROUP BY account, asset`,
      ),
    ),
  },
  {
    claim: 'every day of an account is the sum of its postings on that day',
    violations: countOf(
      difference(
        'SELECT account, day, debits_minor::numeric, credits_minor::numeric FROM account_days',
        `SELECT account, day, ${volumes} FROM postings JOIN entries USING (position)
         GROUP BY account, day`,
      ),
    ),
  },
  {
    claim: 'every day of a family is the sum of its accounts on that day',
    violations: countOf(
      difference(
        'SELECT family, day, debits_minor::numeric, credits_minor::numeric FROM family_days',
        `SELECT family, day, sum(d.debits_minor), sum(d.credits_minor)
         FROM account_days d JOIN accounts USING (account) GROUP BY family, day`,
      ),
    ),
  },
  {
    claim: 'the trial balance of each asset is zero',
    violations: countOf('SELECT 1 FROM accounts GROUP BY asset HAVING sum(balance_minor) <> 0'),
  },
];
