import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import test from 'ava';
import * as t from 'io-ts';
import type { RawRoute } from '../../adapters/http/raw-route.js';
import { everyone } from '../../ports/http/access.js';
import { routeMaker } from '../../ports/http/route.js';
import { startServer } from '../support/http-server.js';
import { headOf, openSocket, sendRaw } from '../support/raw-http.js';

const route = routeMaker({ echo: everyone, readShort: everyone });

const Word = t.strict({ word: t.string }, 'Word');

const echo = route({
  operation: 'echo',
  method: 'POST',
  path: '/api/echo',
  summary: 'echoes',
  tag: 'Test',
  body: Word,
  responses: { 200: Word },
  handler: async ({ body }, answer) => answer(200, body),
});

const readShort = route({
  operation: 'readShort',
  method: 'GET',
  path: '/api/short',
  summary: 'reads',
  tag: 'Test',
  responses: { 200: Word },
  handler: async (_, answer) => answer(200, { word: 'short' }),
});

/** Far more than the buffers of both sides together. */
const longBytes = 64 * 1_024 * 1_024;

const readLong: RawRoute = {
  operation: 'readLong',
  method: 'GET',
  path: '/long',
  bodyBytesMax: 0,
  handler: async () => ({
    status: 200,
    contentType: 'application/octet-stream',
    body: Buffer.alloc(longBytes),
  }),
};

const routes = [echo, readShort];
const chunked = { 'Content-Type': 'application/json', 'Transfer-Encoding': 'chunked' };

const statusesIn = (answers: string): readonly string[] =>
  [...answers.matchAll(/^HTTP\/1\.1 (\d{3}) /gm)].map(([, status = '']) => status);

test('chunks without an end are cut off at the limit, not read to the end', async (t) => {
  const server = await startServer(t, { routes, settings: { bodyBytesMax: 1_000 } });
  const socket = await openSocket(server.port);
  let answer = '';
  socket.on('data', (bytes: Buffer) => {
    answer += bytes.toString('utf8');
  });
  socket.write(headOf('POST /api/echo', chunked));
  const chunk = `3e8\r\n${' '.repeat(1_000)}\r\n`;
  while (!socket.destroyed && !socket.readableEnded) {
    if (socket.writable) socket.write(chunk);
    await nextTurn();
  }
  t.deepEqual(statusesIn(answer), ['413']);
});

test('a body that nobody reads keeps its connection no longer than a request may take', async (t) => {
  const settings = { receiveSeconds: 0.05 };
  const server = await startServer(t, { routes, settings });
  const answered = { 'GET /api/short': '200', 'POST /api/nowhere': '404', 'PUT /api/echo': '405' };
  for (const [request, status] of Object.entries(answered)) {
    // Answered at once; when the end of the body does not come, the server ends the connection.
    t.is(statusesIn(await sendRaw(server.port, headOf(request, chunked)))[0], status);
  }
});

test('a body that comes drop by drop is given up, although something comes all the time', async (t) => {
  const server = await startServer(t, { routes, settings: { receiveSeconds: 0.1 } });
  const socket = await openSocket(server.port);
  let answer = '';
  socket.on('data', (bytes: Buffer) => {
    answer += bytes.toString('utf8');
  });
  socket.write(headOf('POST /api/echo', chunked));
  while (!socket.destroyed && !socket.readableEnded) {
    if (socket.writable) socket.write('1\r\n \r\n');
    await nextTurn();
  }
  t.regex(answer, /^HTTP\/1\.1 (408|413) /);
});

/** Ends of connections in this process, which has both ends of each. */
const openEnds = (): number =>
  process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap').length;

test.serial('who stops reading loses the connection', async (t) => {
  const settings = { receiveSeconds: 0.1, requestSeconds: 0.1 };
  const server = await startServer(t, { routes, rawRoutes: [readLong], settings });
  const socket = await openSocket(server.port);
  socket.write(headOf('GET /long'));
  await once(socket, 'data');
  socket.pause();
  t.is(openEnds(), 2);
  // Whoever does not read does not notice; the server has let go of its end.
  while (openEnds() === 2) await nextTurn();
  t.true(socket.bytesRead < longBytes);
  socket.destroy();
});

test('a request that could be two is none', async (t) => {
  const server = await startServer(t, { routes });
  const smuggled = 'GET /api/short HTTP/1.1\r\nHost: x\r\n\r\n';
  const length = String(smuggled.length + 5);
  const both = { ...chunked, 'Content-Length': length };
  const ambiguous = [
    `${headOf('POST /api/echo', both)}0\r\n\r\n${smuggled}`,
    headOf('POST /api/echo', { 'Content-Length': '5', 'content-length': '6' }),
    headOf('POST /api/echo', { 'Content-Length': '+5' }),
    headOf('POST /api/echo', { 'Transfer-Encoding': 'chunked, identity' }),
    headOf('POST /api/echo', { 'Transfer-Encoding': 'xchunked' }),
    headOf('POST /api/echo', { 'Content-Length ': '5' }),
    headOf('GET /api/short', { 'X-Folded': 'a\r\n b' }),
    `${headOf('POST /api/echo', chunked)}5;a=b\n{"a"\r\n`,
  ];
  for (const bytes of ambiguous) {
    const answers = statusesIn(await sendRaw(server.port, bytes));
    t.deepEqual(answers, ['400'], JSON.stringify(bytes));
  }
});

test('no header of an answer is made of what a request says', async (t) => {
  const server = await startServer(t, { routes });
  const injected = '%0d%0aSet-Cookie:%20a=b';
  const paths = [`/api/short${injected}`, `/api/short?x=${injected}`, `/${injected}`];
  for (const path of paths) {
    const { headers } = await server.send(path);
    t.is(headers.get('set-cookie'), null, path);
  }
  const odd = { 'X-Correlation-Id': 'a b', Prefer: 'wait=1;x', 'X-Forwarded-For': '1.2.3.4' };
  const answer = await sendRaw(
    server.port,
    headOf('GET /api/short', { ...odd, Connection: 'close' }),
  );
  t.notRegex(answer, /a b|1\.2\.3\.4/);
  for (const value of ['a\u0000b', 'a\rb', 'a\nSet-Cookie: a=b']) {
    const refused = await sendRaw(server.port, headOf('GET /api/short', { 'X-Odd': value }));
    t.regex(refused, /^HTTP\/1\.1 (400|408) /);
    t.notRegex(refused, /set-cookie/i);
  }
});

test('who names no host, several hosts or another scheme gets no further', async (t) => {
  const server = await startServer(t, { routes });
  const nameless = await sendRaw(server.port, 'GET /api/short HTTP/1.1\r\n\r\n');
  t.deepEqual(statusesIn(nameless), ['400']);
  const proxied = await sendRaw(
    server.port,
    headOf('GET http://other.example/api/short', { Connection: 'close' }),
  );
  t.notRegex(proxied, /other\.example/);
  const tunnel = await sendRaw(server.port, headOf('CONNECT other.example:443'));
  t.notRegex(tunnel, / 200 /);
  const trace = await sendRaw(
    server.port,
    headOf('TRACE /api/short', { 'X-Secret': 'hunter2', Connection: 'close' }),
  );
  t.notRegex(trace, /hunter2/);
});
