/** Partners get in, stay in and leave (rules 5.13). */

import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { hasDashboard, type PartnerState, VendorType } from '../../domain/partner/index.js';
import { Bug } from '../../domain/shared/assert.js';
import { nullable, oneOf } from '../../domain/shared/codecs.js';
import { UserId } from '../../domain/shared/ids.js';
import { noBody, problem } from '../../ports/http/answer.js';
import { commandProblems } from '../../ports/http/problem-codes.js';
import { type Route, route } from '../../ports/http/route.js';
import { openJson } from '../../ports/sealed-json.js';
import { partnerPersonPlace } from '../../ports/team-data.js';
import { LoggedOut, LogoutRequest, refreshTokenIn } from '../account/logout.js';
import { SecretText, TokenPair } from '../account/shapes.js';
import type { AccountTools } from '../account/tools.js';
import { contextOf, idFrom, submit, userOf, withPosition } from '../operation.js';
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
import { partnerDoor, partnerWords } from './door.js';

const tag = 'Partners: sign-in';

const PartnerWords = {
  partner_type: oneOf('PartnerKind', ['FRANCHISE', 'VENDOR']),
  vendor_type: nullable(VendorType),
};

const PartnerSignedIn = t.strict(
  { user_id: UserId, ...PartnerWords, ...TokenPair.type.props },
  'PartnerSignedIn',
);

/** `null` for whoever is no partner. */
const partnerNow = async ({ handlers }: AccountTools, userId: UserId): Promise<PartnerState> =>
  (await handlers.partner.load(userId)).state;

const signInPartner = (tools: AccountTools): Route => {
  const door = partnerDoor(tools);
  return route({
    operation: 'signInPartner',
    method: 'POST',
    path: '/api/partners/auth/login',
    summary: 'Signs a partner in',
    description:
      'For franchises and vendors who earn. Wrong address, wrong password, and an account that ' +
      'is closed or has no dashboard are one answer. After 5 wrong passwords in a row there is a ' +
      'pause for that address.',
    tag,
    body: LoginBody,
    responses: { 200: PartnerSignedIn },
    problems: [...commandProblems, ...signInProblems],
    rateLimits: loginLimits(tools, 'partner'),
    handler: async (request, answer) => {
      const entered = await signIn(tools, door, { ...request, ...request.body });
      if (E.isLeft(entered)) return entered.left;
      const { holder, tokens } = entered.right;
      const partner = await partnerNow(tools, idFrom(UserId, holder.id));
      if (partner === null) throw new Bug('somebody came in by the door of partners and is none');
      const { userId: user_id, type } = partner;
      return answer(200, { user_id, ...partnerWords(type), ...tokens });
    },
  });
};

const refreshPartnerSession = (tools: AccountTools): Route => {
  const door = partnerDoor(tools);
  return route({
    operation: 'refreshPartnerSession',
    method: 'POST',
    path: '/api/partners/auth/refresh',
    summary: 'Exchanges a refresh token of a partner for a new pair of tokens',
    tag,
    body: t.strict({ refresh_token: SecretText }, 'PartnerRefresh'),
    responses: { 200: TokenPair },
    problems: ['invalid_refresh_token'],
    rateLimits: [refreshLimit(tools, 'partner')],
    handler: async ({ body, client }, answer) => {
      const refreshed = await refresh(tools, door, { refreshToken: body.refresh_token, client });
      return E.isLeft(refreshed) ? refreshed.left : answer(200, refreshed.right);
    },
  });
};

const logoutPartner = (tools: AccountTools): Route =>
  route({
    operation: 'logoutPartner',
    method: 'POST',
    path: '/api/partners/auth/logout',
    summary: 'Ends the session of a partner',
    description: 'A session of the same person in the app goes on.',
    tag,
    body: LogoutRequest,
    responses: { 200: LoggedOut },
    handler: async ({ body, principal }, answer) => {
      const left = await leave(tools, principal, refreshTokenIn(body));
      return answer(200, left, { message: 'You are signed out' });
    },
  });

const OwnPartnerProfile = t.strict(
  {
    user_id: UserId,
    ...PartnerWords,
    name: nullable(t.string),
    business_name: nullable(t.string),
    email: nullable(t.string),
  },
  'OwnPartnerProfile',
);

/** Asked of the log itself, so that it is as new as any position that a client has seen. */
const readOwnPartnerProfile = (tools: AccountTools): Route =>
  route({
    operation: 'readOwnPartnerProfile',
    method: 'GET',
    path: '/api/partners/auth/me',
    summary: 'Who am I',
    tag,
    minPosition: true,
    responses: { 200: OwnPartnerProfile },
    problems: ['forbidden'],
    handler: async ({ principal, minPosition }, answer) => {
      const userId = userOf({ principal });
      const partner = await partnerNow(tools, userId);
      // An operator's token may name anybody, and a dashboard may be gone before its sessions are.
      if (!hasDashboard(partner)) return problem('forbidden');
      const { type, person } = partner;
      const opened = await openJson(tools.personalData, partnerPersonPlace(userId), person);
      const { name = null, businessName = null, email = null } = opened ?? {};
      const words = partnerWords(type);
      const data = { user_id: userId, ...words, name, business_name: businessName, email };
      return answer(200, data, withPosition(minPosition));
    },
  });

const changeOwnPartnerPassword = (tools: AccountTools): Route =>
  route({
    operation: 'changeOwnPartnerPassword',
    method: 'PUT',
    path: '/api/partners/auth/change-password',
    summary: 'Changes the own password',
    description: 'All other sessions end, those in the app, too; the one that asks goes on.',
    tag,
    body: PasswordChangeBody,
    responses: { 204: noBody },
    problems: [...commandProblems, ...changeProblems, 'forbidden'],
    handler: async (asking, answer) => {
      const refused = await changePassword(tools, asking, asking.body);
      if (refused !== null) return refused;
      const wish = { type: 'RecordPartnerPasswordChange', at: asking.now } as const;
      const userId = userOf(asking);
      const done = await submit(tools.handlers.partner, userId, wish, contextOf(asking));
      // The dashboard was taken away while it was being changed.
      if (E.isLeft(done)) return problem('forbidden');
      return answer(204, undefined, withPosition(done.right.position));
    },
  });

export const partnerSignIn = (tools: AccountTools): readonly Route[] => [
  signInPartner(tools),
  refreshPartnerSession(tools),
  logoutPartner(tools),
  readOwnPartnerProfile(tools),
  changeOwnPartnerPassword(tools),
];
