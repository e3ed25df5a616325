import { randomUUID } from 'node:crypto';
import test from 'ava';
import * as t from 'io-ts';
import { commandIdOf, scopeOf } from '../../../adapters/http/idempotency.js';
import { memoryIdempotencyStore } from '../../../adapters/http/idempotency-store.js';
import { users } from '../../../ports/http/access.js';
import { problem } from '../../../ports/http/answer.js';
import { routeMaker } from '../../../ports/http/route.js';
import { bearer, startServer } from '../../support/http-server.js';

const route = routeMaker({ pay: users });
const Paid = t.strict({ count: t.number, commandId: t.string });

type Behaviour = (call: number) => Promise<'pay' | 'refuse' | 'break' | 'unknown'>;

/** A route that counts how often it really ran. */
const payRoute = (behaviour: Behaviour = async () => 'pay') => {
  const calls: string[] = [];
  const definition = {
    method: 'POST',
    summary: 'pays',
    tag: 'Test',
    params: t.strict({ id: t.string }),
    body: t.strict({ amount: t.string, note: t.union([t.string, t.undefined]) }),
    idempotency: 'required',
    responses: { 201: Paid },
    problems: ['insufficient_balance', 'outcome_unknown'],
  } as const;
  const pay = route({
    ...definition,
    operation: 'pay',
    path: '/api/pay/:id',
    handler: async ({ commandId }, answer) => {
      calls.push(commandId);
      const verdict = await behaviour(calls.length);
      if (verdict === 'break') throw new Error('broken');
      if (verdict === 'unknown') return problem('outcome_unknown');
      if (verdict === 'refuse') {
        return problem('insufficient_balance', { facts: { required: '150.00' } });
      }
      return answer(201, { count: calls.length, commandId }, { position: BigInt(calls.length) });
    },
  });
  return { pay, calls };
};

const post = async (key: string | null, json: unknown = { amount: '150.00' }, id = 'u-1') => ({
  method: 'POST',
  json,
  headers: { ...(await bearer(id, 'user')), ...(key === null ? {} : { 'idempotency-key': key }) },
});

test('the same key with the same request gets the first answer again, in every respect', async (t) => {
  const { pay, calls } = payRoute();
  const server = await startServer(t, { routes: [pay] });
  const first = await server.send('/api/pay/r-1', await post('k-1', { amount: '1', note: 'n' }));
  const second = await server.send('/api/pay/r-1', await post('k-1', { note: 'n', amount: '1' }));
  t.is(calls.length, 1);
  t.is(second.status, 201);
  t.is(second.text, first.text);
  t.is(first.headers.get('idempotency-replayed'), null);
  t.is(second.headers.get('idempotency-replayed'), 'true');
  t.is(second.headers.get('x-position'), '1');
});

test('a refusal is an answer, and is repeated even when it would succeed by now', async (t) => {
  const { pay, calls } = payRoute(async (call) => (call === 1 ? 'refuse' : 'pay'));
  const server = await startServer(t, { routes: [pay] });
  const first = await server.send('/api/pay/r-1', await post('k-1'));
  const second = await server.send('/api/pay/r-1', await post('k-1'));
  t.deepEqual([first.status, second.status, calls.length], [402, 402, 1]);
  t.is(second.text, first.text);
  t.is(second.headers.get('content-type'), 'application/problem+json');
});

test('the same key with another request is a conflict that names what differs', async (t) => {
  const { pay, calls } = payRoute();
  const server = await startServer(t, { routes: [pay] });
  await server.send('/api/pay/r-1', await post('k-1', { amount: '1' }));
  const other = await server.send('/api/pay/r-2', await post('k-1', { amount: '2', note: 'x' }));
  t.is(other.status, 409);
  t.is(other.json.code, 'idempotency_conflict');
  t.deepEqual(other.json.differing_fields, ['body.amount', 'body.note', 'params.id']);
  t.is(calls.length, 1);
});

test('a key belongs to its caller, and another key is another wish', async (t) => {
  const { pay, calls } = payRoute();
  const server = await startServer(t, { routes: [pay] });
  await server.send('/api/pay/r-1', await post('k-1'));
  await server.send('/api/pay/r-1', await post('k-2'));
  const foreign = await server.send('/api/pay/r-1', await post('k-1', undefined, 'u-2'));
  t.is(foreign.headers.get('idempotency-replayed'), null);
  t.is(new Set(calls).size, 3);
});

test('a missing key and an unprintable one are refused', async (t) => {
  const { pay } = payRoute();
  const server = await startServer(t, { routes: [pay] });
  const missing = await server.send('/api/pay/r-1', await post(null));
  t.deepEqual([missing.status, missing.json.code], [400, 'idempotency_key_required']);
  const long = await server.send('/api/pay/r-1', await post('k'.repeat(129)));
  t.deepEqual(long.json.errors, [
    { path: 'header.idempotency-key', message: 'must be 1 to 128 printable ASCII characters' },
  ]);
  t.is((await server.send('/api/pay/r-1', await post('k'.repeat(128)))).status, 201);
});

test('what says nothing final is not kept, and the next try is the same command', async (t) => {
  const script = ['break', 'unknown', 'pay'] as const;
  const { pay, calls } = payRoute(async (call) => script[call - 1] ?? 'pay');
  const server = await startServer(t, { routes: [pay] });
  const statuses: number[] = [];
  for (let attempt = 1; attempt <= 4; attempt += 1) {
    statuses.push((await server.send('/api/pay/r-1', await post('k-1'))).status);
  }
  t.deepEqual(statuses, [500, 504, 201, 201]);
  t.is(calls.length, 3);
  t.is(new Set(calls).size, 1);
});

test('a crash before the answer was kept is safe: the command id comes from the key', async (t) => {
  const scope = scopeOf({ kind: 'user', id: 'u-1', roles: ['user'], sessionId: null }, 'pay');
  const lost = () => Promise.reject(new Error('the store is gone'));
  const idempotencyStore = { ...memoryIdempotencyStore(), keep: lost };
  const first = payRoute();
  const before = await startServer(t, { routes: [first.pay], idempotencyStore });
  t.is((await before.send('/api/pay/r-1', await post('k-1'))).status, 201);
  const second = payRoute();
  const after = await startServer(t, { routes: [second.pay] });
  await after.send('/api/pay/r-1', await post('k-1'));
  t.deepEqual(second.calls, first.calls);
  t.deepEqual(first.calls, [commandIdOf(scope, 'k-1')]);
});

test('the second of two at the same moment waits for the answer of the first', async (t) => {
  let finish: () => void = () => undefined;
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const { pay, calls } = payRoute(async () => {
    await finished;
    return 'pay';
  });
  const store = memoryIdempotencyStore();
  let claims = 0;
  let secondAsked: () => void = () => undefined;
  const secondHasAsked = new Promise<void>((resolve) => {
    secondAsked = resolve;
  });
  const idempotencyStore: typeof store = {
    ...store,
    claim: async (request, times) => {
      claims += 1;
      if (claims === 3) secondAsked();
      return store.claim(request, times);
    },
  };
  const server = await startServer(t, { routes: [pay], idempotencyStore });
  const both = [
    server.send('/api/pay/r-1', await post('k-1')),
    server.send('/api/pay/r-1', await post('k-1')),
  ];
  await secondHasAsked;
  finish();
  const [left, right] = await Promise.all(both);
  t.is(calls.length, 1);
  t.is(left?.text, right?.text);
  const replayed = [left, right].map((each) => each?.headers.get('idempotency-replayed'));
  t.deepEqual(new Set(replayed), new Set([null, 'true']));
});

test('waiting for the first has an end: 409 in progress with Retry-After', async (t) => {
  const store = memoryIdempotencyStore();
  const { pay, calls } = payRoute();
  const server = await startServer(t, {
    routes: [pay],
    settings: { requestSeconds: 1 },
    idempotencyStore: {
      ...store,
      claim: async ({ fields }) => ({ kind: 'in-progress', fields }),
    },
  });
  const answer = await server.send('/api/pay/r-1', await post(randomUUID()));
  t.deepEqual([answer.status, answer.json.code], [409, 'idempotency_in_progress']);
  t.is(answer.headers.get('retry-after'), '1');
  t.is(calls.length, 0);
});
