import type { Middleware } from 'koa';
import type { Log } from '../../ports/log.js';
import type { Metrics } from '../../ports/metrics.js';
import { correlationIdOf } from './correlation.js';
import { problemErrorOf } from './error-to-problem.js';
import type { HttpState } from './http-state.js';
import { wireAnswerOf } from './wire-answer.js';
import { write } from './write-answer.js';

/** Name in log and metrics of requests that no route took; never their path, which is endless. */
const noOperation = 'none';

/** Gives each request its correlation id, and says it in the answer. */
export const correlate =
  (newId: () => string): Middleware<HttpState> =>
  (ctx, next) => {
    const incoming = {
      correlationId: ctx.get('x-correlation-id'),
      traceparent: ctx.get('traceparent'),
    };
    const correlationId = correlationIdOf(incoming, newId);
    ctx.state = { correlationId, operation: null, principal: null };
    ctx.set('x-correlation-id', correlationId);
    return next();
  };

/** One log line and two metrics for each request. Query and bodies stay out: they are personal. */
export const accessLog =
  (log: Log, metrics: Metrics): Middleware<HttpState> =>
  async (ctx, next) => {
    const startedMs = performance.now();
    await next();
    const ms = performance.now() - startedMs;
    const { correlationId, principal } = ctx.state;
    const operation = ctx.state.operation ?? noOperation;
    const { method, path, status } = ctx;
    metrics.count('http_requests_total', { operation, method, status: String(status) });
    metrics.observeSeconds('http_request_seconds', ms / 1_000, { operation, method });
    const caller = principal === null || principal.kind === 'anonymous' ? null : principal;
    // Written out and not spread, which showed as the most expensive line of a request.
    log.info('request answered', {
      operation,
      method,
      path,
      status,
      ms: Math.round(ms),
      correlationId,
      callerKind: caller?.kind,
      callerId: caller?.id,
    });
  };

/** The only place where something thrown becomes an answer; bugs are logged here in full. */
export const answerErrors =
  (log: Log): Middleware<HttpState> =>
  async (ctx, next) => {
    try {
      await next();
    } catch (thrown) {
      const { problem, headers } = problemErrorOf(thrown);
      const { correlationId, operation } = ctx.state;
      if (problem.code === 'internal_error') {
        log.error('a request failed', { error: thrown, correlationId, operation });
      } else if (problem.code === 'service_unavailable') {
        log.warn('a request met trouble', { error: thrown, correlationId, operation });
      }
      const answer = wireAnswerOf(problem, {}, { instance: ctx.path, correlationId });
      write(ctx, { ...answer, headers: { ...answer.headers, ...headers } });
    }
  };
