import { randomBytes } from 'node:crypto';
import test, { type ExecutionContext } from 'ava';
import { connectEventStore } from '../../adapters/eventstore/index.js';
import { ADMIN, secureNode } from '../adapters/eventstore-node/secure.js';
import { onOwnNode, openTestLog, uniqueWord } from '../support/event-store-server.js';
import { memoryLog } from '../support/log.js';
import { createTestDatabase } from '../support/postgres.js';
import { run, type Settings, temporaryFolder } from '../support/program.js';
import { collect } from '../support/proposed-event.js';

/** What production has to say itself, but for the event store. */
const settingsFor = async (t: ExecutionContext): Promise<Settings> => ({
  POWERBANK_DATA_DIR: await temporaryFolder(t),
  POWERBANK_DATABASE_URL: (await createTestDatabase(t)).url,
  POWERBANK_TOKEN_SECRET: randomBytes(32).toString('hex'),
  POWERBANK_CABINET_MASTER_KEY: randomBytes(32).toString('hex'),
  POWERBANK_LOG_LEVEL: 'silent',
});

const starts = [
  ['serve', '--role', 'projections'],
  ['processes', 'status'],
];

/** Whatever is started, the operator reads one line that names the setting. */
const failsWith = async (t: ExecutionContext, settings: Settings, line: RegExp): Promise<void> => {
  for (const args of starts) {
    const { code, stderr } = await run(args, settings);
    t.is(code, 1, args.join(' '));
    t.regex(stderr.trim(), line);
    t.is(stderr.trim().split('\n').length, 1, stderr);
  }
};

onOwnNode('wrong credentials of the event store are one line', async (t) => {
  const { urlFor } = await secureNode(t);
  // By name: about TLS to a bare address Node says something of its own.
  const url = urlFor({ ...ADMIN, password: 'an old password' }).replace('127.0.0.1', 'localhost');
  const settings = { ...(await settingsFor(t)), POWERBANK_ESDB_URL: url };
  await failsWith(t, settings, /^POWERBANK_ESDB_URL: .*UNAUTHENTICATED/);
});

test.serial('an event store that is away at start is one line', async (t) => {
  const settings = {
    ...(await settingsFor(t)),
    POWERBANK_ESDB_URL: 'esdb://127.0.0.1:1?tls=false',
  };
  await failsWith(t, settings, /^POWERBANK_ESDB_URL: .*ECONNREFUSED/);
});

test.serial(
  'a connection string that cannot be read is one line without its password',
  async (t) => {
    const url = 'esdb://admin:hunter2@localhost?tls=hunter2';
    const settings = { ...(await settingsFor(t)), POWERBANK_ESDB_URL: url };
    await failsWith(t, settings, /^POWERBANK_ESDB_URL: (?!.*hunter2)Unexpected text at position/);
  },
);

test.serial('the program keeps to its namespace, and its database to both', async (t) => {
  const { url, stop } = await openTestLog();
  t.teardown(stop);
  const [mine, other] = [uniqueWord(), uniqueWord()];
  const settings = { ...(await settingsFor(t)), POWERBANK_ESDB_URL: url };
  const inNamespace = (name: string): Settings => ({ ...settings, POWERBANK_ESDB_NAMESPACE: name });

  const seeded = await run(['migrate', '--seed'], inNamespace(mine));
  t.regex(seeded.stdout, /[1-9]\d* events were seeded/, seeded.stderr);
  for (const [namespace, hasSettings] of [
    [mine, true],
    [other, false],
  ] as const) {
    const store = connectEventStore({ url, namespace }, memoryLog());
    const events = await collect(store.readStream('settings-network'));
    t.is(events.length > 0, hasSettings);
    await store.close();
  }
  t.is((await run(['processes', 'status'], inNamespace(mine))).code, 0);
  const line = `^POWERBANK_ESDB_NAMESPACE: is "${other}", and .* from "${mine}"; .*DATABASE_URL$`;
  await failsWith(t, inNamespace(other), new RegExp(line));
});
