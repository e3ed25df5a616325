import { pino } from 'pino';
import { systemClock } from '../../adapters/clock.js';
import { createLog } from '../../adapters/logging.js';
import { missingMigrations } from '../../adapters/postgres/index.js';
import { claimNamespace } from '../../adapters/postgres/log-namespace.js';
import { openParts, type Parts } from '../compose.js';
import type { Config } from '../config/index.js';
import { settings } from '../config/settings.js';
import { refuseOtherKeys } from '../personal-keys.js';
import { readSecrets } from '../secrets.js';
import { reachServers } from '../servers.js';
import { loadConfig } from './load-config.js';
import { OperatorError } from './operator-error.js';
import { type Stoppable, stopInOrder, stopOnSignals } from './stopping.js';
import { createTerminal, type Terminal } from './terminal.js';

const standardErrorFd = 2;

export interface ShortCommand {
  readonly config: Config;
  readonly parts: Parts;
  /** Results; what happens on the way is told on standard error. */
  readonly output: Terminal;
  readonly story: Terminal;
  /** Ctrl-C. */
  readonly signal: AbortSignal;
}

interface Options {
  /** False for the command that brings the schema up to date. */
  readonly needsSchema?: boolean;
  /** True for commands that seal personal data, or find people. */
  readonly needsKeys?: boolean;
}

/**
 * Opens what a command of an operator needs, lets it work, and closes everything. The log goes to
 * standard error and tells of trouble only, so that the output can be piped on.
 */
export const shortCommand = async (
  work: (command: ShortCommand) => Promise<void>,
  { needsSchema = true, needsKeys = false }: Options = {},
): Promise<void> => {
  const config = loadConfig();
  const story = createTerminal(process.stderr);
  const log = createLog({
    level: config.logLevel === 'silent' ? 'silent' : 'warn',
    clock: systemClock,
    destination: pino.destination({ fd: standardErrorFd, sync: true }),
  });
  const running: Stoppable[] = [];
  try {
    const servers = await reachServers(config, { log, terminal: story });
    running.push(...servers.started);
    const parts = openParts({ config, secrets: await readSecrets(config), servers, log });
    running.push({ name: 'the connections', stop: parts.close });
    if (needsSchema) await refuseWrongDatabase(parts);
    if (needsKeys) await refuseOtherKeys(parts);
    const signal = stopOnSignals(story);
    await work({ config, parts, output: createTerminal(process.stdout), story, signal });
  } finally {
    await stopInOrder(running, (text) => story.line(text));
  }
};

type Belonging = Pick<Parts, 'database' | 'namespace'>;

/** @throws OperatorError when the database belongs to another part of the event store. */
export const refuseOtherNamespace = async ({ database, namespace }: Belonging): Promise<void> => {
  const owner = await claimNamespace(database, namespace);
  if (owner === namespace) return;
  const described = (name: string | null): string => (name === null ? 'none' : `"${name}"`);
  const { esdbNamespace, databaseUrl } = settings;
  throw new OperatorError([
    `${esdbNamespace.name}: is ${described(namespace)}, and the database was made from ` +
      `${described(owner)}; another namespace needs another ${databaseUrl.name}`,
  ]);
};

/**
 * @throws OperatorError when the database lacks steps that this program needs, or belongs to
 *   another part of the event store.
 */
export const refuseWrongDatabase = async (parts: Belonging): Promise<void> => {
  const missing = await missingMigrations(parts.database);
  if (missing.length > 0) {
    throw new OperatorError([
      `the database lacks ${missing.join(', ')}: run \`powerbank migrate\` first`,
    ]);
  }
  await refuseOtherNamespace(parts);
};
