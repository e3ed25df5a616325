/** From routes to Koa: which comes first, which clash, and what an unknown path is told. */

import Router from '@koa/router';
import type { Middleware } from 'koa';
import { Bug } from '../../domain/shared/assert.js';
import { stop } from '../../ports/http/problem.js';
import type { Method } from '../../ports/http/route.js';
import type { HttpState, RoutedContext } from './http-state.js';

/** A place where something answers. */
export interface Endpoint {
  readonly operation: string;
  readonly method: Method;
  readonly path: string;
  readonly serve: (ctx: RoutedContext) => Promise<void>;
}

const isParameter = (segment: string): boolean => segment.startsWith(':');

/**
 * Orders paths so that a literal segment wins over a parameter at the same place (P-119):
 * `/stations/nearby` comes before `/stations/:serial`, however the routes are listed.
 */
export const comparePaths = (left: string, right: string): number => {
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

/** The router of all endpoints; it passes on what none of them takes. */
export const routerOf = (endpoints: readonly Endpoint[]): Router<HttpState> => {
  refuseClashes(endpoints);
  const router = new Router<HttpState>({ sensitive: true });
  const ordered = endpoints.toSorted((left, right) => comparePaths(left.path, right.path));
  for (const { operation, method, path, serve } of ordered) {
    router.register(path, [method], async (ctx: RoutedContext) => {
      ctx.state.operation = operation;
      await serve(ctx);
    });
  }
  return router;
};

/** Answers what no endpoint took: 404 for an unknown path, 405 with `Allow` for a known one. */
export const nothingFound =
  (router: Router<HttpState>): Middleware<HttpState> =>
  (ctx) => {
    const layers = router.match(ctx.path, ctx.method).path;
    const allowed = [...new Set(layers.flatMap(({ methods }) => methods))].sort();
    if (allowed.length === 0) throw stop('not_found');
    const allow = allowed.join(', ');
    if (ctx.method !== 'OPTIONS')
      throw stop('method_not_allowed', { facts: { allowed } }, { allow });
    ctx.set('allow', allow);
    ctx.status = 204;
  };
