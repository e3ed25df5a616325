/** From routes to Koa: which comes first, which clash, and what an unknown path is told. */

import type { Middleware } from 'koa';
import { Bug } from '../../domain/shared/assert.js';
import { stop } from '../../ports/http/problem.js';
import type { Method } from '../../ports/http/route.js';
import type { HttpContext, HttpState, RoutedRequest } from './http-state.js';
import { pathTreeOf } from './path-tree.js';

/** A place where something answers. */
export interface Endpoint {
  readonly operation: string;
  readonly method: Method;
  readonly path: string;
  readonly serve: (request: RoutedRequest) => Promise<void>;
}

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
 * Hands a request to the endpoint that takes it. What none takes is answered here: 404 for an
 * unknown path, 405 with `Allow` for a known one.
 */
export const serveEndpoints = (endpoints: readonly Endpoint[]): Middleware<HttpState> => {
  refuseClashes(endpoints);
  const tree = pathTreeOf(endpoints);
  return async (ctx) => {
    const found = tree.find(ctx.method, ctx.path);
    if (found === null) return answerNotFound(ctx, tree.methodsAt(ctx.path));
    const { endpoint, params } = found;
    ctx.state.operation = endpoint.operation;
    await endpoint.serve({ ctx, params });
  };
};

const answerNotFound = (ctx: HttpContext, allowed: readonly string[]): void => {
  if (allowed.length === 0) throw stop('not_found');
  const allow = allowed.join(', ');
  if (ctx.method !== 'OPTIONS') {
    throw stop('method_not_allowed', { facts: { allowed } }, { allow });
  }
  ctx.set('allow', allow);
  ctx.status = 204;
};
