import * as t from 'io-ts';
import { oneOf } from '../../domain/shared/codecs.js';
import { UserId } from '../../domain/shared/ids.js';
import { withDefault } from '../../ports/http/default-type.js';
import { type Route, route } from '../../ports/http/route.js';
import { idFrom } from '../operation.js';
import type { AccountTools } from './tools.js';

/** Old apps say `refresh`. Whatever is in it, a logout succeeds (P-040), so anything may be. */
const LogoutBody = t.strict(
  { refresh_token: withDefault(t.unknown, null), refresh: withDefault(t.unknown, null) },
  'Logout',
);
type LogoutBody = t.TypeOf<typeof LogoutBody>;

/** The token may be left out, and with it the whole body. */
export const LogoutRequest = withDefault(LogoutBody, { refresh_token: null, refresh: null });

/** What is no text is no token of ours either. */
export const refreshTokenIn = ({ refresh_token: named, refresh }: LogoutBody): string | null => {
  const token = named ?? refresh;
  if (token === null) return null;
  return typeof token === 'string' ? token : '';
};

export const LoggedOut = t.strict(
  {
    token_revoked: t.boolean,
    reason: oneOf('LogoutReason', [
      'valid_blacklisted',
      'already_invalid',
      'token_mismatch',
      'token_missing',
    ]),
  },
  'LoggedOut',
);
export type LoggedOut = t.TypeOf<typeof LoggedOut>;

/** AUTH-6: ends the session of the access token, and says what became of the other one. */
export const logout = ({ accounts }: Pick<AccountTools, 'accounts'>): Route =>
  route({
    operation: 'logout',
    method: 'POST',
    path: '/api/auth/logout',
    summary: 'Ends the session',
    description:
      'Always succeeds with a valid access token. `token_revoked` says whether the refresh token ' +
      'was of this session; one of another session goes on working.',
    tag: 'Sign-in',
    body: LogoutRequest,
    responses: { 200: LoggedOut },
    handler: async ({ body, principal }, answer) => {
      const { kind, id, sessionId } = principal;
      const { word, deviceId } = await accounts.sessions.leave({
        holder: { kind, id },
        sessionId,
        refreshToken: refreshTokenIn(body),
      });
      // Push messages to a phone on which nobody is signed in would be read by anybody (P-042).
      if (deviceId !== null) await accounts.devices.deactivate(idFrom(UserId, id), deviceId);
      const data = { token_revoked: word === 'valid_blacklisted', reason: word };
      return answer(200, data, { message: 'You are signed out' });
    },
  });
