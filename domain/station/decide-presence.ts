import * as E from 'fp-ts/lib/Either.js';
import { isBefore } from '../shared/instant.js';
import type { DeclareOffline, RecordSignOfLife } from './commands.js';
import type { Decision } from './decision.js';
import type { StationState } from './state.js';

/**
 * OFFLINE → ONLINE   any uplink.
 * ONLINE  → OFFLINE  declared by whoever watches: the broker, a timer, staff.
 *
 * Only the changes are written, so the state does not know the latest sign of life; a declarer
 * does, and says which one it was. News from before the last change is no news. The slots are
 * not touched either way (P-084).
 */
export const recordSignOfLife = (
  { trigger, at }: RecordSignOfLife,
  { presence, presenceSince }: StationState,
): Decision => {
  const isOld = presenceSince !== null && isBefore(at, presenceSince);
  if (presence === 'ONLINE' || isOld) return E.right([]);
  return E.right([{ type: 'StationCameOnline', data: { trigger, at } }]);
};

export const declareOffline = (
  { trigger, lastSeenAt, at }: DeclareOffline,
  { presence, presenceSince }: StationState,
): Decision => {
  const isSeenSince = presenceSince !== null && isBefore(lastSeenAt, presenceSince);
  if (presence === 'OFFLINE' || isSeenSince) return E.right([]);
  return E.right([{ type: 'StationWentOffline', data: { trigger, at } }]);
};
