import test from 'ava';
import fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import { brandOrThrow } from '../../domain/shared/brand.js';
import { fold } from '../../domain/shared/decider.js';
import { StaffId } from '../../domain/shared/ids.js';
import { instant } from '../../domain/shared/instant.js';
import {
  activeMemberByEmail,
  type StaffCommand,
  type StaffEvent,
  StaffRole,
  staff as staffAggregate,
} from '../../domain/staff/index.js';
import { specOf } from '../support/decider-spec.js';
import { indexOf, sealed } from '../support/sealed.js';

const staff = specOf(staffAggregate);
const at = instant('2026-03-01T10:00:00.000Z');
const id = (name: string): StaffId => brandOrThrow(StaffId, name);
const ama = id('ama');
const bir = id('bir');

const add = (staffId: StaffId, role: StaffRole, by: StaffId | null = null) =>
  ({
    type: 'AddStaff',
    staffId,
    role,
    person: sealed(staffId),
    emailIndex: indexOf(staffId),
    by,
    at,
  }) as const;

const added = (staffId: StaffId, role: StaffRole, by: StaffId | null = null): StaffEvent => {
  const { type: _, ...data } = add(staffId, role, by);
  return { type: 'StaffAdded', data };
};

const amaIsSuper = added(ama, 'super_admin');
const birIsAdmin = added(bir, 'admin', ama);
const birIsSuper = added(bir, 'super_admin', ama);
const amaIsOut: StaffEvent = {
  type: 'StaffDeactivated',
  data: { staffId: ama, reason: sealed('left'), by: bir, at },
};

test(
  'the first super admin is made at the command line',
  staff.given().when(add(ama, 'super_admin')).thenOnce(amaIsSuper),
);

test(
  'a super admin adds others',
  staff
    .given(amaIsSuper)
    .when(add(bir, 'admin', ama))
    .thenOnce(birIsAdmin),
);

test(
  'P-116: an admin adds nobody',
  staff
    .given(amaIsSuper, birIsAdmin)
    .when(add(id('chetan'), 'moderator', bir))
    .refuses({ kind: 'NotSuperAdmin' }),
);

test(
  'who was deactivated is no super admin any more',
  staff
    .given(amaIsSuper, birIsSuper, amaIsOut)
    .when(add(id('chetan'), 'moderator', ama))
    .refuses({ kind: 'NotSuperAdmin' }),
);

test(
  'an address signs in one person',
  staff
    .given(amaIsSuper)
    .when({ ...add(bir, 'admin', ama), emailIndex: indexOf(ama) })
    .refuses({ kind: 'StaffEmailTaken' }),
);

test(
  'an id is one person',
  staff
    .given(amaIsSuper)
    .when({ ...add(ama, 'admin'), emailIndex: indexOf(bir) })
    .refuses({ kind: 'IdReused', id: ama, differing: ['emailIndex'] }),
);

test(
  'rules 2.24: a role is changed by somebody else',
  staff
    .given(amaIsSuper, birIsAdmin)
    .when({ type: 'ChangeStaffRole', staffId: bir, role: 'moderator', by: ama, at })
    .thenOnce({ type: 'StaffRoleChanged', data: { staffId: bir, role: 'moderator', by: ama, at } }),
);

const onOneself = [
  { type: 'ChangeStaffRole', staffId: ama, role: 'admin', by: ama, at },
  { type: 'DeactivateStaff', staffId: ama, reason: sealed('tired'), by: ama, at },
  { type: 'RemoveStaff', staffId: ama, by: ama, at },
] as const;

for (const command of onOneself) {
  test(
    `rules 2.24: nobody does it to oneself: ${command.type}`,
    staff.given(amaIsSuper, birIsSuper).when(command).refuses({ kind: 'OwnAccount' }),
  );
  test(
    `rules 2.24: the last super admin stays: ${command.type}`,
    staff
      .given(amaIsSuper, birIsAdmin)
      .when({ ...command, by: null })
      .refuses({ kind: 'LastSuperAdmin' }),
  );
}

test(
  'a deactivation says why',
  staff
    .given(amaIsSuper, birIsAdmin)
    .when({ type: 'DeactivateStaff', staffId: bir, reason: sealed('left'), by: ama, at })
    .thenOnce({
      type: 'StaffDeactivated',
      data: { staffId: bir, reason: sealed('left'), by: ama, at },
    }),
);

test(
  'who is removed is a stranger from then on',
  staff
    .given(amaIsSuper, birIsAdmin)
    .when({ type: 'RemoveStaff', staffId: bir, by: ama, at })
    .then({ type: 'StaffRemoved', data: { staffId: bir, by: ama, at } }),
);

test(
  'who was deactivated may come back',
  staff
    .given(amaIsSuper, birIsSuper, amaIsOut)
    .when({ type: 'ReactivateStaff', staffId: ama, by: bir, at })
    .thenOnce({ type: 'StaffReactivated', data: { staffId: ama, by: bir, at } }),
);

test(
  'everybody changes the own password',
  staff
    .given(amaIsSuper, birIsAdmin)
    .when({ type: 'RecordStaffPasswordChange', staffId: bir, by: bir, at })
    .then({ type: 'StaffPasswordChanged', data: { staffId: bir, by: bir, at } }),
);

test(
  'an admin changes nobody else’s password',
  staff
    .given(amaIsSuper, birIsAdmin)
    .when({ type: 'RecordStaffPasswordChange', staffId: ama, by: bir, at })
    .refuses({ kind: 'NotSuperAdmin' }),
);

test(
  'a stranger cannot be changed',
  staff
    .given(amaIsSuper)
    .when({ type: 'RemoveStaff', staffId: bir, by: ama, at })
    .refuses({ kind: 'StaffUnknown' }),
);

test('who is active signs in by address; others are strangers', (t) => {
  const { state } = staff.given(amaIsSuper, birIsSuper, amaIsOut);
  t.is(activeMemberByEmail(state, indexOf(bir))?.staffId, bir);
  t.is(activeMemberByEmail(state, indexOf(ama)), null);
  t.is(activeMemberByEmail(state, indexOf('nobody')), null);
});

const people = [ama, bir, id('chetan'), id('dolma')] as const;
const person = fc.constantFrom(...people);
const role = fc.constantFrom(...Object.keys(StaffRole.keys)).filter(StaffRole.is);
const asked = { staffId: person, by: fc.option(person, { nil: null }), at: fc.constant(at) };
const reason = fc.constant(sealed('because'));
const anyCommand: fc.Arbitrary<StaffCommand> = fc.oneof(
  fc.record({ type: fc.constant('AddStaff' as const), role, ...asked }).map((wish) => ({
    ...wish,
    person: sealed(wish.staffId),
    emailIndex: indexOf(wish.staffId),
  })),
  fc.record({ type: fc.constant('ChangeStaffRole' as const), role, ...asked }),
  fc.record({ type: fc.constant('DeactivateStaff' as const), reason, ...asked }),
  fc.record({ type: fc.constant('ReactivateStaff' as const), ...asked }),
  fc.record({ type: fc.constant('RemoveStaff' as const), ...asked }),
);

test('whatever anybody asks for, a team that has a super admin keeps one', (t) => {
  const property = fc.property(fc.array(anyCommand, { maxLength: 30 }), (commands) => {
    let history: readonly StaffEvent[] = [amaIsSuper];
    for (const command of commands) {
      const answer = staffAggregate.decide(command, fold(staffAggregate, history));
      if (E.isRight(answer)) history = [...history, ...answer.right];
      const team = [...fold(staffAggregate, history).values()];
      if (!team.some(({ role: now, isActive }) => isActive && now === 'super_admin')) return false;
    }
    return true;
  });
  t.notThrows(() => fc.assert(property));
});
