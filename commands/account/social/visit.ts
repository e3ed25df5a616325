/** What one visit of a browser to a provider's page is held together by. */

import { createHash, createHmac } from 'node:crypto';
import type { Visit } from '../../../ports/accounts/external-identity.js';
import { visits } from '../../../ports/accounts/social-tickets.js';
import type { CookieToSet } from '../../../ports/http/cookie.js';
import type { Randomness } from '../../../ports/randomness.js';
import type { SocialSite } from './tools.js';

const secretBytes = 32;

/** Stays in a cookie of the browser that begins: whoever else has the `state` has nothing. */
export const newBrowserSecret = (randomness: Randomness): string =>
  Buffer.from(randomness.bytes(secretBytes)).toString('base64url');

/** What is kept, or told to others, of a secret that will have to be shown. */
export const proofHashOf = (secret: string): string =>
  createHash('sha256').update(secret).digest('base64url');

const derived = (browserSecret: string, purpose: string): string =>
  createHmac('sha256', browserSecret).update(purpose).digest('base64url');

/** Both follow from the secret in the cookie, so that the database holds neither. */
export const visitOf = (browserSecret: string): Visit => ({
  nonce: derived(browserSecret, 'nonce'),
  codeVerifier: derived(browserSecret, 'code verifier'),
});

const isSecure = ({ publicUrl }: SocialSite): boolean => publicUrl.startsWith('https://');

/** With the prefix, no other host of the same domain can set it in our place. */
export const cookieNameOn = (site: SocialSite | null): string =>
  site !== null && isSecure(site) ? '__Host-powerbank-sign-in' : 'powerbank-sign-in';

/**
 * The cookie of a visit. Apple comes back with a form that its page posts, with which browsers show
 * only such cookies as are for other sites, too.
 */
export const visitCookie = (site: SocialSite, browserSecret: string): CookieToSet => ({
  name: cookieNameOn(site),
  value: browserSecret,
  maxAgeSeconds: visits.ttlSeconds,
  sameSite: isSecure(site) ? 'None' : 'Lax',
  isSecure: isSecure(site),
});

/** Ends it. */
export const noCookie = (site: SocialSite): CookieToSet => ({
  ...visitCookie(site, ''),
  maxAgeSeconds: 0,
});
