/** Mass assignment and SQL, tried on every operation that the program has. */

import test, { type ExecutionContext } from 'ava';
import * as t from 'io-ts';
import { isRecord } from '../../ports/http/json.js';
import type { Route } from '../../ports/http/route.js';
import { decodeRows } from '../../ports/rows.js';
import { tokenFor } from '../support/access-matrix.js';
import { holdersOf } from '../support/matrix-resources.js';
import { networkOfThisFile } from '../support/network.js';
import { newPerson } from '../support/network-life.js';
import type { CheckedAnswer } from '../support/openapi-client.js';
import { allRoutes } from '../support/routes.js';
import { type Sample, sampleOf, targetOf } from '../support/sample-request.js';

const network = networkOfThisFile();
const seed = 20_261_122;

let holders: ReturnType<typeof holdersOf> | null = null;

/** Calls a route as somebody who may; nobody is at a limit. */
const ask = async (route: Route, { body, ...place }: Sample, userId: string) => {
  const { call, database } = network();
  await database.execute('DELETE FROM http.rate_limits');
  const [role] = route.who.kind === 'public' ? [] : route.who.roles;
  holders ??= holdersOf(network());
  const id = role === undefined || role === 'user' ? userId : (await holders)[role];
  const token = role === undefined ? null : await tokenFor(network(), role, id);
  const caller = token === null ? null : { id, roles: [], token };
  return call(caller, `${route.method} ${targetOf(route, place)}`, { body });
};

const marker = 'mass-assigned-9d41';

/** What somebody would like to be, in the words of our columns, events and answers. */
const wishes = {
  role: 'super_admin',
  roles: ['super_admin'],
  status: marker,
  user_id: marker,
  userId: marker,
  is_admin: true,
  is_staff: true,
  is_partner: true,
  balance: '99999999.00',
  points: 99_999_999,
  kyc_status: marker,
  referred_by: marker,
  created_at: '1999-01-01T00:00:00.000Z',
  actor: { kind: 'system', id: marker },
  commandId: marker,
  principal: { id: marker, roles: ['super_admin'] },
};

test.serial('what nobody asked for in a body is never taken', async (t) => {
  const { store, settled } = network();
  const routes = allRoutes().filter(({ body }) => body !== null);
  for (const route of routes) {
    const { userId } = await newPerson(network());
    const sample = sampleOf(route, seed);
    const own = isRecord(sample.body) ? sample.body : {};
    // Members that the operation knows are its own business.
    const answer = await ask(route, { ...sample, body: { ...wishes, ...own } }, userId);
    t.true(answer.status < 500, `${route.operation}: ${answer.text}`);
    t.notRegex(answer.text, new RegExp(marker), route.operation);
  }
  await settled();
  for await (const { stream, data, metadata } of store.readLog(null)) {
    t.notRegex(JSON.stringify([stream, data, metadata]), new RegExp(marker), stream);
  }
});

const injections = [
  "' OR '1'='1",
  "'; DROP TABLE account.sessions; --",
  "1) UNION SELECT password, '1' FROM account.passwords --",
  '$1::text || pg_sleep(3600)::text',
  "\\'; COPY (SELECT 1) TO PROGRAM 'true'; --",
  '%00\u0027"`;--',
];

const TableRow = t.strict({ name: t.string });

const tables = async (): Promise<readonly string[]> => {
  const rows = await network().database.query(
    `SELECT format('%I.%I', nspname, relname) AS name
       FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
      WHERE relkind = 'r' AND nspname !~ '^pg_' AND nspname <> 'information_schema'
      ORDER BY 1`,
  );
  return decodeRows(TableRow, rows).map(({ name }) => name);
};

/** Every place of a request that carries text, one at a time. */
const placesIn = ({ params, query }: Sample, route: Route, text: string): readonly Sample[] => {
  const filters = [...Object.keys(query), 'search', 'start_date', 'sort', 'cursor'];
  const body = sampleOf(route, seed).body;
  const inPath = Object.keys(params).map((name) => ({
    params: { ...params, [name]: text },
    query,
  }));
  const inQuery = [...new Set(filters)].map((name) => ({
    params,
    query: { ...query, [name]: text },
  }));
  return [...inPath, ...inQuery].map((place) => ({ ...place, body }));
};

const isHarmless = (t: ExecutionContext, answer: CheckedAnswer, what: string): void => {
  t.true(answer.status < 500, `${what}: ${answer.text}`);
  // A problem names the path that was asked for, as its caller wrote it.
  const { instance: _, ...said } = answer.json;
  t.notRegex(JSON.stringify(said), /syntax error|pg_|relation "|account\.passwords/i, what);
};

test.serial('SQL in a path or a filter is text, and the tables stand', async (t) => {
  const before = await tables();
  t.true(before.includes('account.sessions'));
  const { userId } = await newPerson(network());
  const routes = allRoutes().filter(({ method, path }) => method === 'GET' || path.includes(':'));
  let tried = 0;
  for (const route of routes) {
    for (const text of injections) {
      for (const sample of placesIn(sampleOf(route, seed), route, text)) {
        isHarmless(
          t,
          await ask(route, sample, userId),
          `${route.operation} ${JSON.stringify(sample)}`,
        );
        tried += 1;
      }
    }
  }
  t.log(`${routes.length} operations, ${tried} requests`);
  t.deepEqual(await tables(), before);
});
