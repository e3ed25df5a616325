import test from 'ava';
import * as t from 'io-ts';
import { purgeAccounts } from '../../../adapters/accounts/purge.js';
import { postgresStaffRequests } from '../../../adapters/postgres/staff-requests.js';
import { instant } from '../../../domain/shared/instant.js';
import type { StaffRequest } from '../../../ports/audit-log.js';
import { DatabaseError } from '../../../ports/database.js';
import { administrators, everyone } from '../../../ports/http/access.js';
import { routeMaker } from '../../../ports/http/route.js';
import { bearer, startServer, testTokens } from '../../support/http-server.js';
import { createTestDatabase } from '../../support/postgres.js';

const route = routeMaker({ act: administrators, look: administrators, visit: everyone });
const Done = t.string;

const world = () => {
  const carriedOut: string[] = [];
  const acting = <Operation extends 'act' | 'look' | 'visit'>(
    operation: Operation,
    method: 'GET' | 'POST',
  ) =>
    route({
      operation,
      method,
      path: `/api/${operation}`,
      summary: 'does something',
      tag: 'Test',
      responses: { 200: Done },
      handler: async ({ commandId }, answer) => {
        carriedOut.push(commandId);
        return answer(200, 'done');
      },
    });
  const routes = [acting('act', 'POST'), acting('look', 'GET'), acting('visit', 'POST')];
  return { routes, carriedOut };
};

const staffHeaders = async (agent: string) => {
  const holder = { kind: 'staff', id: 'ama', roles: ['super_admin'], sessionId: null } as const;
  const { accessToken } = await testTokens.issueToken(holder);
  return { authorization: `Bearer ${accessToken}`, 'user-agent': agent };
};

test('where staff are is recorded by the id of their command, and of nobody else', async (context) => {
  const { routes, carriedOut } = world();
  const recorded: StaffRequest[] = [];
  const staffRequests = { record: async (request: StaffRequest) => void recorded.push(request) };
  const server = await startServer(context, { routes, staffRequests });
  const headers = await staffHeaders('desk/1.0');
  context.is((await server.send('/api/act', { method: 'POST', headers })).status, 200);
  context.is((await server.send('/api/look', { headers })).status, 200, 'reading is no action');
  const user = await bearer('sita', 'user');
  context.is((await server.send('/api/visit', { method: 'POST', headers: user })).status, 200);
  context.is((await server.send('/api/visit', { method: 'POST' })).status, 200);
  context.is(recorded.length, 1);
  context.like(recorded[0], { requestId: carriedOut[0], staffId: 'ama', agent: 'desk/1.0' });
  context.regex(recorded[0]?.address ?? '', /127\.0\.0\.1$/);
});

test('what cannot be recorded is not carried out', async (context) => {
  const { routes, carriedOut } = world();
  const record = () => Promise.reject(new DatabaseError('trouble', '57P01', 'away'));
  const server = await startServer(context, { routes, staffRequests: { record } });
  const headers = await staffHeaders('desk/1.0');
  const refused = await server.send('/api/act', { method: 'POST', headers });
  context.is(refused.json.code, 'service_unavailable');
  context.deepEqual(carriedOut, []);
});

test('where staff were is kept for 365 days, as it was when the command first came', async (context) => {
  const { database } = await createTestDatabase(context);
  const requests = postgresStaffRequests(database);
  const first = {
    requestId: 'r-1',
    staffId: 'ama',
    address: '192.0.2.7',
    agent: null,
    at: instant('2026-01-01T00:00:00Z'),
  };
  await requests.record(first);
  await requests.record({ ...first, address: '192.0.2.8' });
  const found = async () => [...(await requests.find(['r-1', 'r-2']))];
  await purgeAccounts(database, instant('2026-12-31T23:59:59Z'));
  context.deepEqual(await found(), [['r-1', { address: '192.0.2.7', agent: null }]]);
  await purgeAccounts(database, instant('2027-01-01T00:00:00Z'));
  context.deepEqual(await found(), []);
});
