import { randomUUID } from 'node:crypto';
import type { ExecutionContext } from 'ava';
import * as E from 'fp-ts/lib/Either.js';
import { systemClock } from '../../adapters/clock.js';
import { memoryIdempotencyStore } from '../../adapters/http/idempotency-store.js';
import { memoryRateLimiter } from '../../adapters/http/rate-limiters.js';
import { createHttpServer, type HttpServerOptions } from '../../adapters/http/server.js';
import type { HttpSettings } from '../../adapters/http/settings.js';
import { createTokens, type Tokens } from '../../adapters/http/tokens.js';
import type { Role } from '../../ports/http/access.js';
import { isRecord } from '../../ports/http/json.js';
import { memoryLog } from './log.js';
import { noMetrics } from './no-metrics.js';

export const testTokens: Tokens = createTokens(
  {
    issuer: 'powerbank-test',
    audience: 'powerbank-test',
    ttlSeconds: 900,
    secret: 'a secret of the tests, long enough for HS256',
    previousSecret: null,
  },
  { clock: systemClock, newId: randomUUID },
);

const testSettings: HttpSettings = {
  bodyBytesMax: 10_000,
  receiveSeconds: 30,
  requestSeconds: 30,
  waitSecondsMax: 20,
  drainSeconds: 10,
  trustedProxies: 0,
  corsOrigins: [],
  requestsPerMinuteMax: 10_000,
  idempotencyRetentionSeconds: 3_600,
};

type TestOptions = Partial<Omit<HttpServerOptions, 'settings'>> & {
  readonly settings?: Partial<HttpSettings>;
};

/** What came back: status, headers, and the body as text and (if it is) as JSON. */
export interface TestAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: Readonly<Record<string, unknown>>;
}

export interface TestServer {
  readonly url: string;
  readonly port: number;
  /** Sends JSON; `init.json` is the body. */
  send(path: string, init?: RequestInit & { readonly json?: unknown }): Promise<TestAnswer>;
  close(): Promise<void>;
}

export const optionsOf = (options: TestOptions): HttpServerOptions => ({
  routes: [],
  clock: systemClock,
  newId: randomUUID,
  log: memoryLog(),
  metrics: noMetrics,
  tokens: testTokens,
  gate: { judge: async () => 'open' },
  staffRequests: { record: async () => undefined },
  idempotencyStore: memoryIdempotencyStore(),
  rateLimiter: memoryRateLimiter(),
  fingerprintSecret: 'a secret of the tests',
  unfitAnswers: 'refuse',
  ...options,
  settings: { ...testSettings, ...options.settings },
});

/** Sends requests to a server that may be another one each time. */
export const sender =
  (urlNow: () => string): TestServer['send'] =>
  async (path, { json, ...init } = {}) => {
    const headers = new Headers(init.headers);
    if (json !== undefined && !headers.has('content-type')) {
      headers.set('content-type', 'application/json');
    }
    const body = json === undefined ? (init.body ?? null) : JSON.stringify(json);
    const request = { redirect: 'manual' as const, ...init, headers, body };
    return readAnswer(await fetch(`${urlNow()}${path}`, request));
  };

/** A server on a free loopback port; it closes with the test. */
export const startServer = async (
  t: ExecutionContext<unknown>,
  options: TestOptions,
): Promise<TestServer> => {
  const server = createHttpServer(optionsOf(options));
  const listening = await server.listen({ host: '127.0.0.1', port: 0 });
  if (E.isLeft(listening)) throw new Error(listening.left.message);
  t.teardown(() => server.close());
  const { port } = listening.right;
  const url = `http://127.0.0.1:${port}`;
  const send = sender(() => url);
  return { url, port, send, close: () => server.close() };
};

export const readAnswer = async (answer: Response): Promise<TestAnswer> => {
  const { status, headers } = answer;
  const text = await answer.text();
  const isJson = /json/.test(headers.get('content-type') ?? '');
  const value: unknown = isJson && text !== '' ? JSON.parse(text) : {};
  return { status, headers, text, json: isRecord(value) ? value : { value } };
};

/** `Authorization` of somebody with these roles. */
export const bearer = async (
  id: string,
  ...roles: readonly Role[]
): Promise<{ authorization: string }> => {
  const { accessToken } = await testTokens.issueToken({
    kind: 'user',
    id,
    roles,
    sessionId: null,
  });
  return { authorization: `Bearer ${accessToken}` };
};
