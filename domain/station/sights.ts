import * as E from 'fp-ts/lib/Either.js';
import type { Instant } from '../shared/instant.js';
import type { RequestSlotSight } from './commands.js';
import type { Decision } from './decision.js';
import type { StationEvent } from './events.js';
import type { StationState } from './state.js';

/**
 * A cabinet repeats its inventory every 20 minutes, mostly unchanged, and unchanged reports are
 * not written down. Some decisions need to know that a slot was seen just now (CAN-2, P-011):
 * they ask for it, the cabinet is told to report, and the next report of the slot is a fact.
 */
export const requestSlotSight = (command: RequestSlotSight, state: StationState): Decision => {
  const { slot, rentalId, at } = command;
  const known = state.slots.get(slot);
  if (known === undefined) return E.left({ kind: 'SlotUnknown', slot });
  if (known.sightWantedBy.includes(rentalId)) return E.right([]);
  return E.right([{ type: 'SlotSightRequested', data: { slot, rentalId, at } }]);
};

/**
 * The sight of a slot that was just reported as we see it, if somebody or something waits for
 * it: a rental, a doubt left by an undecided eject, or a slot that was never shown before.
 */
export const sightOf = (
  state: StationState,
  slot: number,
  at: Instant,
): readonly StationEvent[] => {
  const known = state.slots.get(slot);
  const wantedBy = known?.sightWantedBy ?? [];
  const isWaitedFor = known === undefined || known.doubt !== null || wantedBy.length > 0;
  if (!isWaitedFor) return [];
  const powerBank = known?.bank?.powerBank ?? null;
  const batteryPercent = known?.bank?.batteryPercent ?? null;
  return [{ type: 'SlotSighted', data: { slot, powerBank, batteryPercent, wantedBy, at } }];
};
