/** What Google and Apple have in common is in the other files; what they do not is here. */

import { createHash } from 'node:crypto';
import type { ExternalProvider } from '../../domain/user/index.js';

/** Addresses of a provider; a test has its own. */
export interface ProviderPlaces {
  /** As its tokens say it. */
  readonly issuer: string;
  readonly authorizationUrl: string;
  readonly tokenUrl: string;
  readonly keysUrl: string;
}

/** How we prove at the token endpoint that we are who we are. */
export type ClientSecret =
  | { readonly kind: 'text'; readonly secret: string }
  /** Apple wants a token of its own, signed with a key that it has seen. */
  | {
      readonly kind: 'signed';
      readonly teamId: string;
      readonly keyId: string;
      /** PKCS #8 in PEM, on the curve P-256. */
      readonly privateKeyPem: string;
    };

export interface ProviderOptions extends ProviderPlaces {
  /** Ids under which the provider knows our apps; the first one is that of the web. */
  readonly clientIds: readonly [string, ...string[]];
  /** `null`: apps sign in, browsers do not. */
  readonly web: { readonly redirectUrl: string; readonly secret: ClientSecret } | null;
}

/** What a token may say of an address. Nobody has checked the types yet. */
export interface AddressClaims {
  readonly email?: unknown;
  readonly email_verified?: unknown;
  readonly hd?: unknown;
}

interface ProviderRules {
  /** Forms in which tokens name the issuer. */
  readonly issuersOf: (issuer: string) => readonly string[];
  /** Forms in which a token may repeat our nonce. */
  readonly noncesOf: (nonce: string) => readonly string[];
  /** Whether the provider answers for the address being the person's own, as of today. */
  readonly vouches: (claims: AddressClaims) => boolean;
  readonly scope: string;
  /** What else the page wants to be told. */
  readonly pageExtras: Readonly<Record<string, string>>;
}

const isVerified = ({ email_verified: word }: AddressClaims): boolean =>
  word === true || word === 'true';

const scheme = /^https?:\/\//;
const gmail = /@gmail\.com$/i;

const sha256Hex = (text: string): string => createHash('sha256').update(text).digest('hex');

export const providerRules: Readonly<Record<ExternalProvider, ProviderRules>> = {
  google: {
    issuersOf: (issuer) => [issuer, issuer.replace(scheme, '')],
    noncesOf: (nonce) => [nonce],
    // Anybody may have had another address confirmed there once. Google answers for those only
    // that it hosts itself: its own domain, and those of organisations (`hd`).
    vouches: (claims) => {
      const { email, hd } = claims;
      const isHosted = typeof hd === 'string' && hd !== '';
      return isVerified(claims) && (isHosted || (typeof email === 'string' && gmail.test(email)));
    },
    scope: 'openid email',
    pageExtras: {},
  },
  apple: {
    issuersOf: (issuer) => [issuer],
    // Apps on Apple's own systems usually send the hash of the nonce that they were given.
    noncesOf: (nonce) => [nonce, sha256Hex(nonce)],
    vouches: isVerified,
    scope: 'email',
    // Whoever asks for the address gets the answer as a posted form, and in no other way.
    pageExtras: { response_mode: 'form_post' },
  },
};
