import { connect } from 'node:net';
import { text as readAll } from 'node:stream/consumers';
import test from 'ava';
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { createHttpServer } from '../../../adapters/http/server.js';
import { DatabaseError } from '../../../ports/database.js';
import { EventStoreUnavailable } from '../../../ports/event-store.js';
import { everyone } from '../../../ports/http/access.js';
import { routeMaker } from '../../../ports/http/route.js';
import { KeyDestroyed } from '../../../ports/personal-data.js';
import { optionsOf, startServer } from '../../support/http-server.js';

const route = routeMaker({ echo: everyone, read: everyone, fail: everyone, stall: everyone });

const Text = t.string;

const echo = route({
  operation: 'echo',
  method: 'POST',
  path: '/api/echo',
  summary: 'echoes',
  tag: 'Test',
  body: t.strict({ word: t.string }),
  responses: { 200: t.strict({ word: t.string }) },
  handler: async ({ body }, answer) => answer(200, body),
});

const read = route({
  operation: 'read',
  method: 'GET',
  path: '/api/echo',
  summary: 'reads',
  tag: 'Test',
  wait: true,
  minPosition: true,
  responses: { 200: t.strict({ waitSeconds: t.number, minPosition: t.string }) },
  handler: async ({ waitSeconds, minPosition }, answer) =>
    answer(200, { waitSeconds, minPosition: String(minPosition) }),
});

const failing = (thrown: () => unknown) =>
  route({
    operation: 'fail',
    method: 'GET',
    path: '/api/fail',
    summary: 'fails',
    tag: 'Test',
    responses: { 200: Text },
    handler: async () => {
      throw thrown();
    },
  });

/** Writes raw bytes, and answers what the server sent until it closed the connection. */
const raw = async (port: number, bytes: string): Promise<string> => {
  const socket = connect(port, '127.0.0.1');
  socket.write(bytes);
  return readAll(socket);
};

test('an unknown path is 404, and a known one with another method 405 with Allow', async (t) => {
  const server = await startServer(t, { routes: [echo, read] });
  const lost = await server.send('/api/nowhere');
  t.deepEqual([lost.status, lost.json.code], [404, 'not_found']);
  const wrong = await server.send('/api/echo', { method: 'DELETE' });
  t.deepEqual([wrong.status, wrong.json.code], [405, 'method_not_allowed']);
  t.is(wrong.headers.get('allow'), 'GET, HEAD, POST');
  const options = await server.send('/api/echo', { method: 'OPTIONS' });
  t.deepEqual([options.status, options.headers.get('allow')], [204, 'GET, HEAD, POST']);
});

test('HEAD answers as GET does, without the body', async (t) => {
  const server = await startServer(t, { routes: [read] });
  const answer = await server.send('/api/echo', { method: 'HEAD' });
  t.deepEqual([answer.status, answer.text], [200, '']);
});

test('a caller that accepts no JSON is told so before anything happens', async (t) => {
  const server = await startServer(t, { routes: [echo] });
  const init = { method: 'POST', json: { word: 'w' }, headers: { accept: 'text/html' } };
  const answer = await server.send('/api/echo', init);
  t.deepEqual([answer.status, answer.json.code], [406, 'not_acceptable']);
});

test('only plain UTF-8 JSON is a body', async (t) => {
  const server = await startServer(t, { routes: [echo] });
  const statusOf = async (contentType: string, more = {}) => {
    const headers = { 'content-type': contentType, ...more };
    return (await server.send('/api/echo', { method: 'POST', body: '{"word":"w"}', headers }))
      .status;
  };
  t.is(await statusOf('application/json'), 200);
  t.is(await statusOf('application/json; charset=UTF-8'), 200);
  t.is(await statusOf('application/json; charset=latin1'), 415);
  t.is(await statusOf('text/plain'), 415);
  t.is(await statusOf('application/x-www-form-urlencoded'), 415);
  t.is(await statusOf('application/json', { 'content-encoding': 'gzip' }), 415);
});

test('a body that is not JSON, not UTF-8 or missing is 400, without a word of it', async (t) => {
  const server = await startServer(t, { routes: [echo] });
  const headers = { 'content-type': 'application/json' };
  const send = (body: string | Uint8Array) =>
    server.send('/api/echo', { method: 'POST', headers, body });
  const broken = await send('{"password":"hunter2"');
  t.deepEqual([broken.status, broken.json.code], [400, 'malformed_json']);
  t.notRegex(broken.text, /hunter2/);
  t.is((await send(new Uint8Array([0x22, 0xff, 0x22]))).json.code, 'malformed_json');
  const missing = await server.send('/api/echo', { method: 'POST' });
  t.deepEqual(missing.json.errors, [{ path: 'body', message: 'must be an object, is missing' }]);
});

test('a body over the limit is 413, whether it says its length or not', async (t) => {
  const server = await startServer(t, { routes: [echo], settings: { bodyBytesMax: 100 } });
  const long = JSON.stringify({ word: 'w'.repeat(100) });
  const declared = await server.send('/api/echo', {
    method: 'POST',
    json: { word: 'w'.repeat(100) },
  });
  t.deepEqual([declared.status, declared.json.limit_bytes], [413, 100]);
  const chunked = await raw(
    server.port,
    'POST /api/echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n' +
      `Transfer-Encoding: chunked\r\n\r\n${long.length.toString(16)}\r\n${long}\r\n0\r\n\r\n`,
  );
  t.regex(chunked, /^HTTP\/1\.1 413 /);
  t.regex(chunked, /"code":"body_too_large"/);
});

test('a client that stops in the middle of its body is told 408', async (t) => {
  const server = await startServer(t, { routes: [echo], settings: { receiveSeconds: 0.05 } });
  const head = 'POST /api/echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n';
  const answer = await raw(server.port, `${head}Content-Length: 50\r\n\r\n{"word":`);
  t.regex(answer, /^HTTP\/1\.1 408 /);
  t.regex(answer, /"code":"request_body_timeout"/);
});

test('a client that never ends its headers is told 408 and cut off', async (t) => {
  const server = await startServer(t, { routes: [echo], settings: { receiveSeconds: 0.05 } });
  const answer = await raw(server.port, 'GET /api/echo HTTP/1.1\r\nHost: x\r\nX-Slow: ');
  t.regex(answer, /^HTTP\/1\.1 408 /);
});

test('bytes that are not HTTP get a problem document, too', async (t) => {
  const server = await startServer(t, { routes: [echo] });
  const answer = await raw(server.port, 'THIS IS NOT HTTP\r\n\r\n');
  t.regex(answer, /^HTTP\/1\.1 400 /);
  t.regex(answer, /Content-Type: application\/problem\+json/);
  const long = await raw(
    server.port,
    `GET /api/echo HTTP/1.1\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`,
  );
  t.regex(long, /^HTTP\/1\.1 431 /);
});

test('a bug is 500 with the correlation id and none of its text', async (t) => {
  const server = await startServer(t, { routes: [failing(() => new Error('secret inside'))] });
  const answer = await server.send('/api/fail', { headers: { 'x-correlation-id': 'trip-9' } });
  t.deepEqual([answer.status, answer.json.code], [500, 'internal_error']);
  t.is(answer.json.correlation_id, 'trip-9');
  t.notRegex(answer.text, /secret/);
});

test('trouble of a store is 503 with Retry-After', async (t) => {
  const troubles = [
    () => new EventStoreUnavailable('away'),
    () => new DatabaseError('trouble', '08006', 'connection failure'),
  ];
  for (const trouble of troubles) {
    const server = await startServer(t, { routes: [failing(trouble)] });
    const answer = await server.send('/api/fail');
    t.deepEqual([answer.status, answer.json.code], [503, 'service_unavailable']);
    t.is(answer.headers.get('retry-after'), '2');
  }
});

test('who has left while a request was under way is told so', async (t) => {
  const gone = failing(() => new KeyDestroyed('user:sita'));
  const answer = await (await startServer(t, { routes: [gone] })).send('/api/fail');
  t.deepEqual([answer.status, answer.json.code], [409, 'account_deleted']);
});

test('a correlation id is taken over, from traceparent too, and made up when it is unfit', async (t) => {
  const server = await startServer(t, { routes: [read], newId: () => 'made-up' });
  const idFor = async (headers: Record<string, string>) =>
    (await server.send('/api/echo', { headers })).headers.get('x-correlation-id');
  const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
  const traceparent = `00-${trace}-00f067aa0ba902b7-01`;
  t.is(await idFor({ 'x-correlation-id': 'trip-1' }), 'trip-1');
  t.is(await idFor({ traceparent }), trace);
  t.is(await idFor({ traceparent, 'x-correlation-id': 'trip-1' }), 'trip-1');
  t.is(await idFor({}), 'made-up');
  t.is(await idFor({ 'x-correlation-id': 'a b' }), 'made-up');
  t.is(await idFor({ traceparent: `00-${'0'.repeat(32)}-00f067aa0ba902b7-01` }), 'made-up');
});

test('Prefer: wait is bounded and its application is said; X-Min-Position is parsed', async (t) => {
  const server = await startServer(t, { routes: [read], settings: { waitSecondsMax: 20 } });
  const answerTo = async (headers: Record<string, string>) => server.send('/api/echo', { headers });
  const waiting = await answerTo({ prefer: 'respond-async, Wait = 99', 'x-min-position': '12' });
  t.deepEqual(waiting.json.data, { waitSeconds: 20, minPosition: '12' });
  t.is(waiting.headers.get('preference-applied'), 'wait=20');
  const plain = await answerTo({ prefer: 'wait=soon' });
  t.deepEqual(plain.json.data, { waitSeconds: 0, minPosition: 'null' });
  t.is(plain.headers.get('preference-applied'), null);
  const wrong = await answerTo({ 'x-min-position': String(2n ** 64n) });
  t.deepEqual([wrong.status, wrong.json.code], [400, 'invalid_request']);
});

test('security headers are on every answer, errors included', async (t) => {
  const server = await startServer(t, { routes: [read] });
  for (const path of ['/api/echo', '/api/nowhere']) {
    const { headers } = await server.send(path);
    t.is(headers.get('x-content-type-options'), 'nosniff');
    t.is(headers.get('content-security-policy'), "default-src 'none';frame-ancestors 'none'");
    t.is(headers.get('cache-control'), 'no-store');
    t.is(headers.get('x-powered-by'), null);
  }
});

test('pages of configured origins may use the API, others may not', async (t) => {
  const origin = 'https://console.example';
  const server = await startServer(t, { routes: [echo], settings: { corsOrigins: [origin] } });
  const preflight = await server.send('/api/echo', {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'POST' },
  });
  t.is(preflight.status, 204);
  t.is(preflight.headers.get('access-control-allow-origin'), origin);
  t.regex(preflight.headers.get('access-control-allow-headers') ?? '', /Idempotency-Key/);
  const own = await server.send('/api/echo', { method: 'POST', headers: { origin } });
  t.is(own.status, 400);
  t.is(own.headers.get('access-control-allow-origin'), origin);
  const foreign = await server.send('/api/echo', { headers: { origin: 'https://evil.example' } });
  t.is(foreign.headers.get('access-control-allow-origin'), null);
});

test('an address that asks too often is told to wait', async (t) => {
  const server = await startServer(t, { routes: [read], settings: { requestsPerMinuteMax: 2 } });
  const statuses = [];
  for (let call = 1; call <= 3; call += 1) statuses.push((await server.send('/api/echo')).status);
  t.deepEqual(statuses, [200, 200, 429]);
  const last = await server.send('/api/echo');
  t.is(last.json.code, 'rate_limit_exceeded');
  t.true(Number(last.headers.get('retry-after')) >= 1);
});

test('a request that takes too long is 504, and its signal aborts', async (t) => {
  let sawAbort: (value: boolean) => void = () => undefined;
  const aborted = new Promise<boolean>((resolve) => {
    sawAbort = resolve;
  });
  const stall = (method: 'GET' | 'POST') =>
    route({
      operation: 'stall',
      method,
      path: '/api/stall',
      summary: 'stalls',
      tag: 'Test',
      responses: { 200: Text },
      handler: ({ signal }) =>
        new Promise<never>(() => signal.addEventListener('abort', () => sawAbort(true))),
    });
  const settings = { requestSeconds: 0.05 };
  const reading = await startServer(t, { routes: [stall('GET')], settings });
  t.is((await reading.send('/api/stall')).json.code, 'request_timed_out');
  t.true(await aborted);
  const writing = await startServer(t, { routes: [stall('POST')], settings });
  const answer = await writing.send('/api/stall', { method: 'POST' });
  t.deepEqual([answer.status, answer.json.code], [504, 'outcome_unknown']);
});

test('closing lets requests under way end and takes no new ones', async (t) => {
  let finish: () => void = () => undefined;
  let arrived: () => void = () => undefined;
  const hasArrived = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  const stall = route({
    operation: 'stall',
    method: 'GET',
    path: '/api/stall',
    summary: 'stalls',
    tag: 'Test',
    responses: { 200: Text },
    handler: async (_, answer) => {
      await new Promise<void>((resolve) => {
        finish = resolve;
        arrived();
      });
      return answer(200, 'done');
    },
  });
  const server = await startServer(t, { routes: [stall] });
  const underWay = server.send('/api/stall');
  await hasArrived;
  const closed = server.close();
  await t.throwsAsync(server.send('/api/stall'));
  finish();
  t.is((await underWay).json.data, 'done');
  await closed;
});

test('closing does not wait for ever', async (t) => {
  const stall = route({
    operation: 'stall',
    method: 'GET',
    path: '/api/stall',
    summary: 'stalls',
    tag: 'Test',
    responses: { 200: Text },
    handler: () => {
      arrived();
      return new Promise<never>(() => undefined);
    },
  });
  let arrived: () => void = () => undefined;
  const hasArrived = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  const server = await startServer(t, { routes: [stall], settings: { drainSeconds: 0.05 } });
  const underWay = t.throwsAsync(server.send('/api/stall'));
  await hasArrived;
  await server.close();
  await underWay;
  t.pass();
});

test('a taken port is named together with its setting', async (t) => {
  const { port } = await startServer(t, { routes: [] });
  const second = createHttpServer(optionsOf({}));
  const outcome = await second.listen({ host: '127.0.0.1', port });
  t.deepEqual(
    outcome,
    E.left({
      kind: 'port-taken',
      message: `POWERBANK_HTTP_PORT: port ${port} on 127.0.0.1 is taken by another program`,
    }),
  );
});
