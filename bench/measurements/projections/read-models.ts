/** The read models as production has them: `powerbank serve --role projections`, from nothing. */

import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import * as t from 'io-ts';
import { migrate, openPostgres, type Postgres } from '../../../adapters/postgres/index.js';
import { decodeRows, WholeNumberColumn } from '../../../ports/rows.js';
import { projections } from '../../../projections/index.js';
import { cpuSecondsOf, peakOf } from '../../audit/peak.js';
import { startChild } from '../../children.js';
import type { Cleanup } from '../../cleanup.js';
import { quietLog } from '../../quiet-log.js';
import { mustEqual } from '../../sums.js';
import type { LongLog } from './long-log.js';

const lookEveryMs = 20;
const template = 'bench_template';

/** One server, on which every catch-up gets a database of its own. */
export interface Databases {
  /** Address of a new database, migrated, without read models. */
  make(name: string): Promise<string>;
}

const withDatabase = (serverUrl: string, name: string): string => {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
};

const open = (url: string): Postgres =>
  openPostgres({ url, applicationName: 'bench', log: quietLog, poolConnectionsMax: 2 });

export const openDatabases = async (cleanup: Cleanup, serverUrl: string): Promise<Databases> => {
  const server = open(serverUrl);
  cleanup.add(() => server.close());
  await server.execute(`CREATE DATABASE ${template}`);
  const first = open(withDatabase(serverUrl, template));
  await migrate(first).finally(() => first.close());
  return {
    make: async (name) => {
      await server.execute(`CREATE DATABASE ${name} TEMPLATE ${template}`);
      return withDatabase(serverUrl, name);
    },
  };
};

const CheckpointRow = t.strict({ name: t.string, position: t.union([t.bigint, t.null]) });

/** Whether each read model has projected the last event that concerns it. */
const areComplete = async (database: Postgres, { lastOf }: LongLog): Promise<boolean> => {
  const rows = await database.query('SELECT name, position FROM projection.checkpoints');
  const reached = new Map(
    decodeRows(CheckpointRow, rows).map(({ name, position }) => [name, position]),
  );
  return projections.every(({ name, categories }) =>
    categories.every((category) => (reached.get(name) ?? -1n) >= (lastOf.get(category) ?? -1n)),
  );
};

const NumberRow = t.strict({ value: WholeNumberColumn });

/** A fast wrong answer is worth nothing. @throws WrongSum */
const checkSums = async (database: Postgres, log: LongLog): Promise<void> => {
  const numberOf = async (expression: string): Promise<number | undefined> =>
    decodeRows(NumberRow, await database.query(`SELECT (${expression})::bigint AS value`))[0]
      ?.value;
  const sums = [
    ['parked events', 'SELECT count(*) FROM projection.parked', 0],
    ['rentals', 'SELECT count(*) FROM rental.rentals', log.rentals],
    ['paisa in wallets', 'SELECT sum(balance_minor) FROM wallet.wallets', log.balanceMinor],
    [
      'paisa that entries of wallets moved',
      'SELECT sum(balance_after_minor - balance_before_minor) FROM wallet.entries',
      log.balanceMinor,
    ],
    ['trial balance', 'SELECT sum(balance_minor) FROM ledger.accounts', 0],
  ] as const;
  for (const [what, expression, expected] of sums) {
    mustEqual(what, await numberOf(expression), expected);
  }
};

export interface CatchUp {
  readonly events: number;
  /** From where the read models begin to where the last one is complete. */
  readonly seconds: number;
  /** Of the program, without Postgres and the event store. */
  readonly peakMebibytes: number;
  readonly cpuSeconds: number;
}

export interface Surroundings {
  readonly esdbUrl: string;
  readonly databaseUrl: string;
  /** Of the program. */
  readonly folder: string;
  readonly log: LongLog;
}

/** Builds all read models from the first event on, and verifies them. */
export const catchUp = async (
  cleanup: Cleanup,
  { esdbUrl, databaseUrl, folder, log }: Surroundings,
): Promise<CatchUp> => {
  const settings = {
    POWERBANK_ESDB_URL: esdbUrl,
    POWERBANK_DATABASE_URL: databaseUrl,
    POWERBANK_DATA_DIR: folder,
    POWERBANK_TOKEN_SECRET: randomBytes(32).toString('hex'),
    POWERBANK_CABINET_MASTER_KEY: randomBytes(32).toString('hex'),
  };
  const database = open(databaseUrl);
  const child = startChild(cleanup, { args: ['serve', '--role', 'projections'], settings, folder });
  try {
    await child.untilLine(/projection runs/);
    const beganMs = performance.now();
    while (!(await areComplete(database, log))) {
      if (child.hasEnded()) await child.untilLine(/complete/);
      await delay(lookEveryMs);
    }
    const seconds = (performance.now() - beganMs) / 1_000;
    const used = {
      peakMebibytes: await peakOf(child.pid),
      cpuSeconds: await cpuSecondsOf(child.pid),
    };
    await child.stop();
    await checkSums(database, log);
    return { events: log.events, seconds, ...used };
  } finally {
    await database.close();
  }
};
