import * as t from 'io-ts';
import { branded } from '../../../domain/shared/brand.js';
import { text } from '../../../domain/shared/codecs.js';
import { ReferralCode } from '../../../domain/shared/ids.js';
import type { ExternalProvider } from '../../../domain/user/index.js';
import { visits } from '../../../ports/accounts/social-tickets.js';
import { noBody, problem } from '../../../ports/http/answer.js';
import { type Route, route } from '../../../ports/http/route.js';
import { perAddress, socialLimit } from '../limits.js';
import type { AccountTools } from '../tools.js';
import { newBrowserSecret, proofHashOf, visitCookie, visitOf } from './visit.js';

/** SHA-256 in base64url. */
const CodeChallenge = branded('CodeChallenge', /^[A-Za-z0-9_-]{43}$/);

const BeginQuery = t.exact(
  t.partial({
    return_to: text('ReturnUrl', { minLength: 1, maxLength: 500 }),
    code_challenge: CodeChallenge,
    referral_code: ReferralCode,
  }),
  'SocialBegin',
);

const description =
  'Sends a browser to the page of the provider. In the end it is at `auth/social/success`, or at ' +
  '`return_to`, which has to be one of the configured addresses; there, the program that sent it ' +
  'gets a `code`, and shows it at `auth/social/success` with the text of which `code_challenge` ' +
  'is the SHA-256 in base64url. When it comes to nothing, `error` says why.';

const begin = (
  tools: AccountTools,
  which: {
    readonly provider: ExternalProvider;
    readonly operation: 'beginGoogleSignIn' | 'beginAppleSignIn';
    readonly name: string;
  },
): Route =>
  route({
    operation: which.operation,
    method: 'GET',
    path: `/api/auth/${which.provider}/login`,
    summary: `Begins a sign-in with an account at ${which.name}`,
    description,
    tag: 'Sign-in by others',
    query: BeginQuery,
    responses: { 303: noBody },
    problems: ['unsupported_provider', 'return_url_not_allowed', 'invalid_request'],
    rateLimits: [perAddress(socialLimit)],
    handler: async ({ query }, answer) => {
      const { provider } = which;
      const { identities, site } = tools.social;
      if (site === null) return problem('unsupported_provider');
      const { return_to: returnTo = null, code_challenge: challenge = null } = query;
      if ((returnTo === null) !== (challenge === null)) {
        return problem('invalid_request', {
          detail: '`return_to` and `code_challenge` come together, or not at all',
        });
      }
      if (returnTo !== null && !site.returnUrls.includes(returnTo)) {
        return problem('return_url_not_allowed');
      }
      if (!identities.offers(provider).browsers) return problem('unsupported_provider');
      const browserSecret = newBrowserSecret(tools.randomness);
      const { secret: state } = await tools.accounts.socialTickets.issue(visits, {
        content: { provider, returnTo, challenge, referralCode: query.referral_code ?? null },
        proofHash: proofHashOf(browserSecret),
      });
      const location = identities.pageFor(provider, { state, ...visitOf(browserSecret) });
      if (location === null) return problem('unsupported_provider');
      return answer(303, undefined, { location, setCookie: visitCookie(site, browserSecret) });
    },
  });

export const beginRoutes = (tools: AccountTools): readonly Route[] => [
  begin(tools, { provider: 'google', operation: 'beginGoogleSignIn', name: 'Google' }),
  begin(tools, { provider: 'apple', operation: 'beginAppleSignIn', name: 'Apple' }),
];
