import test, { type ExecutionContext } from 'ava';
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { networkOf } from '../../../adapters/http/network-of.js';
import {
  memoryRateLimiter,
  postgresRateLimiter,
  purgeRateLimits,
} from '../../../adapters/http/rate-limiters.js';
import { httpSettingsOf } from '../../../bin/config/http-settings.js';
import { readConfig } from '../../../bin/config/index.js';
import { everyone } from '../../../ports/http/access.js';
import type { RateLimiter } from '../../../ports/http/rate-limit.js';
import { routeMaker } from '../../../ports/http/route.js';
import { startServer } from '../../support/http-server.js';
import { memoryLog } from '../../support/log.js';
import { memoryMetrics } from '../../support/memory-metrics.js';
import { createTestDatabase } from '../../support/postgres.js';

const rule = {
  name: 'otp-request',
  requestsMax: 2,
  windowSeconds: 60,
  whenStoreFails: 'refuse',
} as const;

const watch = () => ({ log: memoryLog(), metrics: memoryMetrics() });

const limiters: Readonly<Record<string, (t: ExecutionContext<unknown>) => Promise<RateLimiter>>> = {
  memory: async () => memoryRateLimiter(),
  postgres: async (t) => postgresRateLimiter((await createTestDatabase(t)).database, watch()),
};

for (const [name, open] of Object.entries(limiters)) {
  test(`${name}: each key and each rule is counted for itself`, async (t) => {
    const limiter = await open(t);
    const kindOf = async (key: string, limit = rule) => (await limiter.take(limit, key)).kind;
    t.deepEqual(
      [await kindOf('a'), await kindOf('a'), await kindOf('a')],
      ['within', 'within', 'exceeded'],
    );
    t.is(await kindOf('b'), 'within');
    t.is((await limiter.take({ ...rule, name: 'otp-verify' }, 'a')).kind, 'within');
    const verdict = await limiter.take(rule, 'a');
    t.true(verdict.kind === 'exceeded' && verdict.retryAfterSeconds > 0);
    t.true(verdict.kind === 'exceeded' && verdict.retryAfterSeconds <= 60);
  });
}

test('windows that are over are purged', async (t) => {
  const { database } = await createTestDatabase(t);
  await postgresRateLimiter(database, watch()).take(rule, 'a');
  t.is(await purgeRateLimits(database, Date.now()), 0);
  t.is(await purgeRateLimits(database, Date.now() + 61_000), 1);
});

const route = routeMaker({ requestOtp: everyone });

const requestOtp = (whenStoreFails: 'refuse' | 'allow') =>
  route({
    operation: 'requestOtp',
    method: 'POST',
    path: '/api/otp',
    summary: 'asks for a code',
    tag: 'Test',
    body: Phone,
    rateLimits: [{ ...rule, whenStoreFails, key: ({ body }) => body.phone }],
    responses: { 200: Sent },
    handler: async (_, answer) => answer(200, 'sent'),
  });
const Phone = t.strict({ phone: t.string });
const Sent = t.string;

test('over the limit is 429 with Retry-After and what the limit is', async (t) => {
  const server = await startServer(t, { routes: [requestOtp('refuse')] });
  const ask = (phone: string) => server.send('/api/otp', { method: 'POST', json: { phone } });
  t.is((await ask('98')).status, 200);
  t.is((await ask('98')).status, 200);
  const third = await ask('98');
  t.is(third.status, 429);
  t.like(third.json, { code: 'rate_limit_exceeded', limit: 'otp-request', requests_max: 2 });
  t.true(Number(third.headers.get('retry-after')) > 0);
  t.is((await ask('97')).status, 200);
});

test('P-048: when the store fails, the route says whether that refuses or allows', async (t) => {
  const broken = { query: () => Promise.reject(new Error('away')), execute: async () => 0 };
  const log = memoryLog();
  const metrics = memoryMetrics();
  const rateLimiter = postgresRateLimiter(broken, { log, metrics });
  const statusWhen = async (whenStoreFails: 'refuse' | 'allow') => {
    const server = await startServer(t, { routes: [requestOtp(whenStoreFails)], rateLimiter });
    return (await server.send('/api/otp', { method: 'POST', json: { phone: '98' } })).status;
  };
  t.is(await statusWhen('refuse'), 503);
  t.is(await statusWhen('allow'), 200);
  t.like(log.lines[0], { level: 'warn', fields: { limit: 'otp-request', reason: 'away' } });
  t.is(metrics.counted('rate_limits_total', { limit: rule.name, outcome: 'store-failed' }), 2);
});

test('P-048: a store that does not answer in time counts as one that failed', async (t) => {
  const silent = { query: () => new Promise<never>(() => undefined), execute: async () => 0 };
  const limiter = postgresRateLimiter(silent, { ...watch(), storeAnswerMsMax: 10 });
  t.deepEqual(await limiter.take(rule, 'a'), {
    kind: 'store-failed',
    reason: 'no answer within 10 ms',
  });
});

test('behind one address of a carrier each user has limits of his own, and room', async (t) => {
  const config = readConfig({ env: {}, file: null, readFile: () => null });
  if (E.isLeft(config)) throw new Error(config.left.join('\n'));
  const settings = httpSettingsOf(config.right);
  t.is(settings.requestsPerMinuteMax, 3_000);
  const server = await startServer(t, { routes: [requestOtp('refuse')], settings });
  const ask = (phone: number) =>
    server.send('/api/otp', { method: 'POST', json: { phone: String(phone) } });
  const limitsMet = new Map<unknown, number>();
  // A hundred phones ask three times each, four hundred others once.
  for (let next = 0; next < 700; next += 100) {
    const phones = Array.from({ length: 100 }, (_, index) => (next < 300 ? index : next + index));
    const answers = await Promise.all(phones.map(ask));
    for (const { json } of answers.filter(({ status }) => status === 429)) {
      limitsMet.set(json.limit, (limitsMet.get(json.limit) ?? 0) + 1);
    }
  }
  t.deepEqual(Object.fromEntries(limitsMet), { 'otp-request': 100 });
});

test('a subscriber of IPv6 has a whole /64, however its addresses are written', (t) => {
  const same = ['2001:db8:0:1::1', '2001:DB8::1:0:0:0:9', '2001:db8:0:1:ffff:ffff:ffff:ffff'];
  t.deepEqual(new Set(same.map(networkOf)), new Set(['2001:db8:0:1::/64']));
  t.is(networkOf('2001:db8:0:2::1'), '2001:db8:0:2::/64');
  t.is(networkOf('fe80::1%eth0'), 'fe80:0:0:0::/64');
  t.is(networkOf('::1'), '0:0:0:0::/64');
  t.is(networkOf('192.0.2.7'), '192.0.2.7');
  t.is(networkOf('::ffff:192.0.2.7'), '192.0.2.7', 'the same subscriber, seen by another socket');
  t.is(networkOf('unknown'), 'unknown');
});
