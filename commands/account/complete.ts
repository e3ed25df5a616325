import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { nullable } from '../../domain/shared/codecs.js';
import type { Identifier } from '../../domain/shared/identifier.js';
import { ReferralCode } from '../../domain/shared/ids.js';
import { Username } from '../../domain/user/username.js';
import type { OtpTarget } from '../../ports/accounts/otp.js';
import { problem } from '../../ports/http/answer.js';
import { withDefault } from '../../ports/http/default-type.js';
import { commandProblems } from '../../ports/http/problem-codes.js';
import { type Route, route } from '../../ports/http/route.js';
import { withPosition } from '../operation.js';
import { type Arrival, letInto, loginOf, registrationOf } from './arrival.js';
import { completeLimit, perIdentifier } from './limits.js';
import { claimIdentifier, register, type SignInRequest } from './registration.js';
import { IdentifierText, SecretText, SignedIn } from './shapes.js';
import { wakeUp } from './sign-in.js';
import { type AccountTools, identifierIndexOf } from './tools.js';

const CompleteBody = t.strict(
  {
    identifier: IdentifierText,
    verification_token: SecretText,
    username: withDefault(nullable(Username), null),
    referral_code: withDefault(nullable(ReferralCode), null),
  },
  'SignInCompletion',
);
type CompleteBody = t.TypeOf<typeof CompleteBody>;

type Refused = 'user_invalid' | 'username_required' | 'username_taken';

const arrive = async (
  tools: AccountTools,
  request: SignInRequest,
  body: CompleteBody,
): Promise<E.Either<Refused, Arrival>> => {
  const { identifier, username, referral_code: referralCode } = body;
  const userId = await claimIdentifier(tools, request, identifier);
  const { state: user } = await tools.handlers.user.load(userId);
  if (user !== null) {
    const awake = await wakeUp(tools, request, user);
    if (E.isLeft(awake)) return awake;
    return E.right(loginOf(user));
  }
  if (username === null) return E.left('username_required');
  const by = identifier.kind === 'email' ? 'EMAIL' : 'PHONE';
  const newcomer = { userId, by, identifier, username, external: null, referralCode } as const;
  const registered = await register(tools, request, newcomer);
  if (E.isLeft(registered)) return registered;
  return E.right(registrationOf(registered.right));
};

const targetOf = (tools: AccountTools, identifier: Identifier): OtpTarget => ({
  identifierIndex: identifierIndexOf(tools, identifier),
  purpose: 'sign-in',
});

/** AUTH-3, AUTH-4: signs in who is known and registers who is not. */
export const completeSignIn = (tools: AccountTools): Route =>
  route({
    operation: 'completeSignIn',
    method: 'POST',
    path: '/api/auth/complete',
    summary: 'Opens a session with a verification token; registers who is new',
    description:
      'A registration needs a `username`; when it is missing or taken, the token stays good. A ' +
      '`referral_code` that counts for nothing does not stop it: `referral` says so.',
    tag: 'Sign-in',
    body: CompleteBody,
    responses: { 200: SignedIn, 201: SignedIn },
    problems: [
      ...commandProblems,
      'verification_token_expired',
      'username_required',
      'username_taken',
      'user_invalid',
    ],
    rateLimits: [perIdentifier(tools, completeLimit)],
    handler: async (request, answer) => {
      const { body } = request;
      const { verificationTokens } = tools.accounts;
      const target = targetOf(tools, body.identifier);
      const proof = await verificationTokens.redeem(target, body.verification_token);
      if (proof.kind !== 'redeemed') return problem('verification_token_expired');
      const arrived = await arrive(tools, request, body);
      if (E.isLeft(arrived)) {
        if (arrived.left !== 'user_invalid') {
          await verificationTokens.giveBack(body.verification_token);
        }
        return problem(arrived.left);
      }
      const arrival = arrived.right;
      const letIn = await letInto(tools, arrival, null);
      if (E.isLeft(letIn)) return problem(letIn.left);
      const status = arrival.flow === 'LOGIN' ? 200 : 201;
      return answer(status, letIn.right, withPosition(arrival.position));
    },
  });
