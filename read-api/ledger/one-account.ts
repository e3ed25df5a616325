import type { AccountCode } from '../../domain/ledger/index.js';
import { firstInstantOf, lastInstantOf } from '../../domain/shared/day.js';
import type { Instant } from '../../domain/shared/instant.js';
import { stop } from '../../ports/http/problem.js';
import type { RowOf } from '../../projections/engine/table.js';
import { accounts } from '../../projections/ledger/index.js';
import { select } from '../queries/select.js';
import { type ReadTools, rowOf } from '../reading.js';

/** @throws ProblemError 404 when nothing was ever posted to it. */
export const accountNamed = async (
  tools: Pick<ReadTools, 'database'>,
  code: AccountCode,
): Promise<RowOf<typeof accounts>> => {
  const where = [['account = ?', code]] as const;
  const row = await rowOf(tools, select('ledger', accounts, { where, orderBy: 'account' }));
  if (row === null) throw stop('ledger_account_not_found', { facts: { account: code } });
  return row;
};

/** Before all facts. */
const beginning = '0001-01-01';

export interface Period {
  readonly from: Instant;
  /** Included. */
  readonly to: Instant;
}

/**
 * A period as it was asked for: from the beginning when nothing is said, and up to now.
 *
 * @throws ProblemError 400 when it ends before it begins.
 */
export const periodOf = (
  { from, to }: { readonly from?: string | undefined; readonly to?: string | undefined },
  now: Instant,
): Period => {
  const period = { from: firstInstantOf(from ?? beginning), to: lastInstantOf(to ?? now) };
  if (period.to < period.from) throw stop('window_not_allowed', { facts: { ...period } });
  return period;
};
