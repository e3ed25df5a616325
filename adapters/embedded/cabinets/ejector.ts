/** Carries out ejects in a simulated cabinet, one at a time, as the script says. */

import { COMMAND_CODES, type DecodedFrame } from '../../mqtt/family-a/decoded.js';
import { ejectOutcome } from '../../mqtt/family-a/eject-results.js';
import {
  type DecideEject,
  type EjectAnswer,
  type EjectRequest,
  findTarget,
  obey,
  planEject,
} from './behaviour.js';
import type { SlotStore } from './slot-store.js';
import { boardAddressOf, type SimulatedSlot } from './slots.js';
import { pause } from './timings.js';

export interface EjectorOptions {
  readonly store: SlotStore;
  readonly ejectMs: number;
  readonly publish: (frame: DecodedFrame) => Promise<unknown>;
  readonly dropConnection: () => void;
  readonly abort: AbortSignal;
}

export interface Ejector {
  /** Resolves when the eject is over and answered, or will never be answered. */
  readonly eject: (request: EjectRequest) => Promise<void>;
  readonly setScript: (decide: DecideEject) => void;
}

/** Before 0, during 1, after 0: a lock that has moved as it should (§4.3). */
const NORMAL_SOLENOID_TRACE = 0x02;

const answerFrame = (
  request: EjectRequest,
  target: SimulatedSlot | undefined,
  { state, serial }: EjectAnswer,
): DecodedFrame => {
  const proven = { state, outcome: ejectOutcome(state), solenoid: NORMAL_SOLENOID_TRACE };
  if (request.kind === 'serial') {
    const address = target?.slot ?? 0;
    return { command: COMMAND_CODES.popup_sn, kind: 'popup_sn', address, sn: serial, ...proven };
  }
  return {
    command: COMMAND_CODES.popup_slot,
    kind: 'popup_slot',
    boardAddress: boardAddressOf(request.slot),
    slot: request.slot,
    ...proven,
  };
};

export const createEjector = (options: EjectorOptions): Ejector => {
  const { store, publish, abort } = options;
  let decide = obey;
  let isBusy = false;

  const eject = async (request: EjectRequest): Promise<void> => {
    const target = findTarget(store.slots(), request);
    const plan = planEject(request, { target, isBusy, decide });
    if (!isBusy) {
      isBusy = true;
      await pause(options.ejectMs, abort);
      isBusy = false;
    }
    if (plan.leaves && target !== undefined) store.put(target.slot, null);
    if (plan.dropsConnection) options.dropConnection();
    if (plan.answer === null) return;
    // A late answer holds up nothing: the next eject may come and be answered before it.
    if (plan.answer.after !== null) await plan.answer.after;
    if (!abort.aborted) await publish(answerFrame(request, target, plan.answer));
  };

  return {
    eject,
    setScript: (script) => {
      decide = script;
    },
  };
};
