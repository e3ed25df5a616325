import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../adapters/embedded/postgres/index.js';
import { migrate, openPostgres, type Postgres } from '../../adapters/postgres/index.js';
import { prepare } from '../../projections/engine/prepare.js';
import { projections } from '../../projections/index.js';
import { memoryLog } from './log.js';

/** What a test gets a copy of: a migrated database, or one with all read models, still empty. */
export const templates = { migrated: 'migrated_template', withReadModels: 'read_models_template' };

/** Data of a test may be lost in a power cut: nothing waits for the disk. */
const fastSettings = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  shared_buffers: '128MB',
  max_connections: '600',
  scram_iterations: '1',
};

/** The same server, another database. */
export const urlOf = (serverUrl: string, databaseName: string): string => {
  const url = new URL(serverUrl);
  url.pathname = `/${databaseName}`;
  return url.href;
};

/** Copies files, which takes a tenth of the time of writing the pages anew through the journal. */
export const copyOf = (template: string, name: string): string =>
  `CREATE DATABASE ${name} WITH TEMPLATE ${template} STRATEGY FILE_COPY`;

export const openTestPostgres = (url: string) =>
  openPostgres({ url, applicationName: 'tests', log: memoryLog(), poolConnectionsMax: 10 });

/** Makes the templates on a server that has none yet. */
export const createTemplates = async (serverUrl: string): Promise<void> => {
  const server = openTestPostgres(serverUrl);
  const fill = async (name: string, work: (template: Postgres) => Promise<void>): Promise<void> => {
    const template = openTestPostgres(urlOf(serverUrl, name));
    await work(template).finally(() => template.close());
  };
  const { migrated, withReadModels } = templates;
  try {
    // Sets it anew with few iterations: tests open some ten thousand connections.
    const { password } = new URL(serverUrl);
    await server.execute(`ALTER ROLE CURRENT_USER PASSWORD '${decodeURIComponent(password)}'`);
    await server.execute(`CREATE DATABASE ${migrated} WITH TEMPLATE template0`);
    await fill(migrated, async (template) => void (await migrate(template)));
    await server.execute(copyOf(migrated, withReadModels));
    await fill(withReadModels, async (template) => {
      for (const projection of projections) await prepare(template, projection);
    });
  } finally {
    await server.close();
  }
};

export interface TestServer {
  readonly url: string;
  stop(): Promise<void>;
}

const folderPrefix = 'powerbank-tests-';

const isAlive = async (pidFile: string): Promise<boolean> => {
  const pid = Number.parseInt(await readFile(pidFile, 'utf8').catch(() => ''), 10);
  try {
    return process.kill(pid, 0);
  } catch {
    // No such process, or no number in the file: nobody is there.
    return false;
  }
};

/** Removes folders of test runs that were killed; their servers have ended with them. */
const sweep = async (): Promise<void> => {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(folderPrefix)) continue;
    const folder = join(tmpdir(), name);
    const hasOwner = (await readdir(folder).catch((): string[] => [])).includes('owner.pid');
    if (!hasOwner || (await isAlive(join(folder, 'owner.pid')))) continue;
    if (await isAlive(join(folder, 'cluster', 'postmaster.pid'))) continue;
    await rm(folder, { recursive: true, force: true });
  }
};

/** A Postgres in a temporary folder, with the templates on it; `stop` removes both. */
export const startTestServer = async (): Promise<TestServer> => {
  await sweep();
  const dataDir = await mkdtemp(join(tmpdir(), folderPrefix));
  let server: EmbeddedPostgres | null = null;
  const stop = async (): Promise<void> => {
    await server?.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    server = await startEmbeddedPostgres({
      dataDir,
      port: 0,
      log: memoryLog(),
      settings: fastSettings,
    });
    await createTemplates(server.url);
    return { url: server.url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
};
