/** Apps that get an ID token from the phone they run on, and show it to us. */

import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { text } from '../../../domain/shared/codecs.js';
import { ReferralCode } from '../../../domain/shared/ids.js';
import { Instant } from '../../../domain/shared/instant.js';
import { ExternalProvider } from '../../../domain/user/index.js';
import { nonces } from '../../../ports/accounts/social-tickets.js';
import { problem } from '../../../ports/http/answer.js';
import { commandProblems } from '../../../ports/http/problem-codes.js';
import { type Route, route } from '../../../ports/http/route.js';
import { withPosition } from '../../operation.js';
import { letInto } from '../arrival.js';
import { perAddress, socialLimit } from '../limits.js';
import { SecretText, SignedIn } from '../shapes.js';
import type { AccountTools } from '../tools.js';
import { arriveBy } from './arrive.js';
import { socialErrors, socialProblem, wordFor } from './refusals.js';

const tag = 'Sign-in by others';

const NonceIssued = t.strict({ nonce: t.string, expires_at: Instant }, 'NonceIssued');

const issueSocialNonce = ({ social, accounts }: AccountTools): Route =>
  route({
    operation: 'issueSocialNonce',
    method: 'POST',
    path: '/api/auth/social/nonce',
    summary: 'Gives out the nonce that an ID token must hold',
    description: 'For one sign-in with `auth/google/token` or `auth/apple/token`.',
    tag,
    body: t.strict({ provider: ExternalProvider }, 'NonceRequest'),
    responses: { 200: NonceIssued },
    problems: ['unsupported_provider'],
    rateLimits: [perAddress(socialLimit)],
    handler: async ({ body }, answer) => {
      const { provider } = body;
      if (!social.identities.offers(provider).apps) return problem('unsupported_provider');
      const ticket = { content: { provider }, proofHash: null };
      const { secret, expiresAt } = await accounts.socialTickets.issue(nonces, ticket);
      return answer(200, { nonce: secret, expires_at: expiresAt });
    },
  });

const TokenBody = t.intersection(
  [
    t.strict({ id_token: text('IdToken', { minLength: 1, maxLength: 8_192 }), nonce: SecretText }),
    t.exact(t.partial({ referral_code: ReferralCode })),
  ],
  'SocialToken',
);

const signIn = (
  tools: AccountTools,
  which: {
    readonly provider: ExternalProvider;
    readonly operation: 'signInByGoogleToken' | 'signInByAppleToken';
    readonly name: string;
    readonly hint: string;
  },
): Route =>
  route({
    operation: which.operation,
    method: 'POST',
    path: `/api/auth/${which.provider}/token`,
    summary: `Signs in or registers with an ID token of ${which.name}`,
    description:
      `The token must hold the nonce of \`auth/social/nonce\`${which.hint}, which is good once. ` +
      'Whoever is new gets a user name that nobody else has.',
    tag,
    body: TokenBody,
    responses: { 200: SignedIn, 201: SignedIn },
    problems: [...commandProblems, ...socialErrors],
    rateLimits: [perAddress(socialLimit)],
    handler: async ({ body, ...request }, answer) => {
      const { provider } = which;
      const { id_token: idToken, nonce } = body;
      const check = await tools.social.identities.check(provider, { idToken, nonce });
      if (check.kind !== 'identified') return socialProblem(wordFor(check.kind));
      // Only now, so that nobody uses up a nonce without a token, or while the keys are away.
      const shown = { secret: nonce, proof: null };
      const ours = await tools.accounts.socialTickets.redeem(nonces, shown);
      if (ours.kind !== 'redeemed' || ours.content.provider !== provider) {
        tools.log.info('a nonce was refused', { provider, why: ours.kind });
        return problem('social_sign_in_expired');
      }
      const referralCode = body.referral_code ?? null;
      const arrived = await arriveBy(tools, request, { identity: check.identity, referralCode });
      if (E.isLeft(arrived)) return socialProblem(arrived.left);
      const arrival = arrived.right;
      const letIn = await letInto(tools, arrival, null);
      if (E.isLeft(letIn)) return problem(letIn.left);
      const status = arrival.flow === 'LOGIN' ? 200 : 201;
      return answer(status, letIn.right, withPosition(arrival.position));
    },
  });

export const appRoutes = (tools: AccountTools): readonly Route[] => [
  issueSocialNonce(tools),
  signIn(tools, {
    provider: 'google',
    operation: 'signInByGoogleToken',
    name: 'Google',
    hint: '',
  }),
  signIn(tools, {
    provider: 'apple',
    operation: 'signInByAppleToken',
    name: 'Apple',
    hint: ', or its SHA-256 in hexadecimal',
  }),
];
