/**
 * What the node answers over HTTP/1.1: a table of routes, one row per method and path. Parts of
 * the node that have something to say there make rows of their own, and `server.ts` of the node
 * puts the table together.
 */

/** What a row gets to know of a request. */
export interface HttpRequest {
  /** What the caller wrote in place of the path's placeholders, by their names. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Host and port as the caller used them; empty if it did not say. */
  readonly authority: string;
}

/** An answer: a status, and a body that is sent as JSON if there is one. */
export interface HttpAnswer {
  readonly status: number;
  readonly body?: unknown;
}

/**
 * Who may use a row: everybody, or administrators and operators only. A node without users makes
 * no difference.
 */
export type RouteAccess = 'everybody' | 'operators';

export interface HttpRoute {
  /** A row for GET answers HEAD as well. */
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** `/admin/scavenge/:id`: a part that begins with a colon stands for any text but a slash. */
  readonly path: string;
  readonly access: RouteAccess;
  readonly handle: (request: HttpRequest) => HttpAnswer | Promise<HttpAnswer>;
}

/** The row for a request, or why there is none. */
export type RouteMatch =
  | {
      readonly kind: 'found';
      readonly route: HttpRoute;
      readonly parameters: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'not-found' }
  | { readonly kind: 'wrong-method'; readonly allowed: readonly string[] };

/** Looks a request up. Rows are tried in order, so exact paths stand before placeholders. */
export function findRoute(
  routes: readonly HttpRoute[],
  method: string,
  pathname: string,
): RouteMatch {
  const wanted = method === 'HEAD' ? 'GET' : method;
  const allowed = new Set<string>();
  for (const route of routes) {
    const parameters = matchPath(route.path, pathname);
    if (parameters === undefined) continue;
    if (route.method === wanted) return { kind: 'found', route, parameters };
    allowed.add(route.method);
    if (route.method === 'GET') allowed.add('HEAD');
  }
  return allowed.size === 0
    ? { kind: 'not-found' }
    : { kind: 'wrong-method', allowed: [...allowed] };
}

function matchPath(pattern: string, pathname: string): Record<string, string> | undefined {
  const expected = pattern.split('/');
  const given = pathname.split('/');
  if (expected.length !== given.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, part] of expected.entries()) {
    const value = given[index] ?? '';
    if (!part.startsWith(':')) {
      if (part !== value) return undefined;
    } else {
      const text = decode(value);
      if (text === undefined || text === '') return undefined;
      parameters[part.slice(1)] = text;
    }
  }
  return parameters;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    // A percent sign that encodes nothing names nothing.
    if (error instanceof URIError) return undefined;
    throw error;
  }
}
