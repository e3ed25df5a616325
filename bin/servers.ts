/**
 * Where the log and the database are: the configured servers, or embedded ones that are started
 * here on loopback ports. Behind the same clients nobody can tell them apart.
 */

import { join } from 'node:path';
import { startEventStoreNode } from '../adapters/embedded/eventstore/index.js';
import type { MailboxPlace } from '../adapters/embedded/mailbox/mailbox.js';
import { startEmbeddedPostgres } from '../adapters/embedded/postgres/index.js';
import type { Log } from '../ports/log.js';
import type { Stoppable } from './cli/stopping.js';
import type { Terminal } from './cli/terminal.js';
import type { Config } from './config/index.js';
import { findRunning } from './running.js';

/** Where the log, the database and, if there is one, the mailbox are. */
export interface ServerUrls {
  readonly esdbUrl: string;
  readonly esdbNamespace: string | null;
  readonly databaseUrl: string;
  readonly mailbox: MailboxPlace | null;
}

export interface Servers extends ServerUrls {
  /** What was started here and has to be stopped, in the order in which it was started. */
  readonly started: readonly Stoppable[];
}

interface Surroundings {
  readonly log: Log;
  readonly terminal: Terminal;
}

const eventStoreDir = (config: Config): string => join(config.dataDir, 'eventstore');
const postgresDir = (config: Config): string => join(config.dataDir, 'postgres');

const startNode = async (config: Config, { log, terminal }: Surroundings) => {
  const nodeLog = log.with({ part: 'eventstore' });
  const node = await terminal.step(
    'starting the event store',
    () =>
      startEventStoreNode({
        dataDir: eventStoreDir(config),
        port: config.embeddedEsdbPort,
        log: ({ level, msg, ...fields }) => nodeLog[level](msg, fields),
      }),
    ({ port }) => `event store on 127.0.0.1:${port}`,
  );
  return { url: node.connectionString, stoppable: { name: 'the event store', stop: node.stop } };
};

const startPostgres = async (config: Config, { log, terminal }: Surroundings) => {
  const server = await terminal.step(
    'starting Postgres',
    () =>
      startEmbeddedPostgres({
        dataDir: postgresDir(config),
        port: config.embeddedPostgresPort,
        log: log.with({ part: 'postgres' }),
      }),
    ({ port }) => `Postgres on 127.0.0.1:${port}`,
  );
  return { url: server.url, stoppable: { name: 'Postgres', stop: () => server.stop() } };
};

/**
 * Starts whatever is not configured.
 *
 * @throws EventStoreStartError, EmbeddedPostgresFailure when a part cannot start; what had been
 *   started before is stopped again.
 */
export const startServers = async (config: Config, around: Surroundings): Promise<Servers> => {
  const node = config.esdbUrl === null ? await startNode(config, around) : null;
  try {
    const postgres = config.databaseUrl === null ? await startPostgres(config, around) : null;
    return {
      esdbUrl: node?.url ?? config.esdbUrl ?? '',
      esdbNamespace: config.esdbNamespace,
      databaseUrl: postgres?.url ?? config.databaseUrl ?? '',
      mailbox: null,
      started: [node, postgres].flatMap((each) => (each === null ? [] : [each.stoppable])),
    };
  } catch (error) {
    await node?.stoppable.stop();
    throw error;
  }
};

/** Where the log alone is. */
export interface ReachedLog extends Pick<ServerUrls, 'esdbUrl' | 'esdbNamespace'> {
  readonly started: readonly Stoppable[];
}

/** The log for a command that needs no database; of embedded servers only that one is started. */
export const reachLog = async (config: Config, around: Surroundings): Promise<ReachedLog> => {
  const running = await findRunning(config.dataDir);
  const esdbNamespace = config.esdbNamespace ?? running?.esdbNamespace ?? null;
  const esdbUrl = config.esdbUrl ?? running?.esdbUrl;
  if (esdbUrl !== undefined) return { esdbUrl, esdbNamespace, started: [] };
  const node = await startNode(config, around);
  return { esdbUrl: node.url, esdbNamespace, started: [node.stoppable] };
};

/** Where the database alone is. */
export interface ReachedDatabase extends Pick<ServerUrls, 'databaseUrl'> {
  readonly started: readonly Stoppable[];
}

/** The database for a command that has the log already. */
export const reachDatabase = async (
  config: Config,
  around: Surroundings,
): Promise<ReachedDatabase> => {
  const running = await findRunning(config.dataDir);
  const databaseUrl = config.databaseUrl ?? running?.databaseUrl;
  if (databaseUrl !== undefined) return { databaseUrl, started: [] };
  const postgres = await startPostgres(config, around);
  return { databaseUrl: postgres.url, started: [postgres.stoppable] };
};

/**
 * Servers for a short command: those of the program that runs on this data folder, if one does,
 * else like `startServers`.
 */
export const reachServers = async (config: Config, around: Surroundings): Promise<Servers> => {
  const running = await findRunning(config.dataDir);
  if (running === null) return startServers(config, around);
  return {
    esdbUrl: config.esdbUrl ?? running.esdbUrl,
    esdbNamespace: config.esdbNamespace ?? running.esdbNamespace,
    databaseUrl: config.databaseUrl ?? running.databaseUrl,
    mailbox: running.mailbox,
    started: [],
  };
};
