import * as E from 'fp-ts/lib/Either.js';
import type { StaffId } from '../shared/ids.js';
import type { IndexValue } from '../shared/index-value.js';
import type { Instant } from '../shared/instant.js';
import { answerRepeat, type IdReused } from '../shared/repeat.js';
import type { Sealed } from '../shared/sealed.js';
import type { StaffEvent, StaffRole } from './events.js';
import type { StaffMember, StaffTeam } from './state.js';

/** Who asks: somebody of the team, or an operator at the command line (`null`). */
interface Asked {
  readonly by: StaffId | null;
  readonly at: Instant;
}

export type StaffCommand = Asked & { readonly staffId: StaffId } & (
    | {
        readonly type: 'AddStaff';
        readonly role: StaffRole;
        readonly person: Sealed;
        readonly emailIndex: IndexValue;
      }
    | { readonly type: 'ChangeStaffRole'; readonly role: StaffRole }
    | { readonly type: 'DeactivateStaff'; readonly reason: Sealed }
    | { readonly type: 'ReactivateStaff' }
    | { readonly type: 'RecordStaffPasswordChange' }
    | { readonly type: 'RemoveStaff' }
  );

export type StaffRefusal =
  | { readonly kind: 'StaffUnknown' }
  | { readonly kind: 'StaffEmailTaken' }
  /** Only super admins look after the team (rules 3.24). */
  | { readonly kind: 'NotSuperAdmin' }
  /** Nobody changes the own role, or deactivates or removes oneself (rules 2.24). */
  | { readonly kind: 'OwnAccount' }
  | { readonly kind: 'LastSuperAdmin' }
  | IdReused;

type Decision = E.Either<StaffRefusal, readonly StaffEvent[]>;
type Wish<Type extends StaffCommand['type']> = Extract<StaffCommand, { type: Type }>;

const isActiveSuperAdmin = ({ role, isActive }: StaffMember): boolean =>
  isActive && role === 'super_admin';

/** Whether the team would be without a super admin if this one were none any more. */
const isLastSuperAdmin = (team: StaffTeam, member: StaffMember): boolean =>
  isActiveSuperAdmin(member) && [...team.values()].filter(isActiveSuperAdmin).length === 1;

const addStaff = (wish: Wish<'AddStaff'>, team: StaffTeam): Decision => {
  const { staffId, role, person, emailIndex, by, at } = wish;
  const present = team.get(staffId);
  if (present !== undefined) {
    return answerRepeat(staffId, { emailIndex: present.emailIndex }, { emailIndex });
  }
  if ([...team.values()].some((member) => member.emailIndex === emailIndex)) {
    return E.left({ kind: 'StaffEmailTaken' });
  }
  return E.right([{ type: 'StaffAdded', data: { staffId, role, person, emailIndex, by, at } }]);
};

const changeRole = (
  { staffId, role, by, at }: Wish<'ChangeStaffRole'>,
  { team, member }: Place,
): Decision => {
  if (role === member.role) return E.right([]);
  if (by === staffId) return E.left({ kind: 'OwnAccount' });
  if (isLastSuperAdmin(team, member)) return E.left({ kind: 'LastSuperAdmin' });
  return E.right([{ type: 'StaffRoleChanged', data: { staffId, role, by, at } }]);
};

const deactivate = (
  { staffId, reason, by, at }: Wish<'DeactivateStaff'>,
  { team, member }: Place,
): Decision => {
  if (!member.isActive) return E.right([]);
  if (by === staffId) return E.left({ kind: 'OwnAccount' });
  if (isLastSuperAdmin(team, member)) return E.left({ kind: 'LastSuperAdmin' });
  return E.right([{ type: 'StaffDeactivated', data: { staffId, reason, by, at } }]);
};

const remove = ({ staffId, by, at }: Wish<'RemoveStaff'>, { team, member }: Place): Decision => {
  if (by === staffId) return E.left({ kind: 'OwnAccount' });
  if (isLastSuperAdmin(team, member)) return E.left({ kind: 'LastSuperAdmin' });
  return E.right([{ type: 'StaffRemoved', data: { staffId, by, at } }]);
};

interface Place {
  readonly team: StaffTeam;
  readonly member: StaffMember;
}

/** A password is the business of its owner and of super admins. */
const mayAsk = ({ type, by, staffId }: StaffCommand, team: StaffTeam): boolean => {
  if (by === null) return true;
  const asking = team.get(by);
  if (asking === undefined || !asking.isActive) return false;
  const isOwnPassword = type === 'RecordStaffPasswordChange' && by === staffId;
  return isOwnPassword || isActiveSuperAdmin(asking);
};

export const decideStaff = (command: StaffCommand, team: StaffTeam): Decision => {
  if (!mayAsk(command, team)) return E.left({ kind: 'NotSuperAdmin' });
  if (command.type === 'AddStaff') return addStaff(command, team);
  const { staffId, by, at } = command;
  const member = team.get(staffId);
  if (member === undefined) return E.left({ kind: 'StaffUnknown' });
  switch (command.type) {
    case 'ChangeStaffRole':
      return changeRole(command, { team, member });
    case 'DeactivateStaff':
      return deactivate(command, { team, member });
    case 'ReactivateStaff':
      return E.right(
        member.isActive ? [] : [{ type: 'StaffReactivated', data: { staffId, by, at } }],
      );
    case 'RecordStaffPasswordChange':
      return E.right([{ type: 'StaffPasswordChanged', data: { staffId, by, at } }]);
    case 'RemoveStaff':
      return remove(command, { team, member });
  }
};
