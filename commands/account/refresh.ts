import * as t from 'io-ts';
import type { Session } from '../../ports/accounts/sessions.js';
import { problem } from '../../ports/http/answer.js';
import { type Route, route } from '../../ports/http/route.js';
import { perSession, refreshLimit } from './limits.js';
import { tokensOf } from './session-tokens.js';
import { SecretText, TokenPair } from './shapes.js';
import type { AccountTools } from './tools.js';

const RefreshBody = t.strict({ refresh: SecretText }, 'Refresh');
type RefreshBody = t.TypeOf<typeof RefreshBody>;

/** AUTH-7: whoever was banned meanwhile gets nothing, even if the ban has not ended the session. */
const isWelcome = async ({ handlers }: AccountTools, { holder }: Session): Promise<boolean> => {
  const { state } = await handlers.user.load(holder.id);
  return state?.status === 'ACTIVE';
};

/** AUTH-5: each use of a refresh token gives a new pair, and is its last (P-093). */
export const refreshSession = (tools: AccountTools): Route =>
  route({
    operation: 'refreshSession',
    method: 'POST',
    path: '/api/auth/refresh',
    summary: 'Exchanges a refresh token for a new pair of tokens',
    description:
      'A refresh token is good for one use. Used again, it ends the session: somebody has a ' +
      'copy. When an answer was lost, the same client gets it again within 10 seconds.',
    tag: 'Sign-in',
    body: RefreshBody,
    responses: { 200: TokenPair },
    problems: ['invalid_refresh_token'],
    rateLimits: [perSession(tools, refreshLimit, ({ refresh }: RefreshBody) => refresh)],
    handler: async ({ body, client }, answer) => {
      const { sessions } = tools.accounts;
      const caller = client.agent;
      const rotation = await sessions.rotate({ refreshToken: body.refresh, realm: 'app', caller });
      if (rotation.kind !== 'rotated') return problem('invalid_refresh_token');
      if (!(await isWelcome(tools, rotation.session))) {
        await sessions.revoke(rotation.session.sessionId, 'banned');
        return problem('invalid_refresh_token');
      }
      return answer(200, await tokensOf(tools, rotation, ['user']));
    },
  });
