/** Super admins look after the staff (rules 2.24, 5.16). */

import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { nullable, text } from '../../domain/shared/codecs.js';
import { StaffId } from '../../domain/shared/ids.js';
import type { Instant } from '../../domain/shared/instant.js';
import {
  type StaffCommand,
  type StaffMember,
  StaffPerson,
  StaffRole,
  type StaffTeam,
  staffTeamId,
} from '../../domain/staff/index.js';
import type { RevocationReason } from '../../ports/accounts/sessions.js';
import type { Position } from '../../ports/event-store.js';
import { noBody, type Problem, problem } from '../../ports/http/answer.js';
import { withDefault } from '../../ports/http/default-type.js';
import { commandProblems, type ProblemCode } from '../../ports/http/problem-codes.js';
import { type Route, route } from '../../ports/http/route.js';
import { openJson } from '../../ports/sealed-json.js';
import { sealWords } from '../../ports/sealed-words.js';
import { staffPersonPlace, staffReasonPlace } from '../../ports/team-data.js';
import type { AccountTools } from '../account/tools.js';
import { type Asking, contextOf, idFrom, problemsOf, submit, withPosition } from '../operation.js';
import { EmailText, NewPassword } from '../password/shapes.js';
import { waiting } from '../password/sign-in.js';
import { addStaff } from './add.js';
import { askingStaff, memberOf, staffHolder } from './door.js';

const tag = 'Staff: team';

/** Words of a super admin; blanks are none. */
export const StaffReason = text('StaffReason', { maxLength: 500 });

const AddBody = t.strict(
  {
    name: StaffPerson.type.props.name,
    email: EmailText,
    role: StaffRole,
    password: NewPassword,
  },
  'AddStaff',
);

const ChangeBody = t.intersection(
  [
    t.strict({ reason: withDefault(nullable(StaffReason), null) }),
    t.exact(t.partial({ role: StaffRole, is_active: t.boolean, new_password: NewPassword })),
  ],
  'ChangeStaff',
);
type ChangeBody = t.TypeOf<typeof ChangeBody>;

export const StaffPath = t.strict({ id: StaffId }, 'StaffPath');

const StaffAnswer = t.strict(
  {
    id: StaffId,
    name: nullable(t.string),
    email: nullable(t.string),
    role: StaffRole,
    is_active: t.boolean,
  },
  'StaffProfile',
);

const staffAnswer = async (
  { personalData }: Pick<AccountTools, 'personalData'>,
  { staffId, role, isActive, person }: StaffMember,
): Promise<t.TypeOf<typeof StaffAnswer>> => {
  const opened = await openJson(personalData, staffPersonPlace(staffId), person);
  const { name = null, email = null } = opened ?? {};
  return { id: staffId, name, email, role, is_active: isActive };
};

const problems = problemsOf([
  'staff_not_found',
  'staff_email_taken',
  'not_super_admin',
  'own_account',
  'last_super_admin',
  'idempotency_conflict',
]);

/** No Idempotency-Key: what it would be compared by would keep traces of a password. */
const addStaffMember = (tools: AccountTools): Route =>
  route({
    operation: 'addStaff',
    method: 'POST',
    path: '/api/admin/profiles',
    summary: 'Makes somebody one of the staff, with a first password',
    description: 'Sent twice, the second one is refused: the address is taken by then.',
    tag,
    body: AddBody,
    responses: { 201: StaffAnswer },
    problems: [...commandProblems, 'sign_in_paused', ...problems.codes],
    handler: async (asking, answer) => {
      const { body, now: at } = asking;
      const { name, email, role, password } = body;
      const staffId = idFrom(StaffId, tools.newId());
      const { passwords } = tools.accounts;
      // First, because it may have to wait: nobody has this id yet, so nobody gets in by it.
      const set = await passwords.set(staffHolder(staffId), password);
      if (set.kind === 'busy') return waiting(set, at);
      const by = askingStaff(asking.principal);
      const person = { name, email };
      const added = await addStaff(tools, { staffId, person, role, by, at }, contextOf(asking));
      if (E.isLeft(added)) {
        await passwords.remove(staffHolder(staffId));
        return problems.refused(added.left);
      }
      const { state, position } = added.right;
      const data = await staffAnswer(tools, memberOf(state, staffId));
      return answer(201, data, withPosition(position));
    },
  });

const changeCodes = [
  ...commandProblems,
  'reason_required',
  'sign_in_paused',
  ...problems.codes,
] as const;
type ChangeProblem = (typeof changeCodes)[number];

/** Old roles are in tokens, and whoever was kept out has some: both end at once (AUTH-7). */
const endsSessions = ({ type }: StaffCommand): RevocationReason | null => {
  if (type === 'ChangeStaffRole') return 'role-changed';
  return type === 'DeactivateStaff' ? 'by-staff' : null;
};

interface Changed {
  readonly team: StaffTeam;
  readonly position: Position | null;
  /** `false`: it was so before. */
  readonly isNews: boolean;
}

type Outcome<Code extends ProblemCode> = E.Either<Problem<Code>, Changed>;

const tell = async (
  { handlers }: AccountTools,
  asking: Asking,
  wish: StaffCommand,
): Promise<Outcome<(typeof problems.codes)[number]>> => {
  const done = await submit(handlers.staff, staffTeamId, wish, contextOf(asking, wish.type));
  if (E.isLeft(done)) return E.left(problems.refused(done.left));
  const { state: team, position, events } = done.right;
  return E.right({ team, position, isNews: events.length > 0 });
};

/** What a change asks for besides a password; `null` is a step that it does not ask for. */
const wishesOf = async (
  { personalData }: AccountTools,
  { role, is_active, reason }: ChangeBody,
  common: Pick<StaffCommand, 'staffId' | 'by' | 'at'>,
): Promise<readonly (StaffCommand | null)[]> => {
  const place = staffReasonPlace(common.staffId);
  return [
    role === undefined ? null : { ...common, type: 'ChangeStaffRole', role },
    is_active === true ? { ...common, type: 'ReactivateStaff' } : null,
    is_active === false
      ? {
          ...common,
          type: 'DeactivateStaff',
          reason: await sealWords(personalData, place, reason ?? ''),
        }
      : null,
  ];
};

/** The log is asked first whether it may be done: a password that is set cannot be taken back. */
const setPassword = async (
  tools: AccountTools,
  asking: Asking & { readonly now: Instant },
  { staffId, password }: { readonly staffId: StaffId; readonly password: string },
): Promise<Outcome<ChangeProblem>> => {
  const by = askingStaff(asking.principal);
  // A session that somebody left open must not be enough to get a password: see change-password.
  if (by === staffId) return E.left(problem('own_account'));
  const { now: at } = asking;
  const told = await tell(tools, asking, { type: 'RecordStaffPasswordChange', staffId, by, at });
  if (E.isLeft(told)) return told;
  const set = await tools.accounts.passwords.set(staffHolder(staffId), password);
  if (set.kind === 'busy') return E.left(waiting(set, at));
  await tools.accounts.sessions.revokeAll(staffHolder(staffId), 'password-changed');
  return told;
};

/** All that a change asks for, one after the other; the first refusal is the answer. */
const change = async (
  tools: AccountTools,
  asking: Asking & { readonly now: Instant },
  { staffId, body }: { readonly staffId: StaffId; readonly body: ChangeBody },
): Promise<Outcome<ChangeProblem>> => {
  const { state: team, position } = await tools.handlers.staff.load(staffTeamId);
  if (!team.has(staffId)) return E.left(problem('staff_not_found'));
  const common = { staffId, by: askingStaff(asking.principal), at: asking.now };
  let changed: Changed = { team, position, isNews: false };
  for (const wish of await wishesOf(tools, body, common)) {
    if (wish === null) continue;
    const told = await tell(tools, asking, wish);
    if (E.isLeft(told)) return told;
    changed = told.right;
    const ends = endsSessions(wish);
    if (ends === null || !changed.isNews) continue;
    await tools.accounts.sessions.revokeAll(staffHolder(staffId), ends);
  }
  const { new_password: password } = body;
  return password === undefined
    ? E.right(changed)
    : setPassword(tools, asking, { staffId, password });
};

const changeStaffMember = (tools: AccountTools): Route =>
  route({
    operation: 'changeStaff',
    method: 'PATCH',
    path: '/api/admin/profiles/:id',
    summary: 'Changes the role, the password or the activity of somebody of the staff',
    description: 'Whoever it is about has to sign in again. A deactivation needs a `reason`.',
    tag,
    params: StaffPath,
    body: ChangeBody,
    responses: { 200: StaffAnswer },
    problems: changeCodes,
    handler: async (asking, answer) => {
      const { params, body } = asking;
      if (body.is_active === false && (body.reason ?? '').trim() === '') {
        return problem('reason_required');
      }
      const changed = await change(tools, asking, { staffId: params.id, body });
      if (E.isLeft(changed)) return changed.left;
      const { team, position } = changed.right;
      const data = await staffAnswer(tools, memberOf(team, params.id));
      return answer(200, data, withPosition(position));
    },
  });

const removeStaffMember = (tools: AccountTools): Route =>
  route({
    operation: 'removeStaff',
    method: 'DELETE',
    path: '/api/admin/profiles/:id',
    summary: 'Removes somebody of the staff for good',
    description: 'Soon nothing tells any more who it was; what the person did stays in the log.',
    tag,
    params: StaffPath,
    responses: { 204: noBody },
    problems: [...commandProblems, ...problems.codes],
    handler: async (asking, answer) => {
      const { params, now: at } = asking;
      const by = askingStaff(asking.principal);
      const wish = { type: 'RemoveStaff', staffId: params.id, by, at } as const;
      const removed = await tell(tools, asking, wish);
      if (E.isLeft(removed)) return removed.left;
      await tools.accounts.sessions.revokeAll(staffHolder(params.id), 'deleted');
      return answer(204, undefined, withPosition(removed.right.position));
    },
  });

export const staffTeam = (tools: AccountTools): readonly Route[] => [
  addStaffMember(tools),
  changeStaffMember(tools),
  removeStaffMember(tools),
];
