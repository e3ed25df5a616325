import * as t from 'io-ts';
import { oneOf } from '../../domain/shared/codecs.js';
import { Instant, secondsBetween } from '../../domain/shared/instant.js';
import type { OtpTarget } from '../../ports/accounts/otp.js';
import { problem } from '../../ports/http/answer.js';
import { type Route, route } from '../../ports/http/route.js';
import type { Delivery } from '../../ports/messages.js';
import { otpRequestAddressLimit, otpRequestLimit, perAddress, perIdentifier } from './limits.js';
import { signInCodeMessage } from './message-texts.js';
import { IdentifierText } from './shapes.js';
import { type AccountTools, identifierIndexOf } from './tools.js';

const RequestBody = t.strict(
  { identifier: IdentifierText, platform: oneOf('Platform', ['android', 'ios', 'web']) },
  'CodeRequest',
);

const CodeSent = t.strict({ expires_at: Instant }, 'CodeSent');

/** A provider that is away is hardly back within less. */
const retryAfterProviderSeconds = 30;

/**
 * What the caller is told of a message that did not go out. Whether it went out is about the
 * number or address, never about an account: nobody has looked for one.
 */
const notDelivered = (delivery: Delivery) => {
  switch (delivery.kind) {
    case 'accepted':
      return null;
    case 'refused':
      return problem('receiver_unreachable');
    case 'unavailable':
      return problem('channel_unavailable');
    case 'failed':
      // It may have gone out; whoever waits for it in vain asks for another one.
      if (delivery.retry === 'unknown-outcome') return null;
      return problem('message_not_sent', { retryAfterSeconds: retryAfterProviderSeconds });
  }
};

/** AUTH-2, AUTH-3. It does not say who has an account: that is for whoever holds the code. */
export const requestCode = (tools: AccountTools): Route =>
  route({
    operation: 'requestSignInCode',
    method: 'POST',
    path: '/api/auth/otp/request',
    summary: 'Sends a sign-in code to a phone or an e-mail address',
    description:
      'The answer is the same whether or not there is an account; `auth/otp/verify` says which ' +
      'it is, to whoever has the code. A new code replaces the one before.',
    tag: 'Sign-in',
    body: RequestBody,
    responses: { 200: CodeSent },
    problems: [
      'rate_limit_exceeded',
      'receiver_unreachable',
      'channel_unavailable',
      'message_not_sent',
    ],
    rateLimits: [perAddress(otpRequestAddressLimit), perIdentifier(tools, otpRequestLimit)],
    handler: async ({ body, commandId, now }, answer) => {
      const { identifier } = body;
      const target: OtpTarget = {
        identifierIndex: identifierIndexOf(tools, identifier),
        purpose: 'sign-in',
      };
      const issued = await tools.accounts.otp.issue(target);
      if (issued.kind === 'exhausted') {
        const retryAfterSeconds = Math.max(1, Math.ceil(secondsBetween(now, issued.until)));
        return problem('rate_limit_exceeded', { retryAfterSeconds });
      }
      const { code, expiresAt } = issued;
      const validMinutes = Math.round(secondsBetween(now, expiresAt) / 60);
      const message = signInCodeMessage({ id: commandId, identifier, code, validMinutes });
      const failure = notDelivered(await tools.messages.send(message));
      if (failure !== null) return failure;
      return answer(200, { expires_at: expiresAt }, { message: 'The code is on its way' });
    },
  });
