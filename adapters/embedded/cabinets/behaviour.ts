/** What a simulated cabinet does with an eject: as told, or one of the ways to go wrong. */

import {
  BUS_TIMEOUT_STATE,
  EJECTED_STATE,
  NO_SUCH_BANK_STATE,
} from '../../mqtt/family-a/eject-results.js';
import type { SimulatedSlot, SimulatedSlots } from './slots.js';

/** What the cabinet was asked to eject. */
export type EjectRequest =
  | { readonly kind: 'serial'; readonly serial: string }
  | { readonly kind: 'slot'; readonly slot: number };

/**
 * `leaves` says what really happens to the bank, whatever the answer claims; that is the whole
 * difficulty of an uncertain eject.
 */
export type EjectBehaviour =
  | { readonly kind: 'obey' }
  | { readonly kind: 'refuse'; readonly state: number }
  | { readonly kind: 'uncertain'; readonly leaves: boolean }
  | { readonly kind: 'silent'; readonly leaves: boolean }
  | { readonly kind: 'late'; readonly after: Promise<unknown> }
  | { readonly kind: 'otherSerial'; readonly serial: string; readonly leaves: boolean }
  | { readonly kind: 'dropConnection'; readonly leaves: boolean };

/** A script: looked up for every eject, so it can change from one to the next. */
export type DecideEject = (request: EjectRequest) => EjectBehaviour;

export const obey: DecideEject = () => ({ kind: 'obey' });

/** What is to happen: to the bank, to the connection, and what is answered and when. */
export interface EjectPlan {
  readonly leaves: boolean;
  readonly dropsConnection: boolean;
  readonly answer: EjectAnswer | null;
}

export interface EjectAnswer {
  readonly state: number;
  /** The serial the answer names; not always the one that was asked for. */
  readonly serial: string | null;
  /** The answer waits for this; null when it goes out at once. */
  readonly after: Promise<unknown> | null;
}

/** The solenoid has not moved the bank although it can still be read (§4.3). */
const STUCK_STATE = 0x12;
const NO_BANK_FITS_STATE = 0xfb;
const PREVIOUS_RUNNING_STATE = 0xfe;
const JAMMED_SLOT_STATE = 0x04;

/** The slot that is meant, if its bank is there. */
export const findTarget = (
  slots: SimulatedSlots,
  request: EjectRequest,
): SimulatedSlot | undefined =>
  slots.find(({ slot, bank }) =>
    request.kind === 'serial' ? bank?.serial === request.serial : slot === request.slot && bank,
  );

const answerWith = (
  state: number,
  serial: string | null,
  after: Promise<unknown> | null = null,
): EjectAnswer => ({ state, serial, after });

const stays = (answer: EjectAnswer): EjectPlan => ({
  leaves: false,
  dropsConnection: false,
  answer,
});

const planBehaviour = (behaviour: EjectBehaviour, serial: string): EjectPlan => {
  switch (behaviour.kind) {
    case 'obey':
      return { ...stays(answerWith(EJECTED_STATE, serial)), leaves: true };
    case 'refuse':
      return stays(answerWith(behaviour.state, serial));
    case 'uncertain':
      return { ...stays(answerWith(BUS_TIMEOUT_STATE, serial)), leaves: behaviour.leaves };
    case 'silent':
      return { leaves: behaviour.leaves, dropsConnection: false, answer: null };
    case 'late':
      return { ...stays(answerWith(EJECTED_STATE, serial, behaviour.after)), leaves: true };
    case 'otherSerial':
      return { ...stays(answerWith(EJECTED_STATE, behaviour.serial)), leaves: behaviour.leaves };
    case 'dropConnection':
      return { leaves: behaviour.leaves, dropsConnection: true, answer: null };
  }
};

/** State of the cabinet that decides before any script is asked. */
export interface EjectSituation {
  readonly target: SimulatedSlot | undefined;
  readonly isBusy: boolean;
  readonly decide: DecideEject;
}

/** What will happen; a busy cabinet, a missing bank and a jammed slot answer by themselves. */
export const planEject = (
  request: EjectRequest,
  { target, isBusy, decide }: EjectSituation,
): EjectPlan => {
  const asked = request.kind === 'serial' ? request.serial : null;
  if (isBusy) return stays(answerWith(PREVIOUS_RUNNING_STATE, asked));
  const bank = target?.bank;
  if (target === undefined || bank === undefined || bank === null) {
    const state = request.kind === 'serial' ? NO_SUCH_BANK_STATE : NO_BANK_FITS_STATE;
    return stays(answerWith(state, asked));
  }
  if (target.fault === JAMMED_SLOT_STATE) return stays(answerWith(STUCK_STATE, bank.serial));
  return planBehaviour(decide(request), bank.serial);
};
