import test from 'ava';
import * as t from 'io-ts';
import { healthRoutes } from '../../../adapters/http/health.js';
import { createHttpServer } from '../../../adapters/http/server.js';
import { integer, oneOf, text } from '../../../domain/shared/codecs.js';
import { everyone, users } from '../../../ports/http/access.js';
import { noBody, problem } from '../../../ports/http/answer.js';
import { routeMaker } from '../../../ports/http/route.js';
import { bearer, optionsOf, startServer } from '../../support/http-server.js';
import { memoryLog } from '../../support/log.js';

const route = routeMaker({
  greet: everyone,
  readStation: everyone,
  readNearby: everyone,
  readDeep: everyone,
  readWide: everyone,
  readOwn: users,
  leave: everyone,
});

const Word = t.strict({ word: t.string });
const LongWord = t.strict({ word: text('LongWord', { minLength: 100 }) });
const Destination = t.partial({ to: t.string });

const named = <Name extends 'readStation' | 'readNearby' | 'readDeep' | 'readWide'>(
  operation: Name,
  path: string,
) =>
  route({
    operation,
    method: 'GET',
    path,
    summary: 'says its name',
    tag: 'Test',
    responses: { 200: Word },
    handler: async (_, answer) => answer(200, { word: operation }),
  });

const greet = route({
  operation: 'greet',
  method: 'POST',
  path: '/api/greet/:name',
  summary: 'greets',
  tag: 'Test',
  params: t.strict({ name: text('Name', { minLength: 2 }) }),
  query: t.partial({ tone: oneOf('Tone', ['kind', 'rude']) }),
  body: t.strict({ times: integer('Times', { minimum: 1, maximum: 9 }), to: t.array(t.string) }),
  responses: { 201: Word },
  problems: ['user_invalid'],
  handler: async ({ params, query, body }, answer) => {
    if (params.name === 'nobody') {
      return problem('user_invalid', { detail: 'Nobody is nobody.', facts: { name: params.name } });
    }
    const word = `${query.tone ?? 'plain'} ${params.name} ${body.times} ${body.to.join('+')}`;
    return answer(
      201,
      { word },
      { message: 'Greeted', location: '/api/greetings/1', position: 7n },
    );
  },
});

test('an answer is wrapped in the envelope that clients know', async (t) => {
  const server = await startServer(t, { routes: [greet] });
  const json = { times: 2, to: ['a', 'b'] };
  const answer = await server.send('/api/greet/maya?tone=kind', { method: 'POST', json });
  t.is(answer.status, 201);
  t.deepEqual(answer.json, {
    success: true,
    message: 'Greeted',
    data: { word: 'kind maya 2 a+b' },
  });
  t.is(answer.headers.get('content-type'), 'application/json; charset=utf-8');
  t.is(answer.headers.get('location'), '/api/greetings/1');
  t.is(answer.headers.get('x-position'), '7');
});

test('a refusal is a problem document with its word and its facts', async (t) => {
  const server = await startServer(t, { routes: [greet] });
  const answer = await server.send('/api/greet/nobody', {
    method: 'POST',
    json: { times: 1, to: [] },
    headers: { 'x-correlation-id': 'trip-1' },
  });
  t.is(answer.status, 403);
  t.is(answer.headers.get('content-type'), 'application/problem+json');
  t.deepEqual(answer.json, {
    type: 'urn:problem-type:powerbank:user_invalid',
    title: 'This account may not do that',
    status: 403,
    detail: 'Nobody is nobody.',
    instance: '/api/greet/nobody',
    code: 'user_invalid',
    correlation_id: 'trip-1',
    name: 'nobody',
  });
});

test('all faults of all parts come back at once, with their paths, and without the input', async (t) => {
  const server = await startServer(t, { routes: [greet] });
  const answer = await server.send('/api/greet/x?tone=hunter2', {
    method: 'POST',
    json: { times: 'hunter2', to: ['fine', 5] },
  });
  t.is(answer.status, 400);
  t.is(answer.json.code, 'invalid_request');
  t.deepEqual(answer.json.errors, [
    {
      path: 'params.name',
      message: 'must be text of at least 2 characters, is an unsuitable text',
    },
    { path: 'query.tone', message: 'must be one of kind, rude, is an unsuitable text' },
    { path: 'body.times', message: 'must be a whole number from 1 to 9, is an unsuitable text' },
    { path: 'body.to.1', message: 'must be text, is an unsuitable number' },
  ]);
  t.notRegex(answer.text, /hunter2/);
});

test('literal segments win over parameters, however the routes are listed (P-119)', async (t) => {
  const server = await startServer(t, {
    routes: [
      named('readStation', '/api/stations/:serial'),
      named('readWide', '/api/:area/stations/nearby'),
      named('readDeep', '/api/stations/:serial/nearby'),
      named('readNearby', '/api/stations/nearby'),
    ],
  });
  const wordAt = async (path: string) => (await server.send(path)).json.data;
  t.deepEqual(await wordAt('/api/stations/nearby'), { word: 'readNearby' });
  t.deepEqual(await wordAt('/api/stations/BTM-1'), { word: 'readStation' });
  t.deepEqual(await wordAt('/api/stations/nearby/nearby'), { word: 'readDeep' });
  t.deepEqual(await wordAt('/api/stations/stations/nearby'), { word: 'readDeep' });
  t.deepEqual(await wordAt('/api/east/stations/nearby'), { word: 'readWide' });
});

test('routes that no request could tell apart are refused at start-up', (t) => {
  const routes = [named('readStation', '/api/a/:x'), named('readNearby', '/api/a/:y')];
  t.throws(() => createHttpServer(optionsOf({ routes })), { message: /two routes for GET/ });
});

test('an operation without a row in the access table is refused at start-up (P-116)', (t) => {
  const table = { known: everyone };
  const evaded: Record<string, typeof everyone> = table;
  const make = routeMaker(evaded);
  const definition = { method: 'GET', path: '/x', summary: 's', tag: 't' } as const;
  const handler = async () => problem('not_found');
  const responses = { 200: Word };
  const problems = ['not_found'] as const;
  t.notThrows(() => make({ ...definition, operation: 'known', responses, problems, handler }));
  t.throws(() => make({ ...definition, operation: 'unknown', responses, problems, handler }), {
    message: /unknown has no row in the access table/,
  });
});

test('a public operation cannot ask for an Idempotency-Key', (t) => {
  const greedy = { ...greet, idempotency: 'required' as const };
  t.throws(() => createHttpServer(optionsOf({ routes: [greedy] })), { message: /is public/ });
});

test('roles decide who is admitted: 401 without a valid token, 403 with the wrong role', async (t) => {
  const readOwn = route({
    operation: 'readOwn',
    method: 'GET',
    path: '/api/own',
    summary: 'own data',
    tag: 'Test',
    responses: { 200: Word },
    handler: async ({ principal }, answer) => answer(200, { word: principal.id }),
  });
  const server = await startServer(t, { routes: [readOwn] });
  const without = await server.send('/api/own');
  t.is(without.status, 401);
  t.is(without.json.code, 'token_invalid');
  t.is(without.headers.get('www-authenticate'), 'Bearer');
  const broken = await server.send('/api/own', { headers: { authorization: 'Bearer a.b.c' } });
  t.is(broken.json.code, 'token_invalid');
  t.regex(broken.headers.get('www-authenticate') ?? '', /invalid_token/);
  const staff = await server.send('/api/own', { headers: await bearer('s-1', 'admin') });
  t.is(staff.status, 403);
  t.is(staff.json.code, 'forbidden');
  const user = await server.send('/api/own', { headers: await bearer('u-1', 'user') });
  t.deepEqual(user.json.data, { word: 'u-1' });
});

test('a public operation serves a caller whose token is not valid as nobody', async (t) => {
  const readStation = route({
    operation: 'readStation',
    method: 'GET',
    path: '/api/x',
    summary: 'public',
    tag: 'Test',
    responses: { 200: Word },
    handler: async ({ principal }, answer) => answer(200, { word: principal.kind }),
  });
  const server = await startServer(t, { routes: [readStation] });
  const headers = { authorization: 'Bearer a.b.c' };
  t.deepEqual((await server.send('/api/x', { headers })).json.data, { word: 'anonymous' });
  const known = await server.send('/api/x', { headers: await bearer('u-1', 'user') });
  t.deepEqual(known.json.data, { word: 'user' });
});

test('answers without a body have none, and a redirect has its location', async (t) => {
  const leave = route({
    operation: 'leave',
    method: 'GET',
    path: '/api/leave',
    summary: 'leaves',
    tag: 'Test',
    query: Destination,
    responses: { 204: noBody, 302: noBody },
    handler: async ({ query }, answer) =>
      query.to === undefined
        ? answer(204, undefined)
        : answer(302, undefined, { location: query.to }),
  });
  const server = await startServer(t, { routes: [leave] });
  const nothing = await server.send('/api/leave');
  t.deepEqual([nothing.status, nothing.text], [204, '']);
  const away = await server.send('/api/leave?to=powerbank://done');
  t.deepEqual([away.status, away.text], [302, '']);
  t.is(away.headers.get('location'), 'powerbank://done');
  t.is(away.headers.get('content-type'), null);
});

test('health names the parts that are down and still answers 200', async (t) => {
  const checks = [
    { name: 'database', isWell: async () => true },
    { name: 'log', isWell: () => Promise.reject(new Error('away')) },
  ];
  const server = await startServer(t, { routes: healthRoutes(checks) });
  const answer = await server.send('/api/app/health');
  t.is(answer.status, 200);
  t.deepEqual(answer.json.data, {
    status: 'degraded',
    parts: [
      { name: 'database', status: 'up' },
      { name: 'log', status: 'down' },
    ],
  });
});

test('a process that misses a part is alive but not ready', async (t) => {
  let isLogUp = false;
  const checks = [{ name: 'log', isWell: async () => isLogUp }];
  const server = await startServer(t, { routes: healthRoutes(checks) });
  t.is((await server.send('/api/app/health/live')).status, 200);
  const missing = await server.send('/api/app/health/ready');
  t.is(missing.status, 503);
  t.deepEqual(missing.json.missing, ['log']);

  isLogUp = true;

  t.is((await server.send('/api/app/health/ready')).status, 200);
});

test('an answer that does not fit its codec is refused in tests, reported in production (P-120)', async (t) => {
  const readWide = named('readWide', '/api/wide');
  const lying = { ...readWide, responses: { 200: LongWord } };
  const strict = await startServer(t, { routes: [lying] });
  t.is((await strict.send('/api/wide')).status, 500);
  const log = memoryLog();
  const lenient = await startServer(t, { routes: [lying], unfitAnswers: 'report', log });
  t.is((await lenient.send('/api/wide')).status, 200);
  t.true(
    log.lines.some(({ level, fields }) => level === 'error' && fields.operation === 'readWide'),
  );
});
