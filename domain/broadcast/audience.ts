import type * as t from 'io-ts';
import { oneOf } from '../shared/codecs.js';
import type { User } from '../user/index.js';

/** A class of users (rules 3.21). */
export const BroadcastAudience = oneOf('BroadcastAudience', [
  'ALL',
  'ACTIVE',
  'NEW',
  'INACTIVE',
  'PREMIUM',
]);
export type BroadcastAudience = t.TypeOf<typeof BroadcastAudience>;

const daySeconds = 86_400;

/**
 * NEW joined, and PREMIUM rented, within so long before the broadcast was accepted. The rules leave
 * it to the owner to say what else PREMIUM may mean.
 */
export const recentSeconds = 30 * daySeconds;

/**
 * Whether a user of an audience is written to, as they stand at the moment of sending. Who left or
 * is banned gets nothing, whichever class it was; who came to rest or was woken since is no longer
 * of the class that the staff meant.
 *
 * Joining and renting are not asked again: they are facts of before, which cannot change.
 */
export const isStillMeant = (
  audience: BroadcastAudience,
  { status, isDeleted }: Pick<User, 'status' | 'isDeleted'>,
): boolean => {
  if (isDeleted || status === 'BANNED') return false;
  return audience === 'ACTIVE' || audience === 'INACTIVE' ? status === audience : true;
};
