import test from 'ava';
import { postgresRateLimiter } from '../../adapters/http/rate-limiters.js';
import type { RateLimit } from '../../ports/http/rate-limit.js';
import type { Route } from '../../ports/http/route.js';
import { type Api, openApi } from '../support/api.js';
import { startServer } from '../support/http-server.js';
import { memoryLog } from '../support/log.js';
import { memoryMetrics } from '../support/memory-metrics.js';
import {
  type CheckedAnswer,
  type OpenApiClient,
  openApiClient,
} from '../support/openapi-client.js';
import { allRoutes } from '../support/routes.js';
import { sampleOf, targetOf } from '../support/sample-request.js';

type Row = Omit<RateLimit, 'name'>;

const limit = (
  requestsMax: number,
  windowSeconds: number,
  whenStoreFails: RateLimit['whenStoreFails'],
): Row => ({ requestsMax, windowSeconds, whenStoreFails });

/** The table of rules 3.2: sign-in fails closed, all else open. */
const limitsOfRules: Readonly<Record<string, Row>> = {
  'POST /api/auth/otp/request': limit(5, 3_600, 'refuse'),
  'POST /api/auth/otp/verify': limit(5, 300, 'refuse'),
  'POST /api/auth/complete': limit(5, 300, 'refuse'),
  'POST /api/auth/refresh': limit(10, 300, 'refuse'),
  'POST /api/auth/biometric/login': limit(5, 300, 'refuse'),
  'POST /api/partners/auth/login': limit(5, 300, 'refuse'),
  'POST /api/partners/auth/refresh': limit(10, 300, 'refuse'),
  'POST /api/rentals/start': limit(3, 60, 'allow'),
  'POST /api/rentals/:id/swap': limit(5, 60, 'allow'),
  // Not in that table: staff come in as partners do, and payments fail closed.
  'POST /api/admin/login': limit(5, 300, 'refuse'),
  'POST /api/rentals/:id/pay-due': limit(10, 60, 'refuse'),
  // Features to come; their limits count from the day on which they are there.
  'POST /api/notifications/detail/:id': limit(30, 60, 'allow'),
  'POST /api/notifications/mark-all-read': limit(10, 60, 'allow'),
  'POST /api/ads/request': limit(5, 3_600, 'allow'),
};

/** Paths of the rules whose features are not built yet. */
const notBuilt = ['/api/notifications/', '/api/ads/'];

const isSame = (left: Row, right: Row): boolean =>
  left.requestsMax === right.requestsMax &&
  left.windowSeconds === right.windowSeconds &&
  left.whenStoreFails === right.whenStoreFails;

const nameOf = ({ method, path }: Pick<Route, 'method' | 'path'>): string => `${method} ${path}`;

const routesWithLimits = (routes: readonly Route[]) =>
  routes.flatMap((route) => {
    const row = limitsOfRules[nameOf(route)];
    return row === undefined ? [] : [{ route, row }];
  });

test.serial(
  'each operation of the table of limits has its limit: number, window, and what if it fails',
  (t) => {
    const routes = allRoutes();
    for (const { route, row } of routesWithLimits(routes)) {
      const found = route.limits.some((each) => isSame(each, row));
      t.true(found, `${nameOf(route)} has ${JSON.stringify(route.limits)}`);
    }
    const built = new Set(routes.map(nameOf));
    const missing = Object.keys(limitsOfRules).filter((name) => !built.has(name));
    t.deepEqual(
      missing.filter((name) => !notBuilt.some((path) => name.includes(path))),
      [],
    );
  },
);

test.serial(
  'whoever comes in without a token is counted, and not let in when nobody counts (P-048)',
  (t) => {
    const writing = allRoutes().filter(({ who, body }) => who.kind === 'public' && body !== null);
    for (const { operation, limits } of writing) {
      t.true(limits.length > 0, `${operation} has no limit`);
      t.true(
        limits.every(({ whenStoreFails }) => whenStoreFails === 'refuse'),
        `${operation} fails open`,
      );
    }
  },
);

test.serial('one name is one limit, in the store and in the metrics', (t) => {
  const known = new Map<string, string>();
  for (const { name, ...rest } of allRoutes().flatMap(({ limits }) => limits)) {
    const text = JSON.stringify(rest);
    t.is(known.get(name) ?? text, text, name);
    known.set(name, text);
  }
});

const opened = (t: Parameters<typeof openApi>[0]): Promise<Api> =>
  openApi(t, { rentalStartsPerMinuteMax: 3, rentalSwapsPerMinuteMax: 5 });

/** The same request each time, but for its key: the same identifier, token, device or user. */
const asking = ({ user }: Pick<Api, 'user'>, route: Route) => {
  const { body, ...place } = sampleOf(route, 1);
  const caller = route.who.kind === 'public' ? null : user;
  const request = `${route.method} ${targetOf(route, place)}` as const;
  return ({ call }: OpenApiClient): Promise<CheckedAnswer> => call(caller, request, { body });
};

test.serial(
  'P-048, P-091: two instances together allow as many as one, and say when to come again',
  async (t) => {
    const api = await opened(t);
    for (const { route, row } of routesWithLimits(api.routes)) {
      const ask = asking(api, route);
      const answers: CheckedAnswer[] = [];
      for (let count = 0; count <= row.requestsMax; count += 1) {
        answers.push(await ask(count % 2 === 0 ? api : api.elsewhere));
      }
      const last = answers.pop();
      const early = answers.filter(({ status }) => status === 429);
      t.deepEqual(early, [], `${nameOf(route)} is refused too early`);
      t.is(last?.code, 'rate_limit_exceeded', nameOf(route));
      const seconds = Number(last?.headers.get('retry-after'));
      t.true(seconds >= 1 && seconds <= row.windowSeconds, `${nameOf(route)}: ${seconds} s`);
      t.is((await ask(api.elsewhere)).status, 429, 'on the other instance as well');
    }
  },
);

test.serial('a limit is of one caller: others are not refused with him', async (t) => {
  const api = await opened(t);
  for (const { route } of routesWithLimits(api.routes)) {
    const ask = asking(api, route);
    while ((await ask(api)).status !== 429);
    const { body, ...place } = sampleOf(route, 2);
    const other = { id: 'u-other', roles: ['user'] } as const;
    const caller = route.who.kind === 'public' ? null : other;
    const answer = await api.call(caller, `${route.method} ${targetOf(route, place)}`, { body });
    // What is no token of ours is nobody's, and counts for the whole network.
    const isNobodys = route.operation.startsWith('refresh');
    t.is(answer.status === 429, isNobodys, `${nameOf(route)}: ${answer.text}`);
  }
});

test.serial(
  'P-048: while nobody can count, sign-in and payment are closed, the rest is open, and it shows',
  async (t) => {
    const api = await opened(t);
    const away = { query: () => Promise.reject(new Error('away')), execute: async () => 0 };
    const [log, metrics] = [memoryLog(), memoryMetrics()];
    const rateLimiter = postgresRateLimiter(away, { log, metrics });
    const { routes, house } = api;
    const server = await startServer(t, { routes, clock: house.clock, rateLimiter });
    const blind = openApiClient(server, routes);
    for (const { route, row } of routesWithLimits(routes)) {
      const answer = await asking(api, route)(blind);
      if (row.whenStoreFails === 'refuse') {
        t.is(answer.code, 'service_unavailable', nameOf(route));
        t.true(Number(answer.headers.get('retry-after')) > 0);
      } else {
        t.false([429, 503].includes(answer.status), `${nameOf(route)}: ${answer.text}`);
      }
      const [first] = route.limits;
      const failed = { limit: first?.name ?? '', outcome: 'store-failed' };
      t.true(metrics.counted('rate_limits_total', failed) > 0, nameOf(route));
      t.true(log.lines.some(({ fields }) => fields.limit === first?.name));
    }
    t.is((await blind.call(null, 'GET /api/stations')).status, 200);
  },
);
