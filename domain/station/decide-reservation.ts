import * as E from 'fp-ts/lib/Either.js';
import type { ReleaseReservation, ReservePowerBank } from './commands.js';
import type { Decision } from './decision.js';
import { refusalOf, releaseOf } from './endings.js';
import { chooseBank } from './rentable.js';
import { isUnsettled, openEjectOfBank, type StationState } from './state.js';

/**
 * Sets a bank aside for a rental. The stream of the station is the only place that knows who has
 * which bank, and it is appended to at an expected revision: of two wishes for one bank, one is
 * decided on the state that the other left (START-11, P-003).
 */
export const reservePowerBank = (wish: ReservePowerBank, state: StationState): Decision => {
  const { rentalId, purpose, at } = wish;
  const held = state.reservations.get(rentalId);
  if (held !== undefined && held.purpose !== purpose) {
    const { purpose: heldFor, powerBank } = held;
    return E.left({ kind: 'AlreadyReserved', rentalId, purpose: heldFor, powerBank });
  }
  if (held !== undefined) return E.right([]);

  const chosen = chooseBank(state, wish);
  if (E.isLeft(chosen)) return chosen;
  const data = { rentalId, purpose, ...chosen.right, at };
  return E.right([{ type: 'PowerBankReserved', data }]);
};

/**
 * Gives a reserved bank free. An order for it that was not published yet ends with it; one that
 * was published may bring the bank out any second, so it has to end first.
 */
export const releaseReservation = (wish: ReleaseReservation, state: StationState): Decision => {
  const { rentalId, at } = wish;
  const held = state.reservations.get(rentalId);
  if (held === undefined) return E.right([]);
  const order = openEjectOfBank(state, held.powerBank);
  if (order === undefined) return E.right(releaseOf(state, rentalId, at));
  if (isUnsettled(order)) {
    const { ejectId, powerBank } = order;
    return E.left({ kind: 'EjectUnderWay', ejectId, powerBank });
  }
  return E.right(refusalOf(state, order, { reason: 'not-reserved', rawState: null, at }));
};
