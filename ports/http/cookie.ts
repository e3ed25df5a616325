/** A small text that a browser keeps for us and shows again, where browsers are sent to us. */
export interface CookieToSet {
  readonly name: string;
  /** Of the signs that a cookie may hold; an empty one ends the cookie. */
  readonly value: string;
  readonly maxAgeSeconds: number;
  /**
   * `None` is shown also when another site posts a form to us, and only over TLS; `Lax` when
   * another site leads the browser here by a link or a redirect.
   */
  readonly sameSite: 'Lax' | 'None';
  /** Shown over TLS only. */
  readonly isSecure: boolean;
}

/** RFC 6265 §4.1.1, without quotes. */
const unfitSigns = /[^\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]/;

/**
 * The header that sets it, for all paths of this host and no other, out of reach of scripts.
 *
 * @throws RangeError when the value cannot be in a header: it would be another one there.
 */
export const setCookieText = (cookie: CookieToSet): string => {
  const { name, value, maxAgeSeconds, sameSite, isSecure } = cookie;
  if (unfitSigns.test(value)) throw new RangeError(`the value of ${name} has signs of no cookie`);
  const parts = [
    `${name}=${value}`,
    'Path=/',
    `Max-Age=${maxAgeSeconds}`,
    'HttpOnly',
    `SameSite=${sameSite}`,
    ...(isSecure ? ['Secure'] : []),
  ];
  return parts.join('; ');
};

/**
 * The value of one cookie in the header that shows them all; `null` when it is not there. Of two
 * with the same name the first counts, which is the one with the narrower path.
 */
export const cookieNamed = (header: string, name: string): string | null => {
  const prefix = `${name}=`;
  const found = header
    .split(';')
    .map((part) => part.trim())
    .find((part) => part.startsWith(prefix));
  return found === undefined ? null : found.slice(prefix.length);
};
