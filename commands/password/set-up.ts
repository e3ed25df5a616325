import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { StaffId, UserId } from '../../domain/shared/ids.js';
import type { Instant } from '../../domain/shared/instant.js';
import { staffTeamId } from '../../domain/staff/index.js';
import type { AccountHolder } from '../../ports/accounts/holder.js';
import { noBody, problem } from '../../ports/http/answer.js';
import { commandProblems } from '../../ports/http/problem-codes.js';
import { type Route, route } from '../../ports/http/route.js';
import { SecretText } from '../account/shapes.js';
import type { AccountTools } from '../account/tools.js';
import type { CommandContext } from '../context.js';
import { idFrom, submit } from '../operation.js';
import { setUpLimit } from './limits.js';
import { NewPassword } from './shapes.js';
import { waiting } from './sign-in.js';

const SetUpBody = t.strict(
  { token: SecretText, new_password: NewPassword, confirm_password: t.string },
  'PasswordSetUp',
);

/** In the log of whoever it is; `false` for somebody who was kept out meanwhile. */
const record = async (
  { handlers }: AccountTools,
  { kind, id }: AccountHolder,
  { at, context }: { readonly at: Instant; readonly context: CommandContext },
): Promise<boolean> => {
  if (kind === 'staff') {
    const staffId = idFrom(StaffId, id);
    const wish = { type: 'RecordStaffPasswordChange', staffId, by: null, at } as const;
    return E.isRight(await submit(handlers.staff, staffTeamId, wish, context));
  }
  const wish = { type: 'RecordPartnerPasswordChange', at } as const;
  return E.isRight(await submit(handlers.partner, idFrom(UserId, id), wish, context));
};

/** AUTH-12: the first password, by the link that was sent to its holder's address. */
export const redeemSetUpLink = (tools: AccountTools): Route =>
  route({
    operation: 'redeemSetUpLink',
    method: 'POST',
    path: '/api/auth/set-up',
    summary: 'Sets a password with the token of a set-up link',
    description:
      'For staff and partners. The token is what follows `#` in the link; it works once, within ' +
      '24 hours. Afterwards the holder signs in as usual.',
    tag: 'Sign-in',
    body: SetUpBody,
    responses: { 204: noBody },
    problems: [...commandProblems, 'set_up_link_invalid', 'passwords_differ', 'sign_in_paused'],
    rateLimits: [setUpLimit],
    handler: async ({ body, commandId, correlationId, now }, answer) => {
      const { token, new_password, confirm_password } = body;
      if (new_password !== confirm_password) return problem('passwords_differ');
      const redeemed = await tools.accounts.setupLinks.redeem(token, new_password);
      if (redeemed.kind === 'busy') return waiting(redeemed, now);
      if (redeemed.kind !== 'set') return problem('set_up_link_invalid');
      const { holder } = redeemed;
      await tools.accounts.sessions.revokeAll(holder, 'password-changed');
      const context = { commandId, correlationId, causationId: commandId, actor: holder };
      const isWelcome = await record(tools, holder, { at: now, context });
      // Who was kept out has a password now, and no way in.
      if (!isWelcome) tools.log.warn('a set-up link was used in vain', { ...holder });
      return answer(204, undefined);
    },
  });
