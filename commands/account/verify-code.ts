import * as t from 'io-ts';
import { identifierClaimId } from '../../domain/claim/index.js';
import { branded } from '../../domain/shared/brand.js';
import type { IndexValue } from '../../domain/shared/index-value.js';
import { Instant } from '../../domain/shared/instant.js';
import type { OtpTarget } from '../../ports/accounts/otp.js';
import { problem } from '../../ports/http/answer.js';
import { type Route, route } from '../../ports/http/route.js';
import { otpVerifyLimit, perIdentifier } from './limits.js';
import { Flow, IdentifierText } from './shapes.js';
import { type AccountTools, identifierIndexOf } from './tools.js';

const OtpCode = branded('OtpCode', /^[0-9]{6}$/);

const VerifyBody = t.strict({ identifier: IdentifierText, otp: OtpCode }, 'CodeCheck');

const CodeVerified = t.strict(
  { flow: Flow, verification_token: t.string, expires_at: Instant },
  'CodeVerified',
);

/**
 * AUTH-3: the identifier of a user is a login; one that a broken-off registration left is not, nor
 * one of somebody who has left.
 */
const flowOf = async ({ handlers }: AccountTools, index: IndexValue): Promise<Flow> => {
  const { state: bearer } = await handlers.claim.load(identifierClaimId(index));
  if (bearer === null) return 'REGISTER';
  const { state: user } = await handlers.user.load(bearer);
  return user === null || user.isDeleted ? 'REGISTER' : 'LOGIN';
};

/** AUTH-4. A code works once; wrong, old, used and unknown ones are all answered alike (P-091). */
export const verifyCode = (tools: AccountTools): Route =>
  route({
    operation: 'verifySignInCode',
    method: 'POST',
    path: '/api/auth/otp/verify',
    summary: 'Exchanges a sign-in code for a verification token',
    tag: 'Sign-in',
    body: VerifyBody,
    responses: { 200: CodeVerified },
    problems: ['invalid_otp'],
    rateLimits: [perIdentifier(tools, otpVerifyLimit)],
    handler: async ({ body }, answer) => {
      const { otp, verificationTokens } = tools.accounts;
      const identifierIndex = identifierIndexOf(tools, body.identifier);
      const target: OtpTarget = { identifierIndex, purpose: 'sign-in' };
      const check = await otp.check(target, body.otp);
      if (check.kind !== 'correct') {
        tools.log.info('a sign-in code was refused', { why: check.kind });
        return problem('invalid_otp');
      }
      const { token, expiresAt } = await verificationTokens.issue(target);
      const flow = await flowOf(tools, identifierIndex);
      return answer(200, { flow, verification_token: token, expires_at: expiresAt });
    },
  });
