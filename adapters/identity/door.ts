import { createHash } from 'node:crypto';
import type { ExternalProvider } from '../../domain/user/index.js';
import type {
  ExternalIdentities,
  IdentityCheck,
  ShownToken,
} from '../../ports/accounts/external-identity.js';
import type { Clock } from '../../ports/clock.js';
import { clientSecretOf } from './client-secret.js';
import { codeExchangeAt } from './code-exchange.js';
import { type CheckIdToken, idTokenCheck } from './id-token.js';
import type { IdentityLimits } from './limits.js';
import { type ProviderOptions, providerRules } from './providers.js';

type PageVisit = Parameters<ExternalIdentities['pageFor']>[1];
type CodeVisit = Parameters<ExternalIdentities['redeem']>[1];

/** The way in by one provider: the port's functions without the name of the provider. */
export interface Door {
  readonly offers: ReturnType<ExternalIdentities['offers']>;
  check(shown: ShownToken): Promise<IdentityCheck>;
  pageFor(visit: PageVisit): string | null;
  redeem(visit: CodeVisit): Promise<IdentityCheck>;
  close(): Promise<void>;
}

export interface DoorTools {
  readonly clock: Pick<Clock, 'now'>;
  readonly limits: IdentityLimits;
}

type Web = NonNullable<ProviderOptions['web']>;

const challengeOf = (verifier: string): string =>
  createHash('sha256').update(verifier).digest('base64url');

const pageUrl = (
  { scope, pageExtras }: (typeof providerRules)[ExternalProvider],
  { clientIds: [clientId], authorizationUrl }: ProviderOptions,
  visit: PageVisit & Pick<Web, 'redirectUrl'>,
): string => {
  const url = new URL(authorizationUrl);
  const parameters = {
    response_type: 'code',
    client_id: clientId,
    redirect_uri: visit.redirectUrl,
    scope,
    state: visit.state,
    nonce: visit.nonce,
    code_challenge: challengeOf(visit.codeVerifier),
    code_challenge_method: 'S256',
    ...pageExtras,
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
};

/** Exchanges codes for ID tokens, which must be for the web's own client id. */
const redeemer = (
  settings: ProviderOptions,
  { redirectUrl, secret }: Web,
  { clock, limits, check }: DoorTools & { readonly check: CheckIdToken },
): Pick<Door, 'redeem' | 'close'> => {
  const { clientIds, issuer, tokenUrl } = settings;
  const [clientId] = clientIds;
  const endpoint = codeExchangeAt(tokenUrl, limits);
  const clientSecret = clientSecretOf(secret, { clientId, issuer, clock });
  return {
    redeem: async ({ code, codeVerifier, nonce }) => {
      const form = new URLSearchParams({
        grant_type: 'authorization_code',
        code,
        redirect_uri: redirectUrl,
        client_id: clientId,
        client_secret: await clientSecret(),
        code_verifier: codeVerifier,
      });
      const exchanged = await endpoint.exchange(form);
      if (exchanged.kind !== 'exchanged') return exchanged;
      return check({ idToken: exchanged.idToken, nonce }, [clientId]);
    },
    close: endpoint.close,
  };
};

export const doorOf = (
  provider: ExternalProvider,
  settings: ProviderOptions,
  tools: DoorTools,
): Door => {
  const { clientIds, web } = settings;
  const check = idTokenCheck({ ...tools, provider, settings });
  const appsOnly: Door = {
    offers: { apps: true, browsers: false },
    check: (shown) => check(shown, clientIds),
    pageFor: () => null,
    redeem: async () => ({ kind: 'unsupported' }),
    close: async () => undefined,
  };
  if (web === null) return appsOnly;
  const rules = providerRules[provider];
  return {
    ...appsOnly,
    ...redeemer(settings, web, { ...tools, check }),
    offers: { apps: true, browsers: true },
    pageFor: (visit) => pageUrl(rules, settings, { ...visit, redirectUrl: web.redirectUrl }),
  };
};
