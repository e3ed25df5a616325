import test, { type ExecutionContext } from 'ava';
import * as t from 'io-ts';
import { createAccounts } from '../../../adapters/accounts/index.js';
import { createTokens } from '../../../adapters/http/tokens.js';
import type { Accounts } from '../../../ports/accounts/accounts.js';
import type { OpenedSession } from '../../../ports/accounts/sessions.js';
import { everyone, users } from '../../../ports/http/access.js';
import { routeMaker } from '../../../ports/http/route.js';
import { startServer, type TestServer } from '../../support/http-server.js';
import { eventually, type Ground, openGround, secondInstance, user } from './support.js';

const maya = user('maya');
const phone = { holder: maya, realm: 'app', deviceId: null } as const;

const route = routeMaker({
  readOwn: users,
  readAll: everyone,
  leave: { ...users, endedSessions: 'admitted' },
});

const Who = t.strict({ who: t.string });

const readOwn = route({
  operation: 'readOwn',
  method: 'GET',
  path: '/api/own',
  summary: 'Who calls',
  tag: 'Test',
  responses: { 200: Who },
  handler: async ({ principal }, answer) => answer(200, { who: principal.id }),
});
const readAll = route({
  operation: 'readAll',
  method: 'GET',
  path: '/api/all',
  summary: 'Who calls, if anybody',
  tag: 'Test',
  responses: { 200: Who },
  handler: async ({ principal }, answer) =>
    answer(200, { who: principal.kind === 'anonymous' ? 'nobody' : principal.id }),
});
const leave = route({
  operation: 'leave',
  method: 'POST',
  path: '/api/leave',
  summary: 'Leaves, also for the second time',
  tag: 'Test',
  responses: { 200: Who },
  handler: async ({ principal }, answer) => answer(200, { who: principal.id }),
});

/** The program's own door, with the gate of one instance behind it. */
const openDoor = async (t: ExecutionContext, { clock }: Ground, { gate }: Accounts) => {
  const settings = { issuer: 'powerbank', audience: 'powerbank-api', ttlSeconds: 900 };
  const secret = 'the secret of this test, of more than 32 bytes';
  const tokens = createTokens(
    { ...settings, secret, previousSecret: null },
    { clock, newId: () => 'id' },
  );
  const server = await startServer(t, { routes: [readOwn, readAll, leave], tokens, clock, gate });
  const bearer = async (sessionId: string | null) => {
    const principal = { kind: 'user', id: maya.id, roles: ['user'], sessionId } as const;
    return { authorization: `Bearer ${(await tokens.issueToken(principal)).accessToken}` };
  };
  return { server, bearer };
};

const statusOf = async (
  server: TestServer,
  path: string,
  headers: Record<string, string>,
  method = 'GET',
) => (await server.send(path, { headers, method })).status;

const sidOf = ({ session }: OpenedSession): string => session.sessionId;

test('a revocation reaches every instance, and their gates ask nobody (AUTH-7, P-092)', async (t) => {
  const ground = await openGround(t);
  const { accounts } = ground;
  const second = secondInstance(t, ground);
  let questions = 0;
  const counting: typeof second.database = {
    ...second.database,
    query: (text, values) => {
      questions += 1;
      return second.database.query(text, values);
    },
  };
  const { gate } = createAccounts({ ...ground.options, database: counting });
  const stop = new AbortController();
  const running = gate.run(stop.signal);
  t.teardown(() => stop.abort());
  const opened = await accounts.sessions.open(phone);
  const issuedAt = ground.clock.now();
  const pass = { holder: maya, sessionId: sidOf(opened), issuedAt };
  const byOperator = { ...pass, sessionId: null };
  await eventually(async () => {
    const before = questions;
    return (await gate.judge(pass)) === 'open' && questions === before;
  });
  const known = questions;
  t.is(await gate.judge(byOperator), 'open');
  await accounts.sessions.revokeAll(maya, 'banned');
  await eventually(async () => (await gate.judge(pass)) === 'revoked');
  await eventually(async () => (await gate.judge(byOperator)) === 'revoked');
  t.is(questions, known);

  // What is revoked while its line is broken, it reads as soon as it is mended.
  const other = await accounts.sessions.open(phone);
  await ground.database.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND query LIKE 'LISTEN%'`);
  await accounts.sessions.revoke(sidOf(other), 'by-staff');
  // It takes a moment until the gate notices that its line is broken.
  await eventually(
    async () => (await gate.judge({ ...pass, sessionId: sidOf(other) })) === 'revoked',
  );
  await eventually(async () => {
    const before = questions;
    return (await gate.judge({ ...pass, sessionId: 'any' })) === 'open' && questions === before;
  });
  t.is(await gate.judge({ ...pass, sessionId: sidOf(other) }), 'revoked');
  stop.abort();
  await running;
});

test('a revoked token opens nothing but the way out (AUTH-6, AUTH-7)', async (t) => {
  const ground = await openGround(t);
  const { accounts } = ground;
  const { server, bearer } = await openDoor(t, ground, accounts);
  const opened = await accounts.sessions.open(phone);
  const [mine, operators] = [await bearer(sidOf(opened)), await bearer(null)];
  for (const headers of [mine, operators]) t.is(await statusOf(server, '/api/own', headers), 200);
  await accounts.sessions.revokeAll(maya, 'banned');
  for (const headers of [mine, operators]) {
    const answer = await server.send('/api/own', { headers });
    t.is(answer.status, 401);
    t.is(answer.json.code, 'token_invalid');
    const open = await server.send('/api/all', { headers });
    t.deepEqual([open.status, open.json.data], [200, { who: 'nobody' }]);
    t.is(await statusOf(server, '/api/leave', headers, 'POST'), 200);
  }
  const broken = {
    authorization: mine.authorization.replace(/[^.]{43}$/, (signature) =>
      signature.split('').toReversed().join(''),
    ),
  };
  t.is(await statusOf(server, '/api/leave', broken, 'POST'), 401);
  t.is(await statusOf(server, '/api/leave', {}, 'POST'), 401);
  const again = await accounts.sessions.open(phone);
  t.is(await statusOf(server, '/api/own', await bearer(sidOf(again))), 200);
});

test('without a database nobody is let in, and all are told to come again (P-048)', async (t) => {
  const ground = await openGround(t);
  const second = secondInstance(t, ground);
  const { server, bearer } = await openDoor(t, ground, second.accounts);
  const opened = await ground.accounts.sessions.open(phone);
  await ground.accounts.sessions.revoke(sidOf(opened), 'by-staff');
  const headers = await bearer(sidOf(opened));
  t.is(await statusOf(server, '/api/own', headers), 401);
  const away = () => Promise.reject(new Error('the database is away'));
  const database = { ...second.database, query: away };
  const blind = createAccounts({ ...ground.options, database });
  const door = await openDoor(t, ground, blind);
  for (const sessionId of [sidOf(opened), null]) {
    const answer = await door.server.send('/api/own', { headers: await door.bearer(sessionId) });
    t.is(answer.status, 503);
    t.is(answer.headers.get('retry-after'), '2');
    t.is(answer.json.code, 'service_unavailable');
    const way = await statusOf(door.server, '/api/leave', await door.bearer(sessionId), 'POST');
    t.is(way, 503, 'it could not end anything either');
  }
  const open = await door.server.send('/api/all', { headers });
  t.deepEqual([open.status, open.json.data], [200, { who: 'nobody' }]);
});
