/** Where a sign-in by a browser ends: the tokens, or why there are none. */

import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { text } from '../../../domain/shared/codecs.js';
import { type HandOverTicket, handOvers } from '../../../ports/accounts/social-tickets.js';
import type { SuccessExtras } from '../../../ports/http/answer.js';
import { problem } from '../../../ports/http/answer.js';
import { commandProblems } from '../../../ports/http/problem-codes.js';
import { type Route, route } from '../../../ports/http/route.js';
import { type Arrival, letInto } from '../arrival.js';
import { perAddress, socialLimit } from '../limits.js';
import { SecretText, SignedIn } from '../shapes.js';
import type { AccountTools } from '../tools.js';
import { SocialEnd, socialEnds } from './refusals.js';
import { cookieNameOn, noCookie } from './visit.js';

const tag = 'Sign-in by others';

const SuccessQuery = t.intersection(
  [
    t.strict({ code: SecretText }),
    t.exact(t.partial({ code_verifier: text('CodeVerifier', { minLength: 43, maxLength: 128 }) })),
  ],
  'SocialSuccess',
);

const referralOf = ({ invitation }: HandOverTicket): Arrival['referral'] => {
  switch (invitation) {
    case 'none':
      return null;
    case 'accepted':
      return { accepted: true, code: null };
    case 'refused':
      return { accepted: false, code: 'invalid_referral_code' };
  }
};

const arrivalOf = async (
  { handlers }: AccountTools,
  ticket: HandOverTicket,
): Promise<Arrival | null> => {
  const { userId, flow, position } = ticket;
  const { state } = await handlers.user.load(userId);
  if (state === null) return null;
  return {
    flow,
    userId,
    referralCode: state.referralCode,
    referral: referralOf(ticket),
    position: position === null ? null : BigInt(position),
  };
};

/** The session begins here, so that none is left of a sign-in that nobody finished. */
const takeSocialSignIn = (tools: AccountTools): Route =>
  route({
    operation: 'takeSocialSignIn',
    method: 'GET',
    path: '/api/auth/social/success',
    summary: 'Gives out the tokens of a sign-in at a provider, once',
    description:
      'The `code` is in the address that the browser was sent to, and is good once, for two ' +
      'minutes, together with the `code_verifier` behind the challenge or, when there was none, ' +
      'in the browser that began.',
    tag,
    query: SuccessQuery,
    cookie: cookieNameOn(tools.social.site),
    responses: { 200: SignedIn },
    problems: [...commandProblems, 'social_sign_in_expired', 'user_invalid'],
    rateLimits: [perAddress(socialLimit)],
    handler: async ({ query, cookie }, answer) => {
      const proof = query.code_verifier ?? cookie;
      if (proof === null) return problem('social_sign_in_expired');
      const shown = { secret: query.code, proof };
      const found = await tools.accounts.socialTickets.redeem(handOvers, shown);
      if (found.kind !== 'redeemed') {
        tools.log.info('a hand-over was refused', { why: found.kind });
        return problem('social_sign_in_expired');
      }
      const arrival = await arrivalOf(tools, found.content);
      if (arrival === null) return problem('user_invalid');
      const letIn = await letInto(tools, arrival, null);
      if (E.isLeft(letIn)) return problem(letIn.left);
      const { site } = tools.social;
      const extras: SuccessExtras = {
        ...(arrival.position === null ? {} : { position: arrival.position }),
        ...(site === null ? {} : { setCookie: noCookie(site) }),
      };
      return answer(200, letIn.right, extras);
    },
  });

/** Nobody can make this page say anything but the words of the list. */
const tellSocialError = (): Route =>
  route({
    operation: 'tellSocialError',
    method: 'GET',
    path: '/api/auth/social/error',
    summary: 'Tells why a sign-in at a provider came to nothing',
    description: 'The problem that `error` names, always a 4xx. There is no other answer.',
    tag,
    query: t.strict({ error: SocialEnd }, 'SocialErrorQuery'),
    responses: {},
    problems: socialEnds,
    handler: async ({ query }) => problem(query.error),
  });

export const endRoutes = (tools: AccountTools): readonly Route[] => [
  takeSocialSignIn(tools),
  tellSocialError(),
];
