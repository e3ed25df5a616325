import { randomUUID } from 'node:crypto';
import test, { type ExecutionContext } from 'ava';
import type { Postgres } from '../../adapters/postgres/index.js';
import {
  copyOf,
  openTestPostgres,
  startTestServer,
  type TestServer,
  templates,
  urlOf,
} from './postgres-server.js';

/**
 * A real Postgres for tests. `npm test` starts one server for all files and names it in
 * `TEST_PG_URL`; a file that is run alone starts its own and stops it at the end.
 */
let ownServer: Promise<TestServer> | null = null;

const serverUrl = async (): Promise<string> => {
  const given = process.env.TEST_PG_URL;
  if (given !== undefined) return given;
  ownServer ??= startTestServer();
  return (await ownServer).url;
};

test.after.always('the Postgres of this file is stopped', async () => {
  if (ownServer !== null) await (await ownServer).stop();
});

export interface TestDatabase {
  readonly url: string;
  readonly database: Postgres;
}

/**
 * A database of this test's own, cloned from its template in some ten milliseconds and dropped
 * when the test ends, whoever is still connected.
 */
export const createTestDatabase = async (
  t: ExecutionContext<unknown>,
  template: keyof typeof templates = 'migrated',
): Promise<TestDatabase> => {
  const server = openTestPostgres(await serverUrl());
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await server.execute(copyOf(templates[template], name));
  const url = urlOf(await serverUrl(), name);
  const database = openTestPostgres(url);
  t.teardown(async () => {
    await database.close();
    await server.execute(`DROP DATABASE ${name} WITH (FORCE)`);
    await server.close();
  });
  return { url, database };
};
