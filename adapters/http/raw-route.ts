import type { IncomingHttpHeaders } from 'node:http';
import type { Instant } from '../../domain/shared/instant.js';
import type { Clock } from '../../ports/clock.js';
import type { Method } from '../../ports/http/route.js';
import type { Log } from '../../ports/log.js';
import { type BodyLimits, readBytes } from './body.js';
import type { RoutedRequest } from './http-state.js';
import { withinTime } from './time-limit.js';

/**
 * A path that does not speak our JSON: cabinets with their binary bodies (cabinet protocol §10),
 * pages, metrics. The handler sees the bytes, and answers with bytes.
 */
export interface RawRoute {
  /** Unique name, for log and metrics. */
  readonly operation: string;
  readonly method: Method;
  readonly path: string;
  readonly bodyBytesMax: number;
  readonly handler: (request: RawRequest) => Promise<RawAnswer>;
}

export interface RawRequest {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: Readonly<IncomingHttpHeaders>;
  readonly body: Buffer;
  /** Of the client, or of the last proxy that is not ours. */
  readonly remoteAddress: string;
  readonly correlationId: string;
  readonly now: Instant;
}

export interface RawAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

interface RawDependencies {
  readonly clock: Clock;
  readonly limits: BodyLimits & { readonly requestSeconds: number };
  readonly log: Log;
}

export const serveRaw = async (
  { method, bodyBytesMax, handler }: RawRoute,
  { ctx, params }: RoutedRequest,
  { clock, limits, log }: RawDependencies,
): Promise<void> => {
  const body = await readBytes(ctx.req, { ...limits, bodyBytesMax });
  const request: RawRequest = {
    params,
    query: ctx.URL.searchParams,
    headers: ctx.headers,
    body,
    remoteAddress: ctx.ip,
    correlationId: ctx.state.correlationId,
    now: clock.now(),
  };
  const seconds = limits.requestSeconds;
  const answer = await withinTime(() => handler(request), { method, res: ctx.res, seconds, log });
  ctx.body = answer.body;
  ctx.status = answer.status;
  ctx.set({ 'content-type': answer.contentType, ...answer.headers });
};
