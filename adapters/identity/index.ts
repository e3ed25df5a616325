/** Google and Apple sign-in: see `README.md` here. */

import type { ExternalProvider } from '../../domain/user/index.js';
import type { ExternalIdentities, IdentityCheck } from '../../ports/accounts/external-identity.js';
import type { Log } from '../../ports/log.js';
import { type Door, type DoorTools, doorOf } from './door.js';
import { type IdentityLimits, identityLimits } from './limits.js';
import type { ProviderOptions } from './providers.js';

export type { ClientSecret, ProviderOptions, ProviderPlaces } from './providers.js';

export type ConfiguredProviders = Readonly<Record<ExternalProvider, ProviderOptions | null>>;

export interface IdentityTools extends Pick<DoorTools, 'clock'> {
  readonly log: Log;
  readonly limits?: IdentityLimits;
}

export interface OpenIdentities extends ExternalIdentities {
  close(): Promise<void>;
}

const unsupported: IdentityCheck = { kind: 'unsupported' };

/** Sign-in by the providers that are configured; nothing connects before somebody comes. */
export const createExternalIdentities = (
  configured: ConfiguredProviders,
  { clock, log, limits = identityLimits }: IdentityTools,
): OpenIdentities => {
  const open = (provider: ExternalProvider): Door | null => {
    const settings = configured[provider];
    return settings === null ? null : doorOf(provider, settings, { clock, limits });
  };
  const doors = { google: open('google'), apple: open('apple') };
  const told = (provider: ExternalProvider, check: IdentityCheck): IdentityCheck => {
    if (check.kind === 'refused') {
      log.info('an external identity was refused', { provider, why: check.why });
    }
    if (check.kind === 'unavailable') {
      log.warn('a provider of identities cannot be asked', { provider, why: check.why });
    }
    return check;
  };
  return {
    offers: (provider) => doors[provider]?.offers ?? { apps: false, browsers: false },
    check: async (provider, shown) =>
      told(provider, (await doors[provider]?.check(shown)) ?? unsupported),
    pageFor: (provider, visit) => doors[provider]?.pageFor(visit) ?? null,
    redeem: async (provider, visit) =>
      told(provider, (await doors[provider]?.redeem(visit)) ?? unsupported),
    close: async () => {
      for (const door of Object.values(doors)) await door?.close();
    },
  };
};
