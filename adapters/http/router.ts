/** From routes to Koa: which comes first, which clash, and what an unknown path is told. */

import Router, { type RouterContext } from '@koa/router';
import { Bug } from '../../domain/shared/assert.js';
import { stop } from '../../ports/http/problem.js';
import type { Method } from '../../ports/http/route.js';
import type { HttpContext, HttpState, RoutedRequest } from './http-state.js';

/** A place where something answers. */
export interface Endpoint {
  readonly operation: string;
  readonly method: Method;
  readonly path: string;
  readonly serve: (request: RoutedRequest) => Promise<void>;
}

const isParameter = (segment: string): boolean => segment.startsWith(':');

const shapeOf = ({ method, path }: Endpoint): string =>
  `${method} ${path.replace(/:[^/]+/g, ':parameter')}`;

/** Two endpoints that no request could tell apart, or that share a name, are a mistake of ours. */
export const refuseClashes = (endpoints: readonly Endpoint[]): void => {
  for (const nameOf of [shapeOf, ({ operation }: Endpoint) => operation]) {
    const seen = new Set<string>();
    for (const endpoint of endpoints) {
      const name = nameOf(endpoint);
      if (seen.has(name)) throw new Bug(`two routes for ${name}`);
      seen.add(name);
    }
  }
};

/**
 * Orders paths so that a literal segment wins over a parameter at the same place (P-119):
 * `/stations/nearby` comes before `/stations/:serial`, however the routes are listed.
 */
const comparePaths = (left: string, right: string): number => {
  const leftSegments = left.split('/');
  const rightSegments = right.split('/');
  for (const [index, segment] of leftSegments.entries()) {
    const other = rightSegments[index];
    if (other === undefined) return 1;
    const order = Number(isParameter(segment)) - Number(isParameter(other));
    if (order !== 0) return order;
    if (!isParameter(segment) && segment !== other) return segment < other ? -1 : 1;
  }
  return leftSegments.length - rightSegments.length;
};

const districtPattern = /^\/api\/(?:admin\/[^/:]+|(?!admin\/)[^/:]+)/;

/** Paths that have a parameter so early, and those that are not of the API. */
const elsewhere = '';

/**
 * The first two segments of a path of the API, three of those for staff. A router asks each of its
 * patterns in turn, so every district has a router of its own.
 */
const districtOf = (path: string): string => districtPattern.exec(path)?.[0] ?? elsewhere;

const routersOf = (endpoints: readonly Endpoint[]): ReadonlyMap<string, Router<HttpState>> => {
  const routers = new Map<string, Router<HttpState>>();
  const ordered = endpoints.toSorted((left, right) => comparePaths(left.path, right.path));
  for (const { operation, method, path, serve } of ordered) {
    const district = districtOf(path);
    const router = routers.get(district) ?? new Router<HttpState>({ sensitive: true });
    routers.set(district, router);
    router.register(path, [method], async (ctx: RouterContext<HttpState>) => {
      ctx.state.operation = operation;
      await serve({ ctx, params: ctx.params });
    });
  }
  return routers;
};

type Routing = ReturnType<Router<HttpState>['routes']>;

/** A router, and how it is asked. */
interface Asked {
  readonly router: Router<HttpState>;
  readonly serve: Routing;
}

/**
 * Hands a request to the endpoint that takes it: one of its district or, where a path may begin
 * with a parameter, one of elsewhere. What none takes is answered here: 404 for an unknown path,
 * 405 with `Allow` for a known one.
 */
export const serveEndpoints = (endpoints: readonly Endpoint[]): Routing => {
  refuseClashes(endpoints);
  const routers = routersOf(endpoints);
  const rest = routers.get(elsewhere);
  const askedIn = new Map<string, readonly Asked[]>();
  for (const [district, router] of routers) {
    const asked = rest === undefined || router === rest ? [router] : [router, rest];
    askedIn.set(
      district,
      asked.map((each) => ({ router: each, serve: each.routes() })),
    );
  }
  return (ctx) => ask(ctx, askedIn.get(districtOf(ctx.path)) ?? askedIn.get(elsewhere) ?? []);
};

const ask = (
  ctx: Parameters<Routing>[0],
  asked: readonly Asked[],
  place = 0,
): ReturnType<Routing> => {
  const each = asked[place];
  if (each === undefined) return answerUntaken(ctx, asked);
  return each.serve(ctx, () => ask(ctx, asked, place + 1));
};

const answerUntaken = async (ctx: HttpContext, asked: readonly Asked[]): Promise<void> => {
  const layers = asked.flatMap(({ router }) => router.match(ctx.path, ctx.method).path);
  const allowed = [...new Set(layers.flatMap(({ methods }) => methods))].sort();
  if (allowed.length === 0) throw stop('not_found');
  const allow = allowed.join(', ');
  if (ctx.method !== 'OPTIONS') {
    throw stop('method_not_allowed', { facts: { allowed } }, { allow });
  }
  ctx.set('allow', allow);
  ctx.status = 204;
};
