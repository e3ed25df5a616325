import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { nullable } from '../../domain/shared/codecs.js';
import type { Identifier } from '../../domain/shared/identifier.js';
import { ReferralCode, type UserId } from '../../domain/shared/ids.js';
import { Username } from '../../domain/user/username.js';
import type { OtpTarget } from '../../ports/accounts/otp.js';
import { problem } from '../../ports/http/answer.js';
import { withDefault } from '../../ports/http/default-type.js';
import { commandProblems } from '../../ports/http/problem-codes.js';
import { type Route, route } from '../../ports/http/route.js';
import { withPosition } from '../operation.js';
import { completeLimit, perIdentifier } from './limits.js';
import {
  claimIdentifier,
  type Invitation,
  type Registered,
  register,
  type SignInRequest,
} from './registration.js';
import { IdentifierText, SecretText, SignedIn } from './shapes.js';
import { openSession, wakeUp } from './sign-in.js';
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

const told = (invitation: Invitation): SignedIn['referral'] => {
  switch (invitation.kind) {
    case 'none':
      return null;
    case 'accepted':
      return { accepted: true, code: null };
    case 'refused':
      return { accepted: false, code: invitation.code };
  }
};

/** Who came in: somebody known, or somebody who has just registered. */
type Arrival =
  | { readonly kind: 'login'; readonly userId: UserId; readonly code: ReferralCode | null }
  | { readonly kind: 'registration'; readonly registered: Registered };

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
    return E.right({ kind: 'login', userId, code: user.referralCode });
  }
  if (username === null) return E.left('username_required');
  const by = identifier.kind === 'email' ? 'EMAIL' : 'PHONE';
  const newcomer = { userId, by, identifier, username, external: null, referralCode } as const;
  const registered = await register(tools, request, newcomer);
  if (E.isLeft(registered)) return registered;
  return E.right({ kind: 'registration', registered: registered.right });
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
      const userId = arrival.kind === 'login' ? arrival.userId : arrival.registered.userId;
      const door = { userId, realm: 'app', roles: ['user'], deviceId: null } as const;
      const opened = await openSession(tools, door);
      if (E.isLeft(opened)) return problem(opened.left);
      const common = { user_id: userId, ...opened.right };
      if (arrival.kind === 'login') {
        const about = { flow: 'LOGIN', referral_code: arrival.code, referral: null } as const;
        return answer(200, { ...common, ...about });
      }
      const { referralCode, invitation, position } = arrival.registered;
      const about = { flow: 'REGISTER', referral_code: referralCode } as const;
      const data = { ...common, ...about, referral: told(invitation) };
      return answer(201, data, withPosition(position));
    },
  });
