/**
 * A browser as far as signing in at another site goes: it keeps cookies, follows redirects, posts
 * the forms that post themselves, and shows cookies only to whom it should (RFC 6265bis).
 */

import { readAnswer, type TestAnswer } from './http-server.js';

/** One request that a page, or the person at the browser, makes. */
export interface Navigation {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly form: URLSearchParams | null;
  /** Host of the page that leads there; `null`: the person typed it. */
  readonly from: string | null;
}

export interface Landing extends TestAnswer {
  readonly url: string;
  /** Where the browser would go next, if it was stopped. */
  readonly next: Navigation | null;
}

interface Cookie {
  readonly value: string;
  readonly isSecure: boolean;
  readonly sameSite: string;
}

export interface Browser {
  /** Opens an address and goes where it is sent, up to the first address that `stop` holds for. */
  open(url: string, stop?: (url: string) => boolean): Promise<Landing>;
  /** Makes one request and goes on from there. */
  go(navigation: Navigation, stop?: (url: string) => boolean): Promise<Landing>;
  /** The cookies for a host, as a header. */
  cookiesFor(host: string): string;
}

const stepsMax = 10;

export const typed = (url: string): Navigation => ({ method: 'GET', url, form: null, from: null });

const attributeOf = (parts: readonly string[], name: string): string | undefined =>
  parts.find((part) => part.toLowerCase().startsWith(name))?.slice(name.length);

/** Name and cookie of a `Set-Cookie` header; `null` when a browser would not take it. */
const readSetCookie = (header: string): { name: string; cookie: Cookie; ends: boolean } | null => {
  const [pair = '', ...parts] = header.split(/;\s*/);
  const [name = '', value = ''] = pair.split('=');
  const isSecure = parts.includes('Secure');
  const sameSite = attributeOf(parts, 'samesite=') ?? 'Lax';
  const isHostOnly = isSecure && parts.includes('Path=/') && !attributeOf(parts, 'domain=');
  if (name.startsWith('__Host-') && !isHostOnly) return null;
  if (sameSite === 'None' && !isSecure) return null;
  const ends = attributeOf(parts, 'max-age=') === '0';
  return { name, cookie: { value, isSecure, sameSite }, ends };
};

/** The form of a page that posts itself. */
const formIn = (page: string, base: string): Navigation | null => {
  const action = /<form method="post" action="([^"]+)"/.exec(page)?.[1];
  if (action === undefined) return null;
  const form = new URLSearchParams();
  for (const [, name = '', value = ''] of page.matchAll(/name="([^"]+)" value="([^"]*)"/g)) {
    form.append(name, value);
  }
  const url = new URL(action.replaceAll('&amp;', '&'), base).href;
  return { method: 'POST', url, form, from: new URL(base).host };
};

/** @param whereIs the address under which a site is really found. */
export const createBrowser = (whereIs: (origin: string) => string): Browser => {
  const jars = new Map<string, Map<string, Cookie>>();

  const shownTo = ({ url, method, from }: Navigation): string => {
    const { host, protocol } = new URL(url);
    const isOtherSite = from !== null && from !== host;
    return [...(jars.get(host) ?? [])]
      .filter(([, { isSecure }]) => !isSecure || protocol === 'https:')
      .filter(([, { sameSite }]) => !isOtherSite || method === 'GET' || sameSite === 'None')
      .map(([name, { value }]) => `${name}=${value}`)
      .join('; ');
  };

  const keep = (url: string, header: string | null): void => {
    const read = header === null ? null : readSetCookie(header);
    if (read === null) return;
    const { host } = new URL(url);
    const jar = jars.get(host) ?? new Map<string, Cookie>();
    jars.set(host, jar);
    if (read.ends) jar.delete(read.name);
    else jar.set(read.name, read.cookie);
  };

  const step = async (navigation: Navigation): Promise<Landing> => {
    const { url, method, form } = navigation;
    const { origin, pathname, search, host } = new URL(url);
    const headers = new Headers({ accept: 'text/html,*/*;q=0.8', cookie: shownTo(navigation) });
    const request = { method, headers, body: form, redirect: 'manual' as const };
    const answer = await readAnswer(await fetch(`${whereIs(origin)}${pathname}${search}`, request));
    keep(url, answer.headers.get('set-cookie'));
    const location = answer.headers.get('location');
    const next =
      location === null
        ? formIn(answer.text, url)
        : { ...typed(new URL(location, url).href), from: host };
    return { ...answer, url, next };
  };

  const go: Browser['go'] = async (navigation, stop = () => false) => {
    let landing = await step(navigation);
    for (let steps = 1; landing.next !== null && !stop(landing.next.url); steps += 1) {
      if (steps === stepsMax) throw new Error(`no end of redirects at ${landing.url}`);
      landing = await step(landing.next);
    }
    return landing;
  };

  return {
    go,
    open: (url, stop) => go(typed(url), stop),
    cookiesFor: (host) => shownTo(typed(`https://${host}/`)),
  };
};
