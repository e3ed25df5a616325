/** Which accounts elsewhere people may sign in with, and where browsers go. */

import {
  type ConfiguredProviders,
  createExternalIdentities,
  type IdentityTools,
  type OpenIdentities,
  type ProviderOptions,
} from '../adapters/identity/index.js';
import type { SocialSite } from '../commands/account/social/tools.js';
import type { ExternalProvider } from '../domain/user/index.js';
import type { Config } from './config/index.js';

/** Where the page of a provider sends browsers back to; it is registered there. */
const redirectUrlOf = (publicUrl: string, provider: ExternalProvider): string =>
  `${publicUrl}/api/auth/${provider}/callback`;

const googleOf = (config: Config): ProviderOptions | null => {
  const { googleClientSecret: secret, publicUrl } = config;
  const [web, ...apps] = config.googleClientIds;
  if (web === undefined) return null;
  return {
    issuer: config.googleIssuer,
    authorizationUrl: config.googleAuthorizationUrl,
    tokenUrl: config.googleTokenUrl,
    keysUrl: config.googleKeysUrl,
    clientIds: [web, ...apps],
    web:
      secret === null || publicUrl === null
        ? null
        : {
            redirectUrl: redirectUrlOf(publicUrl, 'google'),
            secret: { kind: 'text', secret },
          },
  };
};

const appleOf = (config: Config): ProviderOptions | null => {
  const { appleTeamId: teamId, appleKeyId: keyId, applePrivateKey, publicUrl } = config;
  const [web, ...apps] = config.appleClientIds;
  if (web === undefined) return null;
  const isWhole = teamId !== null && keyId !== null && applePrivateKey !== null;
  return {
    issuer: config.appleIssuer,
    authorizationUrl: config.appleAuthorizationUrl,
    tokenUrl: config.appleTokenUrl,
    keysUrl: config.appleKeysUrl,
    clientIds: [web, ...apps],
    web:
      !isWhole || publicUrl === null
        ? null
        : {
            redirectUrl: redirectUrlOf(publicUrl, 'apple'),
            secret: { kind: 'signed', teamId, keyId, privateKeyPem: applePrivateKey },
          },
  };
};

export interface OpenSocial {
  readonly identities: OpenIdentities;
  readonly site: SocialSite | null;
}

/** Nothing connects before somebody comes. */
export const openSocial = (config: Config, tools: IdentityTools): OpenSocial => {
  const { publicUrl, socialReturnUrls: returnUrls } = config;
  const configured: ConfiguredProviders = { google: googleOf(config), apple: appleOf(config) };
  return {
    identities: createExternalIdentities(configured, tools),
    site: publicUrl === null ? null : { publicUrl, returnUrls },
  };
};
