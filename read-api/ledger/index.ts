import type { Route } from '../../ports/http/route.js';
import type { ReadTools } from '../reading.js';
import { exportAccounts, listAccounts } from './account-list.js';
import { exportDailyBalances, listDailyBalances } from './daily-balances.js';
import { exportPostings, listPostings } from './posting-list.js';
import { exportStatement, readStatement } from './statement.js';
import { exportTrialBalance, readTrialBalance } from './trial-balance.js';

/** What auditors read; each list is there page by page, and as a file for spreadsheets. */
export const ledgerReads = (tools: ReadTools): readonly Route[] => [
  listAccounts(tools),
  exportAccounts(tools),
  readStatement(tools),
  exportStatement(tools),
  listPostings(tools),
  exportPostings(tools),
  readTrialBalance(tools),
  exportTrialBalance(tools),
  listDailyBalances(tools),
  exportDailyBalances(tools),
];
