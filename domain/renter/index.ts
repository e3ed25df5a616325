import type { Aggregate } from '../shared/aggregate.js';
import { decideRenter, type RenterCommand, type RenterRefusal } from './decide.js';
import { type RenterEvent, renterEvents } from './events.js';
import { evolveRenter, newRenter, type RenterState } from './state.js';

export type { RenterCommand, RenterRefusal } from './decide.js';
export { type RenterEvent, renterEvents } from './events.js';
export { type Claim, claimOf, type RenterState, swapsToday } from './state.js';

/** What binds a user's rentals together: stream `renter-{userId}`. */
export const renter: Aggregate<RenterCommand, RenterState, RenterEvent, RenterRefusal> = {
  category: 'renter',
  events: renterEvents,
  initial: newRenter,
  decide: decideRenter,
  evolve: evolveRenter,
};
