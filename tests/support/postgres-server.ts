import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../adapters/embedded/postgres/index.js';
import { migrate, openPostgres } from '../../adapters/postgres/index.js';
import { memoryLog } from './log.js';

/** The database that each test file gets a copy of. */
export const templateName = 'migrated_template';

/** Data of a test may be lost in a power cut: nothing waits for the disk. */
const fastSettings = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  shared_buffers: '128MB',
  max_connections: '600',
};

/** The same server, another database. */
export const urlOf = (serverUrl: string, databaseName: string): string => {
  const url = new URL(serverUrl);
  url.pathname = `/${databaseName}`;
  return url.href;
};

export const openTestPostgres = (url: string) =>
  openPostgres({ url, applicationName: 'tests', log: memoryLog(), poolConnectionsMax: 10 });

/** Makes the template on a server that has none yet. */
export const createTemplate = async (serverUrl: string): Promise<void> => {
  const server = openTestPostgres(serverUrl);
  try {
    await server.execute(`CREATE DATABASE ${templateName} WITH TEMPLATE template0`);
    const template = openTestPostgres(urlOf(serverUrl, templateName));
    try {
      await migrate(template);
    } finally {
      await template.close();
    }
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

/** A Postgres in a temporary folder, with the template on it; `stop` removes both. */
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
    await createTemplate(server.url);
    return { url: server.url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
};
