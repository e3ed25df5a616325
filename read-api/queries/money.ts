import type { Instant } from '../../domain/shared/instant.js';
import { history } from '../../projections/points.js';
import { transactions } from '../../projections/wallet/tables.js';
import { type After, after } from './rental.js';
import { select, when } from './select.js';

export const transactionsWhere = (
  filter: {
    readonly userId: string;
    readonly type?: string | undefined;
    readonly status?: string | undefined;
    readonly since?: Instant | undefined;
    readonly until?: Instant | undefined;
  },
  page: { readonly limit: number; readonly after: After | undefined },
) =>
  select('wallet', transactions, {
    where: [
      ['user_id = ?', filter.userId],
      when('type = ?', filter.type),
      when('status = ?', filter.status),
      when('created_at >= ?', filter.since),
      when('created_at < ?', filter.until),
      after(page.after, { at: 'created_at', id: 'source' }),
    ],
    orderBy: 'created_at DESC, source',
    limit: page.limit,
  });

/** Entries of a points account, the latest first; a stream's revisions are their order. */
export const pointsEntriesWhere = (
  filter: {
    readonly userId: string;
    readonly kind?: string | undefined;
    readonly source?: string | undefined;
    readonly beforeRevision?: string | undefined;
    readonly since?: Instant | undefined;
    readonly until?: Instant | undefined;
  },
  limit: number,
) =>
  select('points', history, {
    where: [
      ['user_id = ?', filter.userId],
      when('kind = ?', filter.kind),
      when('source = ?', filter.source),
      when('revision < ?', filter.beforeRevision),
      when('at >= ?', filter.since),
      when('at < ?', filter.until),
    ],
    orderBy: 'revision DESC',
    limit,
  });
