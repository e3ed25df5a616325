import { join } from 'node:path';
import { startEmbeddedPostgres } from '../adapters/embedded/postgres/index.js';
import { temporaryFolder } from './children.js';
import type { Cleanup } from './cleanup.js';
import { quietLog } from './quiet-log.js';

/**
 * The embedded Postgres with the settings that the program gives it, new and empty; it ends with
 * the run. Answers the superuser's address of its database.
 */
export const startPostgres = async (cleanup: Cleanup): Promise<string> => {
  const dataDir = join(await temporaryFolder(cleanup), 'postgres');
  const server = await startEmbeddedPostgres({ dataDir, port: 0, log: quietLog });
  cleanup.add(() => server.stop());
  return server.url;
};
