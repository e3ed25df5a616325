import type { Aggregate } from '../shared/aggregate.js';
import type { RentalCommand } from './commands.js';
import { decide } from './decide.js';
import { type RentalEvent, rentalEvents } from './events.js';
import { evolve } from './evolve.js';
import type { RentalRefusal } from './refusals.js';
import type { RentalState } from './state.js';

export * from './charges.js';
export type * from './commands.js';
export { cancellationFeeAt } from './decide-cancel.js';
export { extensionRefusal } from './decide-extend.js';
export * from './eligibility.js';
export * from './events.js';
export type { RentalRefusal } from './refusals.js';
export * from './request.js';
export * from './state.js';
export * from './timers.js';

/**
 * One rental, from the wish for a power bank to the last rupee. Its stream is also the memory of
 * the process that drives it: every step that waits for the outside is a fact here first.
 */
export const rental: Aggregate<RentalCommand, RentalState, RentalEvent, RentalRefusal> = {
  category: 'rental',
  events: rentalEvents,
  initial: null,
  decide,
  evolve,
};
