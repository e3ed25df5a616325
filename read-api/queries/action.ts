import type { Instant } from '../../domain/shared/instant.js';
import { actions } from '../../projections/action-log/index.js';
import { select, when } from './select.js';

export interface ActionFilter {
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
  readonly targetKind?: string | undefined;
  readonly targetId?: string | undefined;
  readonly correlationId?: string | undefined;
  readonly since: Instant;
  readonly until?: Instant | undefined;
  /** Place in the log of the last action of the page before. */
  readonly before?: string | undefined;
}

/** Actions of staff, the latest first. */
export const actionsWhere = (filter: ActionFilter, limit: number) =>
  select('action_log', actions, {
    where: [
      when('actor_id = ?', filter.actor),
      when('action = ?', filter.action),
      when('target_kind = ?', filter.targetKind),
      when('target_id = ?', filter.targetId),
      when('correlation_id = ?', filter.correlationId),
      ['at >= ?', filter.since],
      when('at < ?', filter.until),
      when('position < ?', filter.before),
    ],
    orderBy: 'position DESC',
    limit,
  });
