import type { Aggregate } from '../shared/aggregate.js';
import type { PowerBankCommand } from './commands.js';
import { decide, type PowerBankRefusal } from './decide.js';
import { type PowerBankEvent, powerBankEvents } from './events.js';
import { evolve } from './evolve.js';
import { type PowerBankState, unheardOf } from './state.js';

export type * from './commands.js';
export type { PowerBankRefusal } from './decide.js';
export * from './events.js';
export {
  type EndedRental,
  type Place,
  type PowerBankState,
  type PowerBankStatus,
  statusOf,
} from './state.js';

/** One power bank: where it is, whose rental has it, and what staff say of it. */
export const powerBank: Aggregate<
  PowerBankCommand,
  PowerBankState,
  PowerBankEvent,
  PowerBankRefusal
> = {
  category: 'powerbank',
  events: powerBankEvents,
  initial: unheardOf,
  decide,
  evolve,
};
