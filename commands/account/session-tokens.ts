import type { OpenedSession } from '../../ports/accounts/sessions.js';
import type { Role } from '../../ports/http/access.js';
import type { TokenPair } from './shapes.js';
import type { AccountTools } from './tools.js';

/** The tokens of a session, with the lifetimes that they really have (P-093). */
export const tokensOf = async (
  { tokens }: Pick<AccountTools, 'tokens'>,
  { session, refresh }: Pick<OpenedSession, 'session' | 'refresh'>,
  roles: readonly Role[],
): Promise<TokenPair> => {
  const { holder, sessionId } = session;
  const { accessToken, expiresInSeconds } = await tokens.issueToken({
    ...holder,
    roles,
    sessionId,
  });
  return {
    access_token: accessToken,
    token_type: 'Bearer',
    expires_in: expiresInSeconds,
    refresh_token: refresh.token,
    refresh_expires_at: refresh.expiresAt,
  };
};
