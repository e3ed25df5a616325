import type { IdentifiedPrincipal } from '../../ports/http/principal.js';
import type { LoggedOut } from '../account/logout.js';
import type { AccountTools } from '../account/tools.js';

/** AUTH-6 for sessions without a device: ends this one, and no other (P-042). */
export const leave = async (
  { accounts }: Pick<AccountTools, 'accounts'>,
  { kind, id, sessionId }: IdentifiedPrincipal,
  refreshToken: string | null,
): Promise<LoggedOut> => {
  const { word } = await accounts.sessions.leave({ holder: { kind, id }, sessionId, refreshToken });
  return { token_revoked: word === 'valid_blacklisted', reason: word };
};
