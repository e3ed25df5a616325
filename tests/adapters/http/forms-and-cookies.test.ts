import test from 'ava';
import * as t from 'io-ts';
import { openApiDocument } from '../../../adapters/http/openapi/document.js';
import { nullable } from '../../../domain/shared/codecs.js';
import { everyone } from '../../../ports/http/access.js';
import { noBody } from '../../../ports/http/answer.js';
import { cookieNamed, setCookieText } from '../../../ports/http/cookie.js';
import { withDefault } from '../../../ports/http/default-type.js';
import { routeMaker } from '../../../ports/http/route.js';
import { startServer } from '../../support/http-server.js';

const route = routeMaker({ post: everyone, look: everyone });

const cookie = {
  name: 'visit',
  value: 'abc-1',
  maxAgeSeconds: 600,
  sameSite: 'None',
  isSecure: true,
} as const;

const post = route({
  operation: 'post',
  method: 'POST',
  path: '/api/post',
  summary: 'takes a form',
  tag: 'Test',
  bodyFormat: 'form',
  body: t.strict({ state: t.string, code: withDefault(nullable(t.string), null) }, 'PostedForm'),
  cookie: 'visit',
  responses: {
    200: t.strict({ state: t.string, code: nullable(t.string), cookie: nullable(t.string) }),
  },
  handler: async ({ body, cookie: shown }, answer) => answer(200, { ...body, cookie: shown }),
});

const look = route({
  operation: 'look',
  method: 'GET',
  path: '/api/look',
  summary: 'leads on and leaves a cookie',
  tag: 'Test',
  responses: { 303: noBody },
  handler: async (_, answer) =>
    answer(303, undefined, { location: '/api/elsewhere', setCookie: cookie }),
});

const form = (body: string, headers: Record<string, string> = {}) => ({
  method: 'POST',
  body,
  headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
});

test('a form is read by the codec of its route, field by field', async (t) => {
  const server = await startServer(t, { routes: [post] });
  const { json } = await server.send('/api/post', form('state=a+b%26c&more=1'));
  t.deepEqual(json.data, { state: 'a b&c', code: null, cookie: null });
});

test('a field that comes twice, or not at all, is a fault', async (t) => {
  const server = await startServer(t, { routes: [post] });
  for (const body of ['state=a&state=b', 'code=1', '', '__proto__=x', 'state[]=a']) {
    const answer = await server.send('/api/post', form(body));
    t.is(answer.json.code, 'invalid_request', body);
  }
});

test('a route takes the one format that it says', async (t) => {
  const server = await startServer(t, { routes: [post] });
  const json = await server.send('/api/post', { method: 'POST', json: { state: 'a' } });
  t.is(json.json.code, 'unsupported_media_type');
  t.is(json.headers.get('accept'), 'application/x-www-form-urlencoded');
  const text = await server.send('/api/post', form('state=a', { 'content-type': 'text/plain' }));
  t.is(text.status, 415);
});

test('a handler sees the cookie that its route names, and no other', async (t) => {
  const server = await startServer(t, { routes: [post] });
  const shown = async (header: string) => {
    const { json } = await server.send('/api/post', form('state=a', { cookie: header }));
    return json.data;
  };
  t.like(await shown('other=1; visit=abc-1; visitor=x'), { cookie: 'abc-1' });
  t.like(await shown('visitor=x'), { cookie: null });
  t.like(await shown('visit=first; visit=second'), { cookie: 'first' });
});

test('an answer sets a cookie that scripts cannot read', async (t) => {
  const server = await startServer(t, { routes: [look] });
  const answer = await server.send('/api/look');
  t.is(answer.status, 303);
  t.is(answer.headers.get('location'), '/api/elsewhere');
  const set = 'visit=abc-1; Path=/; Max-Age=600; HttpOnly; SameSite=None; Secure';
  t.is(answer.headers.get('set-cookie'), set);
});

test('nothing gets into the header by way of a value', (t) => {
  const signs = [';', ',', ' ', '"', '\\', '\r', '\n', '\u0000', 'é'];
  for (const sign of signs) {
    t.throws(() => setCookieText({ ...cookie, value: `a${sign}b` }), { instanceOf: RangeError });
  }
  t.is(cookieNamed('', 'visit'), null);
});

test('the document says which format a body has, and which cookie counts', (t) => {
  const info = { title: 'Test', version: '0', description: 'Test' };
  const text = JSON.stringify(openApiDocument([post], info));
  t.regex(text, /"content":\{"application\/x-www-form-urlencoded":/);
  t.regex(text, /"name":"visit","in":"cookie"/);
});
