/** Settings of signing in with accounts at Google and Apple. */

import { createPrivateKey } from 'node:crypto';
import { listOf, optional, plain, SettingText, secretOf, textLike } from './setting.js';

const isText = (input: unknown): input is string => typeof input === 'string';

const urlIn = (text: string): URL | null => {
  try {
    return new URL(text);
  } catch {
    return null;
  }
};

const loopbackHosts: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/** What goes there must not be read on the way; on the same machine there is none. */
const isSafe = ({ protocol, hostname }: URL): boolean =>
  protocol === 'https:' || (protocol === 'http:' && loopbackHosts.has(hostname));

const safeUrl = new SettingText('a URL that begins with https:// (http:// on this machine only)', {
  is: isText,
  parse: (text) => {
    const url = urlIn(text);
    return url !== null && isSafe(url) && url.username === '' && url.hash === '' ? text : null;
  },
  print: (text) => text,
});

/** Without anything after the host, so that paths can be put behind it. */
const safeOrigin = new SettingText('an origin such as https://api.example', {
  is: isText,
  parse: (text) => {
    const url = urlIn(text);
    return url !== null && isSafe(url) && url.origin === text ? text : null;
  },
  print: (text) => text,
});

/** Browsers run what these name instead of opening it. */
const neverOpened: ReadonlySet<string> = new Set(['javascript:', 'data:', 'vbscript:', 'file:']);

/** A page, or what an app has registered with its phone: `com.example.app:/signed-in`. */
const returnUrl = new SettingText('an https:// address, or one that an app opens', {
  is: isText,
  parse: (text) => {
    const url = /^[^\s,]+$/.test(text) ? urlIn(text) : null;
    if (url === null || neverOpened.has(url.protocol) || url.hash !== '') return null;
    return isSafe(url) || !/^https?:$/.test(url.protocol) ? text : null;
  },
  print: (text) => text,
});

const clientIds = listOf(textLike('a client id', /^[A-Za-z0-9._-]{1,200}$/));
const appleId = textLike('ten capital letters and digits', /^[A-Z0-9]{10}$/);

/** PEM, whose lines an environment variable may hold as well as a file. */
const signingKey = new SettingText('a private key (PKCS #8 in PEM, P-256), as Apple gives it', {
  is: isText,
  parse: (text) => {
    try {
      const { asymmetricKeyDetails } = createPrivateKey(text);
      return asymmetricKeyDetails?.namedCurve === 'prime256v1' ? text : null;
    } catch {
      return null;
    }
  },
  print: (text) => text,
});

export const socialSettings = {
  publicUrl: optional(
    'plain',
    'PUBLIC_URL',
    safeOrigin,
    'The API as browsers reach it. Without it nobody signs in with Google or Apple in a browser.',
  ),
  socialReturnUrls: plain(
    'SOCIAL_RETURN_URLS',
    listOf(returnUrl),
    '',
    'Addresses of our pages and apps that a browser may be sent to after it signed in there.',
  ),
  googleClientIds: plain(
    'GOOGLE_CLIENT_IDS',
    clientIds,
    '',
    'Our client ids at Google, that of the web first. Without any nobody signs in with Google.',
  ),
  googleClientSecret: optional(
    'secret',
    'GOOGLE_CLIENT_SECRET',
    secretOf(1),
    'Secret of the first of them. Without it apps sign in with Google, and browsers do not.',
  ),
  googleIssuer: plain(
    'GOOGLE_ISSUER',
    safeUrl,
    'https://accounts.google.com',
    'Who issues the ID tokens of Google.',
  ),
  googleAuthorizationUrl: plain(
    'GOOGLE_AUTHORIZATION_URL',
    safeUrl,
    'https://accounts.google.com/o/oauth2/v2/auth',
    'The page of Google where people sign in.',
  ),
  googleTokenUrl: plain(
    'GOOGLE_TOKEN_URL',
    safeUrl,
    'https://oauth2.googleapis.com/token',
    'Where Google exchanges codes for tokens.',
  ),
  googleKeysUrl: plain(
    'GOOGLE_KEYS_URL',
    safeUrl,
    'https://www.googleapis.com/oauth2/v3/certs',
    'Where Google publishes the keys of its tokens.',
  ),
  appleClientIds: plain(
    'APPLE_CLIENT_IDS',
    clientIds,
    '',
    'Our Services ID at Apple first, then the bundle ids of apps. Without any nobody signs in with',
    'Apple.',
  ),
  appleTeamId: optional('plain', 'APPLE_TEAM_ID', appleId, 'Our team at Apple.'),
  appleKeyId: optional('plain', 'APPLE_KEY_ID', appleId, 'Id of the key that Apple gave us.'),
  applePrivateKey: optional(
    'secret',
    'APPLE_PRIVATE_KEY',
    signingKey,
    'That key. Without it apps sign in with Apple, and browsers do not.',
  ),
  appleIssuer: plain(
    'APPLE_ISSUER',
    safeUrl,
    'https://appleid.apple.com',
    'Who issues the ID tokens of Apple.',
  ),
  appleAuthorizationUrl: plain(
    'APPLE_AUTHORIZATION_URL',
    safeUrl,
    'https://appleid.apple.com/auth/authorize',
    'The page of Apple where people sign in.',
  ),
  appleTokenUrl: plain(
    'APPLE_TOKEN_URL',
    safeUrl,
    'https://appleid.apple.com/auth/token',
    'Where Apple exchanges codes for tokens.',
  ),
  appleKeysUrl: plain(
    'APPLE_KEYS_URL',
    safeUrl,
    'https://appleid.apple.com/auth/keys',
    'Where Apple publishes the keys of its tokens.',
  ),
};
