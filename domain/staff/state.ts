import type { StaffId } from '../shared/ids.js';
import type { IndexValue } from '../shared/index-value.js';
import type { Sealed } from '../shared/sealed.js';
import type { StaffEvent, StaffRole } from './events.js';

export interface StaffMember {
  readonly staffId: StaffId;
  readonly role: StaffRole;
  readonly isActive: boolean;
  readonly emailIndex: IndexValue;
  /** No decision looks into it; who asks for one is shown whom it was about. */
  readonly person: Sealed;
}

/** Everybody who is not removed. A team is some dozens of people, so it is one stream. */
export type StaffTeam = ReadonlyMap<StaffId, StaffMember>;

export const emptyTeam: StaffTeam = new Map();

const changed = (
  team: StaffTeam,
  staffId: StaffId,
  changes: Partial<Omit<StaffMember, 'staffId'>>,
): StaffTeam => {
  const member = team.get(staffId);
  return member === undefined ? team : new Map(team).set(staffId, { ...member, ...changes });
};

export const evolveStaff = (team: StaffTeam, event: StaffEvent): StaffTeam => {
  switch (event.type) {
    case 'StaffAdded': {
      const { staffId, role, emailIndex, person } = event.data;
      const member = { staffId, role, emailIndex, person, isActive: true };
      return new Map(team).set(staffId, member);
    }
    case 'StaffRoleChanged':
      return changed(team, event.data.staffId, { role: event.data.role });
    case 'StaffDeactivated':
      return changed(team, event.data.staffId, { isActive: false });
    case 'StaffReactivated':
      return changed(team, event.data.staffId, { isActive: true });
    case 'StaffRemoved':
      return new Map([...team].filter(([staffId]) => staffId !== event.data.staffId));
    case 'StaffPasswordChanged':
      return team;
    default:
      return team;
  }
};

/** Who may sign in with this address; `null` for strangers, and for whoever was deactivated. */
export const activeMemberByEmail = (team: StaffTeam, emailIndex: IndexValue): StaffMember | null =>
  [...team.values()].find((member) => member.isActive && member.emailIndex === emailIndex) ?? null;
