import { type ChildProcess, spawn } from 'node:child_process';
import { setImmediate as nextTurn } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { createPersonalData, masterKeysOf } from '../../adapters/personal-data/index.js';
import { registerKeys } from '../../adapters/personal-data/registration.js';
import type { Postgres } from '../../adapters/postgres/index.js';
import { instant } from '../../domain/shared/instant.js';
import type { Sealed } from '../../domain/shared/sealed.js';
import { memoryLog } from '../support/log.js';
import { createTestDatabase } from '../support/postgres.js';
import {
  environment,
  programWords,
  projectRoot,
  run,
  type Settings,
  temporaryFolder,
} from '../support/program.js';
import { createTestClock } from '../support/test-clock.js';

const oldSecret = 'an old master key of more than 32 bytes';
const newSecret = 'a new master key of more than 32 bytes, too';
const identifierKey = 'an identifier key of more than 32 bytes';

const withOld = { POWERBANK_DATA_MASTER_KEY: oldSecret, POWERBANK_IDENTIFIER_KEY: identifierKey };
const withNew = { ...withOld, POWERBANK_DATA_MASTER_KEY: newSecret };
const withBoth = { ...withNew, POWERBANK_DATA_MASTER_KEY_PREVIOUS: oldSecret };

const personalDataIn = (database: Postgres, current: string) =>
  createPersonalData({
    database,
    masterKeys: masterKeysOf({ current, previous: null }),
    clock: createTestClock(),
    log: memoryLog(),
  });

interface Installation {
  readonly database: Postgres;
  readonly settings: Settings;
  readonly seals: readonly Sealed[];
}

/** A database with so many people in it, sealed under the old master key. */
const install = async (t: ExecutionContext, people: number): Promise<Installation> => {
  const { url, database } = await createTestDatabase(t);
  const masterKeys = masterKeysOf({ current: oldSecret, previous: null });
  await registerKeys(database, { masterKeys, identifierKey }, instant('2026-11-22T12:00:00Z'));
  const personalData = personalDataIn(database, oldSecret);
  const seals: Sealed[] = [];
  for (let index = 0; index < people; index += 1) {
    seals.push(await personalData.seal(`user:${index}`, 'profile', `text ${index}`));
  }
  await personalData.close();
  const settings = { POWERBANK_DATA_DIR: await temporaryFolder(t), POWERBANK_DATABASE_URL: url };
  return { database, settings, seals };
};

/** What production needs to start, but for the keys of personal data. */
const production = {
  POWERBANK_ESDB_URL: 'esdb://127.0.0.1:1?tls=false',
  POWERBANK_TOKEN_SECRET: 'a token secret of more than thirty-two bytes',
  POWERBANK_CABINET_MASTER_KEY: 'a master key of cabinets of more than 32 bytes',
  POWERBANK_OTP_PEPPER: 'a pepper of codes of more than thirty-two bytes',
};

test.serial(
  'production says itself which keys it has; who sees no people needs none',
  async (t) => {
    const needed = /^POWERBANK_(DATA_MASTER_KEY|IDENTIFIER_KEY): must be set/gm;
    for (const [role, count] of [
      ['api', 2],
      ['processes', 2],
      ['projections', 0],
    ] as const) {
      const { code, stderr } = await run(['serve', '--role', role], {});
      t.is(code, 1);
      t.is([...stderr.matchAll(needed)].length, count, role);
    }
  },
);

/** One line that names the setting, and nothing of any key. */
const refused = async (t: ExecutionContext, settings: Settings, line: RegExp): Promise<void> => {
  const { code, stderr } = await run(['serve', '--role', 'api'], { ...production, ...settings });
  t.is(code, 1);
  t.regex(stderr, line);
  t.is(stderr.trim().split('\n').length, 1, stderr);
  for (const secret of [oldSecret, newSecret, identifierKey]) t.false(stderr.includes(secret));
};

test.serial('a wrong key is one line that names its setting', async (t) => {
  const { settings } = await install(t, 1);
  await refused(
    t,
    { ...settings, ...withNew },
    /^POWERBANK_DATA_MASTER_KEY: is not the master key/,
  );
  const otherIndex = { ...withOld, POWERBANK_IDENTIFIER_KEY: newSecret };
  await refused(t, { ...settings, ...otherIndex }, /^POWERBANK_IDENTIFIER_KEY: is not the one/);
});

test.serial('a data folder whose key does not fit is told with both of its settings', async (t) => {
  const { settings } = await install(t, 1);
  const { code, stderr } = await run(['seed', '--demo'], settings);
  t.is(code, 1);
  t.regex(
    stderr,
    /^POWERBANK_IDENTIFIER_KEY: is not set, and the one in POWERBANK_DATA_DIR is not/m,
  );
});

const statusOf = async (settings: Settings): Promise<string> => {
  const { code, stdout, stderr } = await run(['keys', 'status'], settings);
  if (code !== 0) throw new Error(stderr);
  return stdout;
};

test.serial('a master key is changed by a command, which tells how far it is', async (t) => {
  const { database, settings, seals } = await install(t, 3);
  t.regex(
    await statusOf({ ...settings, ...withBoth }),
    /^\w{16} +3 +wraps new keys +POWERBANK_DATA_MASTER_KEY_PREVIOUS\n0 keys were destroyed$/m,
  );
  const { code, stdout, stderr } = await run(['keys', 'rotate'], { ...settings, ...withBoth });
  t.is(code, 0, stderr);
  t.regex(stderr, /keys: 100% \(3 of 3\)/);
  t.regex(stdout, /^3 keys were wrapped with the new master key$/m);
  t.regex(stdout, /POWERBANK_DATA_MASTER_KEY_PREVIOUS may be removed/);
  t.regex(
    await statusOf({ ...settings, ...withNew }),
    /^\w{16} +3 +wraps new keys +POWERBANK_DATA_MASTER_KEY$/m,
  );
  const [sealed] = seals;
  const personalData = personalDataIn(database, newSecret);
  t.is(sealed && (await personalData.open('user:0', 'profile', sealed)), 'text 0');
  await personalData.destroyKey('user:0', instant('2026-11-22T12:00:00Z'));
  await personalData.close();
  const told = /^1 keys were destroyed, the last one at 2026-11-22T12:00:00.000Z$/m;
  t.regex(await statusOf({ ...settings, ...withOld }), told);
});

test.serial('without the master key before, nothing is changed', async (t) => {
  const { settings } = await install(t, 1);
  const { code, stderr } = await run(['keys', 'rotate'], { ...settings, ...withNew });
  t.is(code, 1);
  t.regex(
    stderr,
    /^POWERBANK_DATA_MASTER_KEY: is not the master key .* POWERBANK_DATA_MASTER_KEY_PREVIOUS$/m,
  );
});

/** More than one batch of the command. */
const manyPeople = 501;

const untilItWaits = async (database: Postgres): Promise<void> => {
  const waiting = `SELECT FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  while ((await database.query(waiting)).length === 0) await nextTurn();
};

const complaintsOf = (child: ChildProcess): { text: string } => {
  const complaints = { text: '' };
  child.stderr?.on('data', (chunk: Buffer) => {
    complaints.text += chunk.toString('utf8');
  });
  return complaints;
};

test.serial('Ctrl-C ends the change after the batch under way, and it can go on', async (t) => {
  const { database, settings } = await install(t, manyPeople);
  const rotate = { ...settings, ...withBoth };
  const child = spawn(process.execPath, [...programWords, 'keys', 'rotate'], {
    cwd: projectRoot,
    env: environment(rotate),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const complaints = complaintsOf(child);
  const exit = new Promise<number | null>((resolve) => child.once('exit', resolve));
  await database.transaction(async (tx) => {
    // The command has to wait for this row, so that it is in its first batch when it is stopped.
    await tx.query(`SELECT FROM account.personal_keys WHERE subject = 'user:0' FOR UPDATE`);
    await untilItWaits(database);
    child.kill('SIGINT');
    while (!complaints.text.includes('Stopping')) await nextTurn();
  });
  t.is(await exit, 1);
  t.regex(complaints.text, /^stopped; the same command goes on from here$/m);
  const status = await statusOf(rotate);
  t.regex(status, /^\w{16} +500 +wraps new keys +POWERBANK_DATA_MASTER_KEY$/m);
  t.regex(status, /^\w{16} +1 +is being changed +POWERBANK_DATA_MASTER_KEY_PREVIOUS$/m);
  const { code, stdout } = await run(['keys', 'rotate'], rotate);
  t.is(code, 0);
  t.regex(stdout, /^1 keys were wrapped/m);
});
