import type { Aggregate } from '../shared/aggregate.js';
import { decideUser, type UserCommand, type UserRefusal } from './decide.js';
import { type UserEvent, userEvents } from './events.js';
import { evolveUser, type UserState } from './state.js';

export type { UserCommand, UserRefusal } from './decide.js';
export { KycStatus, type UserEvent, UserStatus, userEvents } from './events.js';
export { type MayNotRent, mayRent, type RentalNeeds } from './may-rent.js';
export type { User, UserState } from './state.js';

/** A person, as far as renting needs to know one: stream `user-{userId}`. */
export const user: Aggregate<UserCommand, UserState, UserEvent, UserRefusal> = {
  category: 'user',
  events: userEvents,
  initial: null,
  decide: decideUser,
  evolve: evolveUser,
};
