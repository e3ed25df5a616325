import { broadcasts } from '../../projections/broadcast.js';
import { type After, after } from './rental.js';
import { select } from './select.js';

export const broadcastWithId = (broadcastId: string) =>
  select('broadcast', broadcasts, {
    where: [['broadcast_id = ?', broadcastId]],
    orderBy: 'broadcast_id',
  });

/** Messages of staff, the latest first. */
export const broadcastsNewestFirst = (page: {
  readonly limit: number;
  readonly after: After | undefined;
}) =>
  select('broadcast', broadcasts, {
    where: [after(page.after, { at: 'accepted_at', id: 'broadcast_id' })],
    orderBy: 'accepted_at DESC, broadcast_id',
    limit: page.limit,
  });
