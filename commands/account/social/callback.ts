/** Where the browser comes back from the provider's page. */

import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { text } from '../../../domain/shared/codecs.js';
import type { ExternalProvider } from '../../../domain/user/index.js';
import {
  type HandOverTicket,
  handOvers,
  type VisitTicket,
  visits,
} from '../../../ports/accounts/social-tickets.js';
import { noBody, problem, type SuccessExtras } from '../../../ports/http/answer.js';
import { ProblemError } from '../../../ports/http/problem.js';
import { problemStatus } from '../../../ports/http/problem-codes.js';
import { type Route, route } from '../../../ports/http/route.js';
import { isTrouble } from '../../../ports/http/trouble.js';
import type { Arrival } from '../arrival.js';
import { perAddress, socialLimit } from '../limits.js';
import type { SignInRequest } from '../registration.js';
import { SecretText } from '../shapes.js';
import type { AccountTools } from '../tools.js';
import { arriveBy } from './arrive.js';
import { endFor, type SocialEndWord, wordFor } from './refusals.js';
import type { SocialSite } from './tools.js';
import { cookieNameOn, noCookie, proofHashOf, visitOf } from './visit.js';

/** `code` when it went well, `error` when not; providers add what they like. */
const ProviderAnswer = t.intersection(
  [
    t.strict({ state: SecretText }),
    t.exact(
      t.partial({
        code: text('AuthorizationCode', { minLength: 1, maxLength: 2_048 }),
        error: text('ProviderError', { minLength: 1, maxLength: 200 }),
      }),
    ),
  ],
  'ProviderAnswer',
);

interface ComingBack {
  readonly provider: ExternalProvider;
  readonly site: SocialSite;
  readonly told: t.TypeOf<typeof ProviderAnswer>;
  /** The secret in the browser's cookie. */
  readonly browserSecret: string | null;
  readonly request: SignInRequest;
}

/** The words of somebody who said no, at Google and at Apple. */
const cancellations: ReadonlySet<string> = new Set(['access_denied', 'user_cancelled_authorize']);

const withParameter = (address: string, name: 'code' | 'error', value: string): string => {
  const url = new URL(address);
  url.searchParams.set(name, value);
  return url.href;
};

/** Where a visit ends, when it came to nothing. */
const endOf = (site: SocialSite, visit: VisitTicket | null, error: SocialEndWord) => {
  const address = visit?.returnTo ?? `${site.publicUrl}/api/auth/social/error`;
  return { location: withParameter(address, 'error', error), setCookie: noCookie(site) };
};

const wordOfReferral = ({ referral }: Arrival): HandOverTicket['invitation'] => {
  if (referral === null) return 'none';
  return referral.accepted ? 'accepted' : 'refused';
};

/** Our own pages need the cookie once more; others show the text behind their challenge. */
const handOver = async (
  { accounts }: AccountTools,
  {
    site,
    visit,
    arrival,
  }: {
    readonly site: SocialSite;
    readonly visit: VisitTicket;
    readonly arrival: Arrival;
  },
  browserSecret: string,
): Promise<SuccessExtras> => {
  const { flow, userId, position } = arrival;
  const { secret } = await accounts.socialTickets.issue(handOvers, {
    content: {
      userId,
      flow,
      invitation: wordOfReferral(arrival),
      position: position === null ? null : String(position),
    },
    proofHash: visit.challenge ?? proofHashOf(browserSecret),
  });
  if (visit.returnTo === null) {
    return { location: withParameter(`${site.publicUrl}/api/auth/social/success`, 'code', secret) };
  }
  return { location: withParameter(visit.returnTo, 'code', secret), setCookie: noCookie(site) };
};

/** The visit that this browser began; `null` when it began none, or not this one, or is late. */
const visitOfBrowser = async (
  { accounts, log }: AccountTools,
  { provider, told, browserSecret: proof }: ComingBack,
): Promise<VisitTicket | null> => {
  const shown = { secret: told.state, proof };
  const found =
    proof === null
      ? ({ kind: 'unknown' } as const)
      : await accounts.socialTickets.redeem(visits, shown);
  if (found.kind === 'redeemed' && found.content.provider === provider) return found.content;
  const why = found.kind === 'redeemed' ? 'another provider' : found.kind;
  log.info('a browser came back with a visit that is not its own', { provider, why });
  return null;
};

/** From a visit that this browser did begin to the hand-over, or to why there is none. */
const finish = async (
  tools: AccountTools,
  { provider, site, told, request }: ComingBack,
  { visit, browserSecret }: { readonly visit: VisitTicket; readonly browserSecret: string },
): Promise<SuccessExtras> => {
  const { code, error } = told;
  if (code === undefined) {
    const isCancelled = error !== undefined && cancellations.has(error);
    return endOf(site, visit, isCancelled ? 'sign_in_cancelled' : 'provider_failed');
  }
  const shown = { code, ...visitOf(browserSecret) };
  const check = await tools.social.identities.redeem(provider, shown);
  if (check.kind !== 'identified') return endOf(site, visit, endFor(wordFor(check.kind)));
  const { identity } = check;
  const { referralCode } = visit;
  const arrived = await arriveBy(tools, request, { identity, referralCode });
  if (E.isLeft(arrived)) return endOf(site, visit, endFor(arrived.left));
  return handOver(tools, { site, visit, arrival: arrived.right }, browserSecret);
};

/** A store that is away, or a command that others were in the way of; no bug of ours. */
const isInterruption = (thrown: unknown): boolean =>
  isTrouble(thrown) || (thrown instanceof ProblemError && problemStatus(thrown.problem.code) > 500);

/** Somebody looks at the browser: whatever is away, they land at a page that says so. */
const comeBack = async (tools: AccountTools, back: ComingBack): Promise<SuccessExtras> => {
  const { provider, site, browserSecret } = back;
  let visit: VisitTicket | null = null;
  try {
    visit = await visitOfBrowser(tools, back);
    if (visit === null || browserSecret === null) {
      return endOf(site, null, 'social_sign_in_expired');
    }
    return await finish(tools, back, { visit, browserSecret });
  } catch (error) {
    if (!isInterruption(error)) throw error;
    tools.log.warn('a sign-in at a provider was interrupted', { provider, error });
    return endOf(site, visit, 'sign_in_interrupted');
  }
};

const common = (tools: AccountTools) =>
  ({
    description:
      'For browsers on their way back. The visit must have begun in the same browser, and each ' +
      'is good once. Redirects to where the visit ends.',
    tag: 'Sign-in by others',
    cookie: cookieNameOn(tools.social.site),
    responses: { 303: noBody },
    problems: ['unsupported_provider'],
    rateLimits: [perAddress(socialLimit)],
  }) as const;

/** Google redirects. */
const receiveGoogleAnswer = (tools: AccountTools): Route =>
  route({
    ...common(tools),
    operation: 'receiveGoogleAnswer',
    method: 'GET',
    path: '/api/auth/google/callback',
    summary: 'Takes the answer of Google’s page',
    query: ProviderAnswer,
    handler: async ({ query, cookie, ...request }, answer) => {
      const { site } = tools.social;
      if (site === null) return problem('unsupported_provider');
      const back = {
        provider: 'google',
        site,
        told: query,
        browserSecret: cookie,
        request,
      } as const;
      return answer(303, undefined, await comeBack(tools, back));
    },
  });

/** Apple has its page post a form. */
const receiveAppleAnswer = (tools: AccountTools): Route =>
  route({
    ...common(tools),
    operation: 'receiveAppleAnswer',
    method: 'POST',
    path: '/api/auth/apple/callback',
    summary: 'Takes the answer of Apple’s page',
    bodyFormat: 'form',
    body: ProviderAnswer,
    handler: async ({ body, cookie, ...request }, answer) => {
      const { site } = tools.social;
      if (site === null) return problem('unsupported_provider');
      const back = { provider: 'apple', site, told: body, browserSecret: cookie, request } as const;
      return answer(303, undefined, await comeBack(tools, back));
    },
  });

export const callbackRoutes = (tools: AccountTools): readonly Route[] => [
  receiveGoogleAnswer(tools),
  receiveAppleAnswer(tools),
];
