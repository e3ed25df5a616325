import type { Aggregate } from '../shared/aggregate.js';
import { decideStaff, type StaffCommand, type StaffRefusal } from './decide.js';
import { type StaffEvent, staffEvents } from './events.js';
import { emptyTeam, evolveStaff, type StaffTeam } from './state.js';

export type { StaffCommand, StaffRefusal } from './decide.js';
export { type StaffEvent, StaffRole, staffEvents } from './events.js';
export { StaffPerson } from './person.js';
export { activeMemberByEmail, type StaffMember, type StaffTeam } from './state.js';

/** The network has one team. */
export const staffTeamId = 'team';

/**
 * The staff: stream `staff-team`. All of it is one aggregate, because "at least one super admin" is
 * true of a team and of nobody alone.
 */
export const staff: Aggregate<StaffCommand, StaffTeam, StaffEvent, StaffRefusal> = {
  category: 'staff',
  events: staffEvents,
  initial: emptyTeam,
  decide: decideStaff,
  evolve: evolveStaff,
};
