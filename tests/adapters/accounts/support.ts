import { randomBytes, randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ExecutionContext } from 'ava';
import { type AccountsOptions, createAccounts } from '../../../adapters/accounts/index.js';
import type { Postgres } from '../../../adapters/postgres/index.js';
import { systemRandomness } from '../../../adapters/randomness.js';
import { brandOrThrow } from '../../../domain/shared/brand.js';
import { UserId } from '../../../domain/shared/ids.js';
import type { Accounts } from '../../../ports/accounts/accounts.js';
import type { AccountHolder } from '../../../ports/accounts/holder.js';
import { memoryLog } from '../../support/log.js';
import { createTestDatabase } from '../../support/postgres.js';
import { openTestPostgres } from '../../support/postgres-server.js';
import { createTestClock, type TestClock } from '../../support/test-clock.js';

export const day = 86_400;

/** Stores on a database of the test's own. */
export interface Ground {
  readonly url: string;
  readonly database: Postgres;
  readonly clock: TestClock;
  readonly log: ReturnType<typeof memoryLog>;
  readonly options: AccountsOptions;
  readonly accounts: Accounts;
}

export const openGround = async (t: ExecutionContext<unknown>): Promise<Ground> => {
  const { url, database } = await createTestDatabase(t);
  const clock = createTestClock();
  const log = memoryLog();
  const options: AccountsOptions = {
    database,
    clock,
    log,
    randomness: systemRandomness,
    newId: randomUUID,
    otpPepper: 'a pepper of the tests, of more than 32 bytes',
    refreshTagKey: randomBytes(32),
    refreshTtlSeconds: 90 * day,
  };
  return { url, database, clock, log, options, accounts: createAccounts(options) };
};

/** Another instance of the program on the same database. */
export const secondInstance = (
  t: ExecutionContext<unknown>,
  { url, options }: Ground,
): { readonly accounts: Accounts; readonly database: Postgres } => {
  const database = openTestPostgres(url);
  t.teardown(() => database.close());
  return { database, accounts: createAccounts({ ...options, database }) };
};

export const user = (id: string): AccountHolder => ({ kind: 'user', id });
export const userId = (id: string): UserId => brandOrThrow(UserId, id);

/** As often as it takes until it is so. */
export const eventually = async (condition: () => Promise<boolean>): Promise<void> => {
  while (!(await condition())) await nextTurn();
};

/** What happens at once, as often as said. */
export const atOnce = <T>(times: number, work: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: times }, (_, index) => work(index)));

/** How often each word came. */
export const tallyOf = (words: readonly string[]): Readonly<Record<string, number>> => {
  const tally: Record<string, number> = {};
  for (const word of words) tally[word] = (tally[word] ?? 0) + 1;
  return tally;
};

/** All that the schema of accounts holds, as text, to look for what must not be there. */
export const storedText = async (database: Postgres): Promise<string> => {
  const tables = await database.query(
    `SELECT table_name FROM information_schema.tables WHERE table_schema = 'account'`,
  );
  const texts = await Promise.all(
    tables.map(async ({ table_name }) =>
      JSON.stringify(await database.query(`SELECT t::text FROM account.${table_name} AS t`)),
    ),
  );
  return texts.join('\n');
};
