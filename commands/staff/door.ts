import { Bug } from '../../domain/shared/assert.js';
import { StaffId } from '../../domain/shared/ids.js';
import {
  activeMemberByEmail,
  type StaffMember,
  type StaffTeam,
  staffTeamId,
} from '../../domain/staff/index.js';
import type { AccountHolder } from '../../ports/accounts/holder.js';
import type { IdentifiedPrincipal } from '../../ports/http/principal.js';
import { type AccountTools, identifierIndexOf } from '../account/tools.js';
import { idFrom } from '../operation.js';
import type { Door, Guest } from '../password/door.js';

export const staffHolder = (staffId: StaffId): AccountHolder => ({ kind: 'staff', id: staffId });

/** The team as of now. It is read from the log, so that who was kept out stays out. */
export const loadTeam = async ({ handlers }: Pick<AccountTools, 'handlers'>): Promise<StaffTeam> =>
  (await handlers.staff.load(staffTeamId)).state;

/** Somebody who is sure to be there, after a command about them. */
export const memberOf = (team: StaffTeam, staffId: StaffId): StaffMember => {
  const member = team.get(staffId);
  if (member === undefined) throw new Bug('somebody of the staff is not there after a command');
  return member;
};

/**
 * Who asks, as the team knows them. A token without a session is an operator's, who has the
 * command line as well and is nobody of the team: `null`.
 */
export const askingStaff = ({ id, sessionId }: IdentifiedPrincipal): StaffId | null =>
  sessionId === null ? null : idFrom(StaffId, id);

const guestOf = (member: StaffMember | null): Guest | null =>
  member?.isActive === true ? { holder: staffHolder(member.staffId), roles: [member.role] } : null;

/** The way in for staff. */
export const staffDoor = (tools: Pick<AccountTools, 'handlers' | 'blindIndex'>): Door => ({
  realm: 'staff',
  find: async (email) => {
    const index = identifierIndexOf(tools, { kind: 'email', value: email });
    return guestOf(activeMemberByEmail(await loadTeam(tools), index));
  },
  wake: async () => undefined,
  recall: async (id) => guestOf((await loadTeam(tools)).get(idFrom(StaffId, id)) ?? null),
});
