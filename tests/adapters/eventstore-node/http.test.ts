import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { connect, createServer, type Socket } from 'node:net';
import { mock } from 'node:test';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import type { StreamsClient } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import test, { type ExecutionContext } from 'ava';
import { findRoute, type HttpRoute } from '../../../adapters/embedded/eventstore/http/routes.js';
import { statusRoutes } from '../../../adapters/embedded/eventstore/http/status-routes.js';
import {
  FIRST_BYTES_MS_MAX,
  HTTP_BODY_BYTES_MAX,
  HTTP_HEADER_BYTES_MAX,
} from '../../../adapters/embedded/eventstore/limits.js';
import { tellVersion } from '../../../adapters/embedded/eventstore/transport/first-bytes.js';
import { event, rawClient, revisions, running } from './support.js';
import { identifier } from './wire.js';

const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';
const EMPTY_SETTINGS = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]);
const SETTINGS_FRAME_TYPE = 4;
const PING_FRAME_TYPE = 6;

/** A frame of HTTP/2 that belongs to no stream. */
function frame(type: number, content: Buffer): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(content.length, 0, 3);
  head.writeUInt8(type, 3);
  return Buffer.concat([head, content]);
}

async function connected(t: ExecutionContext, port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  t.teardown(() => socket.destroy());
  await once(socket, 'connect');
  return socket.setNoDelay();
}

/** Everything a connection says until it is closed or reset. */
function answer(socket: Socket): Promise<string> {
  let text = '';
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1');
  });
  return new Promise((resolve) => {
    socket.once('error', () => resolve(text));
    socket.once('close', () => resolve(text));
  });
}

/** Begins an append and never ends it; resolves when the node has heard of it. */
async function appendWithoutEnd(client: StreamsClient): Promise<void> {
  const options = new streams.AppendReq.Options();
  options.setStreamIdentifier(identifier('s'));
  options.setAny(new shared.Empty());
  const request = new streams.AppendReq();
  request.setOptions(options);
  client.append(() => undefined).write(request);
  // On one connection calls arrive in order, so the answer to a later one tells of the earlier.
  await new Promise<void>((resolve) => {
    client.delete(new streams.DeleteReq(), () => resolve());
  });
}

/** Writes so that the other side most likely gets each byte by itself. */
async function writeSlowly(socket: Socket, bytes: string): Promise<void> {
  for (const byte of bytes) {
    socket.write(byte);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test.serial('health, gRPC and information are had on one port', async (t) => {
  const { node, client } = await running(t, {});
  const base = `http://127.0.0.1:${node.port}`;
  const live = await fetch(`${base}/health/live`);
  t.is(live.status, 204);
  t.is((await fetch(`${base}/health/live`, { method: 'HEAD' })).status, 204);
  t.is((await fetch(`${base}/health/live?liveCode=200`)).status, 200);
  t.is((await fetch(`${base}/health/live?liveCode=999`)).status, 204);

  await client.appendToStream('s', event(0));
  t.deepEqual(await revisions(client, 's'), [0]);

  const info: unknown = await (await fetch(`${base}/info`)).json();
  t.like(info, { state: 'leader', features: { projections: false } });
});

test.serial('gossip is told as JSON, under the address the caller used', async (t) => {
  const { node } = await running(t, {});
  const answered = await fetch(`http://127.0.0.1:${node.port}/gossip`);
  t.is(answered.headers.get('content-type'), 'application/json; charset=utf-8');
  t.like(await answered.json(), {
    members: [
      { state: 'Leader', isAlive: true, httpEndPointIp: '127.0.0.1', httpEndPointPort: node.port },
    ],
  });
});

test.serial('what is not there, and what is asked wrongly, is said to be so', async (t) => {
  const { node } = await running(t, {});
  const base = `http://127.0.0.1:${node.port}`;
  const unknown = await fetch(`${base}/streams/s`);
  t.is(unknown.status, 404);
  t.deepEqual(await unknown.json(), { error: 'not-found' });
  const wrong = await fetch(`${base}/info`, { method: 'DELETE' });
  t.is(wrong.status, 405);
  t.is(wrong.headers.get('allow'), 'GET, HEAD');
  t.deepEqual(await wrong.json(), { error: 'method-not-allowed' });
  const body = 'x'.repeat(HTTP_BODY_BYTES_MAX + 1);
  t.is((await fetch(`${base}/info`, { method: 'POST', body })).status, 413);
  const header = 'x'.repeat(HTTP_HEADER_BYTES_MAX);
  t.is((await fetch(`${base}/info`, { headers: { header } })).status, 431);
});

test.serial('a request target that is no path from the root is refused', async (t) => {
  const { node } = await running(t, {});
  for (const target of ['*', 'info', 'http://elsewhere/info']) {
    const socket = await connected(t, node.port);
    socket.write(`GET ${target} HTTP/1.1\r\nhost: n\r\n\r\n`);
    t.regex(await answer(socket), /^HTTP\/1\.1 400 /, target);
  }
});

test.serial('a caller that ends its side with its request gets the answer', async (t) => {
  const { node } = await running(t, {});
  const socket = await connected(t, node.port);
  socket.end('GET /info HTTP/1.1\r\nhost: n\r\n\r\n');
  const text = await answer(socket);
  t.regex(text, /^HTTP\/1\.1 200 /);
  t.regex(text, /connection: close/i);
});

test.serial('bytes may come one by one, in either version', async (t) => {
  const { node } = await running(t, {});
  const first = await connected(t, node.port);
  const said = answer(first);
  await writeSlowly(first, 'PUT /info HTTP/1.1\r\nhost: n\r\n\r\n');
  t.regex(await said, /^HTTP\/1\.1 405 /);

  const second = await connected(t, node.port);
  await writeSlowly(second, PREFACE);
  second.write(EMPTY_SETTINGS);
  const [settings]: Buffer[] = await once(second, 'data');
  t.is(settings?.[3], SETTINGS_FRAME_TYPE);
});

test.serial('nothing is lost of a first chunk, however large it is', async (t) => {
  const { node } = await running(t, {});
  const socket = await connected(t, node.port);
  // Frames of a type that nobody knows are passed over; a lost byte would break what follows.
  const noise = Array.from({ length: 64 }, () => frame(0xee, Buffer.alloc(16_384, 'x')));
  const ping = frame(PING_FRAME_TYPE, Buffer.from('12345678'));
  socket.write(Buffer.concat([Buffer.from(PREFACE), EMPTY_SETTINGS, ...noise, ping]));
  let heard = Buffer.alloc(0);
  while (!heard.includes('12345678')) {
    const [chunk]: Buffer[] = await once(socket, 'data');
    if (chunk !== undefined) heard = Buffer.concat([heard, chunk]);
  }
  t.pass();
});

test.serial('pings are answered, on connections that have no calls as well', async (t) => {
  const { node } = await running(t, {});
  const session = connectHttp2(`http://127.0.0.1:${node.port}`);
  t.teardown(() => session.destroy());
  await once(session, 'connect');
  const payload = Buffer.from('12345678');
  for (let n = 0; n < 3; n += 1) {
    const echoed = await new Promise<Buffer>((resolve, reject) => {
      session.ping(payload, (error, _ms, echo) => (error === null ? resolve(echo) : reject(error)));
    });
    t.deepEqual(Buffer.from(echoed), payload);
  }
});

test.serial('a connection that says nothing, or too little, is cut', async (t) => {
  const server = createServer();
  t.teardown(() => server.close());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  for (const start of ['', PREFACE.slice(0, -1)]) {
    const accepted = once(server, 'connection');
    const caller = await connected(t, address.port);
    const [socket]: Socket[] = await accepted;
    if (socket === undefined) throw new Error('there is no connection');
    mock.timers.enable({ apis: ['setTimeout'] });
    tellVersion(socket, () => t.fail('the connection was told apart'));
    mock.timers.tick(FIRST_BYTES_MS_MAX - 1);
    caller.write(start);
    t.false(socket.destroyed);
    mock.timers.tick(1);
    mock.timers.reset();
    t.true(socket.destroyed);
    t.is(await answer(caller), '');
  }
});

test.serial('while it stops, a node is not healthy but answers', async (t) => {
  const { node } = await running(t, {});
  const socket = await connected(t, node.port);
  const said = answer(socket);
  await writeSlowly(socket, 'GET /health/live HTTP/1.1\r\nhost: n\r\n');
  // A call that nobody ends keeps the node stopping until its patience does.
  await appendWithoutEnd(rawClient(t, node));
  const stopped = node.stop();
  socket.write('\r\n');
  t.regex(await said, /^HTTP\/1\.1 503 /);
  await stopped;
  await t.throwsAsync(fetch(`http://127.0.0.1:${node.port}/health/live`));
});

test('a node is healthy when it is ready, and only then', async (t) => {
  const statuses: number[] = [];
  for (const state of ['starting', 'ready', 'stopping'] as const) {
    const routes = statusRoutes({
      state: () => state,
      cluster: () => ({ members: [] }),
      hasUsers: false,
    });
    const match = findRoute(routes, 'HEAD', '/health/live');
    if (match.kind !== 'found') throw new Error('there is no row');
    const query = new URLSearchParams();
    const said = await match.route.handle({ parameters: {}, query, authority: '' });
    statuses.push(said.status);
  }
  t.deepEqual(statuses, [503, 204, 503]);
});

test('rows are found by method and path, with placeholders', (t) => {
  const row = (method: HttpRoute['method'], path: string): HttpRoute => ({
    method,
    path,
    access: 'operators',
    handle: () => ({ status: 200 }),
  });
  const routes = [row('POST', '/a'), row('GET', '/a/current'), row('DELETE', '/a/:id')];
  const found = findRoute(routes, 'DELETE', '/a/x%2Fy');
  t.like(found, { kind: 'found', parameters: { id: 'x/y' } });
  t.like(findRoute(routes, 'GET', '/a/current'), { kind: 'found', route: routes[1] });
  const wrong = findRoute(routes, 'POST', '/a/current');
  t.deepEqual(wrong, { kind: 'wrong-method', allowed: ['GET', 'HEAD', 'DELETE'] });
  for (const path of ['/', '/a/', '/a/b/c', '/a/%', '/A']) {
    t.deepEqual(findRoute(routes, 'DELETE', path), { kind: 'not-found' }, path);
  }
});
