/** Staff get in, stay in and leave (rules 5.16; refresh and logout as for everybody else). */

import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { nullable } from '../../domain/shared/codecs.js';
import { StaffId } from '../../domain/shared/ids.js';
import { StaffRole, staffTeamId } from '../../domain/staff/index.js';
import { noBody, problem } from '../../ports/http/answer.js';
import { commandProblems } from '../../ports/http/problem-codes.js';
import { type Route, route } from '../../ports/http/route.js';
import { openJson } from '../../ports/sealed-json.js';
import { staffPersonPlace } from '../../ports/team-data.js';
import { LoggedOut, LogoutRequest, refreshTokenIn } from '../account/logout.js';
import { SecretText, TokenPair } from '../account/shapes.js';
import type { AccountTools } from '../account/tools.js';
import { contextOf, idFrom, problemsOf, submit, withPosition } from '../operation.js';
import { loginLimits, refreshLimit } from '../password/limits.js';
import { leave } from '../password/logout.js';
import { LoginBody, PasswordChangeBody } from '../password/shapes.js';
import {
  changePassword,
  changeProblems,
  refresh,
  signIn,
  signInProblems,
} from '../password/sign-in.js';
import { loadTeam, memberOf, staffDoor } from './door.js';

const tag = 'Staff: sign-in';

const StaffSignedIn = t.strict(
  { staff_id: StaffId, role: StaffRole, ...TokenPair.type.props },
  'StaffSignedIn',
);

const signInStaff = (tools: AccountTools): Route => {
  const door = staffDoor(tools);
  return route({
    operation: 'signInStaff',
    method: 'POST',
    path: '/api/admin/login',
    summary: 'Signs somebody of the staff in',
    description:
      'Wrong address, wrong password and an account that was deactivated are one answer. After 5 ' +
      'wrong passwords in a row there is a pause for that address.',
    tag,
    body: LoginBody,
    responses: { 200: StaffSignedIn },
    problems: signInProblems,
    rateLimits: loginLimits(tools, 'staff'),
    handler: async (request, answer) => {
      const entered = await signIn(tools, door, { ...request, ...request.body });
      if (E.isLeft(entered)) return entered.left;
      const { holder, tokens } = entered.right;
      const member = memberOf(await loadTeam(tools), idFrom(StaffId, holder.id));
      return answer(200, { staff_id: member.staffId, role: member.role, ...tokens });
    },
  });
};

const refreshStaffSession = (tools: AccountTools): Route => {
  const door = staffDoor(tools);
  return route({
    operation: 'refreshStaffSession',
    method: 'POST',
    path: '/api/admin/refresh',
    summary: 'Exchanges a refresh token of staff for a new pair of tokens',
    tag,
    body: t.strict({ refresh_token: SecretText }, 'StaffRefresh'),
    responses: { 200: TokenPair },
    problems: ['invalid_refresh_token'],
    rateLimits: [refreshLimit(tools, 'staff')],
    handler: async ({ body, client }, answer) => {
      const refreshed = await refresh(tools, door, { refreshToken: body.refresh_token, client });
      return E.isLeft(refreshed) ? refreshed.left : answer(200, refreshed.right);
    },
  });
};

const logoutStaff = (tools: AccountTools): Route =>
  route({
    operation: 'logoutStaff',
    method: 'POST',
    path: '/api/admin/logout',
    summary: 'Ends the session of somebody of the staff',
    tag,
    body: LogoutRequest,
    responses: { 200: LoggedOut },
    handler: async ({ body, principal }, answer) => {
      const left = await leave(tools, principal, refreshTokenIn(body));
      return answer(200, left, { message: 'You are signed out' });
    },
  });

const OwnStaffProfile = t.strict(
  {
    id: t.string,
    roles: t.readonlyArray(t.string),
    /** Of an operator's token there is nobody who could be named. */
    name: nullable(t.string),
    email: nullable(t.string),
  },
  'OwnStaffProfile',
);

/** Asked of the log itself, so that it is as new as any position that a client has seen. */
const readOwnStaffProfile = (tools: AccountTools): Route =>
  route({
    operation: 'readOwnStaffProfile',
    method: 'GET',
    path: '/api/admin/me',
    summary: 'Who am I',
    tag,
    minPosition: true,
    responses: { 200: OwnStaffProfile },
    handler: async ({ principal, minPosition }, answer) => {
      const { id, roles } = principal;
      // An operator's token bears whatever name the operator gave it.
      const member = StaffId.is(id) ? (await loadTeam(tools)).get(id) : undefined;
      const person =
        member === undefined
          ? null
          : await openJson(tools.personalData, staffPersonPlace(id), member.person);
      const { name = null, email = null } = person ?? {};
      return answer(200, { id, roles, name, email }, withPosition(minPosition));
    },
  });

const problems = problemsOf(['staff_not_found', 'not_super_admin']);

const changeOwnStaffPassword = (tools: AccountTools): Route =>
  route({
    operation: 'changeOwnStaffPassword',
    method: 'PUT',
    path: '/api/admin/change-password',
    summary: 'Changes the own password',
    description: 'All other sessions end; the one that asks goes on.',
    tag,
    body: PasswordChangeBody,
    responses: { 204: noBody },
    problems: [...commandProblems, ...changeProblems, ...problems.codes],
    handler: async (asking, answer) => {
      const { id: staffId } = asking.principal;
      const isMember = StaffId.is(staffId) && (await loadTeam(tools)).has(staffId);
      if (!isMember) return problem('staff_not_found');
      const refused = await changePassword(tools, asking, asking.body);
      if (refused !== null) return refused;
      const wish = {
        type: 'RecordStaffPasswordChange',
        staffId,
        by: staffId,
        at: asking.now,
      } as const;
      const done = await submit(tools.handlers.staff, staffTeamId, wish, contextOf(asking));
      if (E.isLeft(done)) return problems.refused(done.left);
      return answer(204, undefined, withPosition(done.right.position));
    },
  });

export const staffSignIn = (tools: AccountTools): readonly Route[] => [
  signInStaff(tools),
  refreshStaffSession(tools),
  logoutStaff(tools),
  readOwnStaffProfile(tools),
  changeOwnStaffPassword(tools),
];
