/** The one place where the contents of a simulated cabinet change. */

import type { SimulatedBank, SimulatedSlots } from './slots.js';
import { withBank } from './slots.js';

export interface SlotStore {
  readonly slots: () => SimulatedSlots;
  /** Puts a bank into a slot, or with null empties it. */
  readonly put: (slot: number, bank: SimulatedBank | null) => void;
}

export const createSlotStore = (initial: SimulatedSlots): SlotStore => {
  let slots = initial;
  return {
    slots: () => slots,
    put: (slot, bank) => {
      slots = withBank(slots, slot, bank);
    },
  };
};
