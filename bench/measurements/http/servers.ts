/**
 * What the HTTP measurements run on: an event store and a Postgres in processes of their own, a new
 * network in them, and `powerbank serve --role api` beside its rival.
 */

import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { systemClock } from '../../../adapters/clock.js';
import { startEmbeddedPostgres } from '../../../adapters/embedded/postgres/index.js';
import { connectEventStore } from '../../../adapters/eventstore/index.js';
import { createTokens } from '../../../adapters/http/tokens.js';
import { createMetrics } from '../../../adapters/metrics.js';
import { migrate, openPostgres, type Postgres } from '../../../adapters/postgres/index.js';
import { seedNetwork } from '../../../bin/seed/network.js';
import { createHandlers } from '../../../commands/handlers.js';
import type { EventStore } from '../../../ports/event-store.js';
import type { IdentifiedPrincipal } from '../../../ports/http/principal.js';
import { createPositions } from '../../../projections/engine/index.js';
import { projections } from '../../../projections/index.js';
import { startChild, startRival, temporaryFolder } from '../../children.js';
import type { Cleanup } from '../../cleanup.js';
import { type EventStoreChild, startEventStore } from '../../event-store-child.js';
import { freePort, loopback } from '../../free-port.js';
import { firstServed } from '../../program.js';
import { quietLog } from '../../quiet-log.js';

/** Longer than the whole benchmark. */
const tokenTtlSeconds = 3_600;

/** The log, the database, and a network in them that has its settings. */
export interface Servers {
  readonly folder: string;
  readonly node: EventStoreChild;
  readonly store: EventStore;
  readonly database: Postgres;
  readonly databaseUrl: string;
}

/** With the settings of production: what is committed is on disk. */
export const startServers = async (cleanup: Cleanup): Promise<Servers> => {
  const folder = await temporaryFolder(cleanup);
  const node = await startEventStore(cleanup, { folder, dataDir: join(folder, 'eventstore') });
  const dataDir = join(folder, 'postgres');
  const postgres = await startEmbeddedPostgres({ dataDir, port: 0, log: quietLog });
  cleanup.add(postgres.stop);
  const store = connectEventStore({ url: node.url }, quietLog);
  cleanup.add(() => store.close());
  const database = openPostgres({ url: postgres.url, applicationName: 'bench', log: quietLog });
  cleanup.add(database.close);
  await migrate(database);
  const metrics = createMetrics({ log: quietLog, withProcessMetrics: false });
  const handlers = createHandlers({ store, metrics });
  await seedNetwork({ handlers, store, clock: systemClock, newId: randomUUID });
  return { folder, node, store, database, databaseUrl: postgres.url };
};

/** Secrets of one run; its roles share them. */
const secrets = {
  POWERBANK_TOKEN_SECRET: randomBytes(32).toString('hex'),
  POWERBANK_CABINET_MASTER_KEY: randomBytes(32).toString('hex'),
  POWERBANK_OTP_PEPPER: randomBytes(32).toString('hex'),
  POWERBANK_DATA_MASTER_KEY: randomBytes(32).toString('hex'),
  POWERBANK_IDENTIFIER_KEY: randomBytes(32).toString('hex'),
} as const;

/** Starts one role of the program on these servers; it ends with the run. */
export const startRole = (
  { folder, node, databaseUrl }: Servers,
  role: 'api' | 'projections',
  { cleanup, port }: { readonly cleanup: Cleanup; readonly port: number },
) =>
  startChild(cleanup, {
    args: ['serve', '--role', role],
    folder,
    settings: {
      ...secrets,
      POWERBANK_DATA_DIR: folder,
      POWERBANK_ESDB_URL: node.url,
      POWERBANK_DATABASE_URL: databaseUrl,
      POWERBANK_HTTP_PORT: String(port),
      POWERBANK_LOG_LEVEL: 'warn',
      // All requests come from one address, and its limit is not what is measured.
      POWERBANK_HTTP_REQUESTS_PER_MINUTE_MAX: '10000000',
      POWERBANK_TOKEN_ISSUER: 'bench',
      POWERBANK_TOKEN_AUDIENCE: 'bench',
    },
  });

/** Longer than the few events of a new network take. */
const projectMsMax = 30_000;

/** Has the read models made by the role that makes them, and ends it again. */
export const projectOnce = async (
  cleanup: Cleanup,
  servers: Servers,
  { withinMs } = { withinMs: projectMsMax },
): Promise<void> => {
  const { store, database } = servers;
  const last = await store.lastPosition();
  const role = startRole(servers, 'projections', { cleanup, port: 0 });
  const done = new AbortController();
  const positions = createPositions({ database, store, projections });
  const listening = positions.run(done.signal);
  for (const { name } of projections) {
    const wait = await positions.waitFor(name, last ?? 0n, { withinMs });
    if (wait.kind === 'late') throw new Error(`the read model ${name} was not made in time`);
  }
  done.abort();
  await listening;
  await role.stop();
};

/** Starts `powerbank serve --role api`; answers its address. */
export const startApi = async (cleanup: Cleanup, servers: Servers): Promise<string> => {
  const port = await freePort();
  const api = startRole(servers, 'api', { cleanup, port });
  const url = `http://${loopback}:${port}`;
  await firstServed(url, api);
  return url;
};

/** Starts the rival of both measurements; answers its address. */
export const startBareKoa = async (
  cleanup: Cleanup,
  { folder, node, databaseUrl }: Servers,
): Promise<string> => {
  const settings = { EVENT_STORE_URL: node.url, DATABASE_URL: databaseUrl };
  const rival = startRival(cleanup, { file: 'bare-koa.ts', args: [], folder, settings });
  const line = await rival.untilLine(/^listening on /);
  return line.replace(/^listening on /, '');
};

/** The header of a caller, whose token is made once, as apps keep theirs. */
export const authorizationOf = async (principal: IdentifiedPrincipal): Promise<string> => {
  const tokens = createTokens(
    {
      secret: secrets.POWERBANK_TOKEN_SECRET,
      previousSecret: null,
      issuer: 'bench',
      audience: 'bench',
      ttlSeconds: tokenTtlSeconds,
    },
    { clock: systemClock, newId: randomUUID },
  );
  const { accessToken } = await tokens.issueToken(principal);
  return `Bearer ${accessToken}`;
};
