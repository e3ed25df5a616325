import test, { type ExecutionContext } from 'ava';
import * as t from 'io-ts';
import { everyone, users } from '../../ports/http/access.js';
import { routeMaker } from '../../ports/http/route.js';
import { bearer, startServer } from '../support/http-server.js';

const route = routeMaker({ echo: everyone, order: users });

const Words = t.strict({ words: t.array(t.string) }, 'Words');
const Note = t.strict({ note: t.string }, 'Note');

const echo = route({
  operation: 'echo',
  method: 'POST',
  path: '/api/echo',
  summary: 'echoes',
  tag: 'Test',
  query: t.partial({ word: t.string }),
  body: Words,
  responses: { 200: Words },
  handler: async ({ body }, answer) => answer(200, body),
});

/** Keyed, so that its whole body is hashed. */
const order = route({
  operation: 'order',
  method: 'POST',
  path: '/api/order',
  summary: 'orders',
  tag: 'Test',
  idempotency: 'required',
  body: Note,
  responses: { 200: Note },
  handler: async ({ body }, answer) => answer(200, body),
});

const json = { 'content-type': 'application/json' };

const opened = async (t: ExecutionContext) => {
  const settings = { bodyBytesMax: 200_000 };
  const server = await startServer(t, { routes: [echo, order], settings });
  const post = (body: string | Uint8Array, headers: Readonly<Record<string, string>> = json) =>
    server.send('/api/echo', { method: 'POST', headers, body });
  return { server, post };
};

test('a body as deep as it is long is refused before anybody walks through it', async (t) => {
  const { server } = await opened(t);
  const who = await bearer('u-1', 'user');
  const deep = `${'['.repeat(90_000)}${']'.repeat(90_000)}`;
  const nested = `${'{"a":'.repeat(30_000)}1${'}'.repeat(30_000)}`;
  for (const body of [`{"note":"n","more":${deep}}`, `{"note":"n","more":${nested}}`, deep]) {
    const headers = { ...json, ...who, 'idempotency-key': 'k-1' };
    const answer = await server.send('/api/order', { method: 'POST', headers, body });
    t.deepEqual([answer.status, answer.json.code], [400, 'invalid_request']);
    t.regex(answer.text, /must not be deeper than 32 levels/);
  }
});

test('a list of thousands of wrong things is told in an answer of bounded size', async (t) => {
  const { post } = await opened(t);
  const answer = await post(JSON.stringify({ words: Array(60_000).fill(1) }));
  t.is(answer.status, 400);
  t.regex(String(answer.json.detail), /^60000 faults/);
  t.true(answer.text.length < 10_000, `${answer.text.length} bytes`);
});

test('of two members with one name the last counts, everywhere', async (t) => {
  const { post } = await opened(t);
  const answer = await post('{"words":["first"],"words":["last"]}');
  t.deepEqual(answer.json.data, { words: ['last'] });
});

test('a member called __proto__ is a member, and changes nothing', async (t) => {
  const { post } = await opened(t);
  const answer = await post('{"words":["w"],"__proto__":{"polluted":1},"constructor":{"a":1}}');
  t.deepEqual(answer.json.data, { words: ['w'] });
  t.false('polluted' in {});
});

test('text that is no Unicode is refused: broken UTF-8, NUL, half of a pair', async (t) => {
  const { server, post } = await opened(t);
  const broken = [
    Buffer.from([0x7b, 0xff, 0x7d]),
    // An overlong slash, a surrogate in UTF-8, a character that is cut off.
    Buffer.concat([Buffer.from('{"words":["'), Buffer.from([0xc0, 0xaf]), Buffer.from('"]}')]),
    Buffer.concat([
      Buffer.from('{"words":["'),
      Buffer.from([0xed, 0xa0, 0x80]),
      Buffer.from('"]}'),
    ]),
    Buffer.concat([Buffer.from('{"words":["'), Buffer.from([0xe2, 0x82])]),
  ];
  for (const body of broken) {
    const answer = await post(body);
    t.deepEqual([answer.status, answer.json.code], [400, 'malformed_json']);
  }
  for (const escaped of ['\\u0000', '\\ud800', '\\udc00x', 'x\\ud83d']) {
    for (const body of [`{"words":["${escaped}"]}`, `{"words":[],"${escaped}":1}`]) {
      const answer = await post(body);
      t.deepEqual([answer.status, answer.json.code], [400, 'invalid_request'], body);
    }
  }
  const query = await server.send('/api/echo?word=%00', { method: 'POST', json: { words: [] } });
  t.deepEqual([query.status, query.json.code], [400, 'invalid_request']);
});

test('what only looks like JSON in UTF-8 is no body', async (t) => {
  const { post } = await opened(t);
  const text = '{"words":[]}';
  const types = [
    'text/json',
    'application/json-patch+json',
    'application/jsonx',
    'application/json; charset=utf-16',
    'multipart/form-data; boundary=x',
    'application/x-www-form-urlencoded',
  ];
  for (const type of types) {
    t.is((await post(text, { 'content-type': type })).status, 415, type);
  }
  for (const encoding of ['gzip', 'br', 'deflate', 'identity, gzip', 'x-unknown']) {
    t.is((await post(text, { ...json, 'content-encoding': encoding })).status, 415, encoding);
  }
  t.is((await post(Buffer.from(text, 'utf16le'))).json.code, 'malformed_json');
  t.is((await post(`\ufeff${text}`)).status, 200, 'a byte order mark is allowed by RFC 8259');
});

test('JSON that no codec asked for is refused with 400, whatever it is', async (t) => {
  const { post } = await opened(t);
  const bodies = ['null', 'true', '1e400', '"words"', '[]', '{}', '{"words":{"length":1}}'];
  for (const body of bodies) t.is((await post(body)).status, 400, body);
  for (const body of ['{', '{"words":}', "{'words':[]}", '{"words":[]}}', 'NaN', '\u0000']) {
    t.is((await post(body)).json.code, 'malformed_json', body);
  }
});
