import type { Aggregate } from '../shared/aggregate.js';
import { decideUser, type UserCommand, type UserRefusal } from './decide.js';
import { type UserEvent, userEvents } from './events.js';
import { evolveUser, type UserState } from './state.js';

export type { SealedName, UserCommand, UserRefusal } from './decide.js';
export { registrationByOperator } from './decide-account.js';
export {
  ExternalProvider,
  IdentifierKind,
  KycStatus,
  RegisteredBy,
  type UserEvent,
  UserStatus,
  userEvents,
} from './events.js';
export { KycDocuments, usualDocumentType } from './kyc.js';
export { type MayNotRent, mayRent, type RentalNeeds } from './may-rent.js';
export { ageYearsMin, emptyProfile, isComplete, isOfAge, Profile } from './profile.js';
export type { User, UserState } from './state.js';

/** A person: stream `user-{userId}`. */
export const user: Aggregate<UserCommand, UserState, UserEvent, UserRefusal> = {
  category: 'user',
  events: userEvents,
  initial: null,
  decide: decideUser,
  evolve: evolveUser,
};
