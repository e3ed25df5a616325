import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { EventStoreStartError } from '../../adapters/embedded/eventstore/index.js';
import { ConnectionStringUnusable } from '../../adapters/eventstore/index.js';
import { toOperatorError } from '../../bin/cli/operator-error.js';
import { runProgram } from '../../bin/cli/program.js';
import { version } from '../../bin/version.js';
import { DatabaseError } from '../../ports/database.js';
import { EventStoreUnavailable } from '../../ports/event-store.js';
import { programWords, projectRoot, run, runShell, temporaryFolder } from '../support/program.js';

/** In this process: nothing is started by a command line that is not understood. */
const say = async (...args: readonly string[]) => {
  let stdout = '';
  let stderr = '';
  const out = (text: string): void => {
    stdout += text;
  };
  const err = (text: string): void => {
    stderr += text;
  };
  const code = await runProgram(args, { out, err });
  return { code, stdout, stderr };
};

const commands = [
  'start',
  'serve',
  'migrate',
  'seed',
  'token',
  'staff',
  'partner',
  'wallet',
  'keys',
  'projections',
  'snapshots',
  'processes',
  'audit',
  'messages',
  'cabinet',
  'mosquitto',
  'eventstore',
];

test('a reader that has gone is no failure of the command', async (t) => {
  const program = [process.execPath, ...programWords].map((word) => `'${word}'`).join(' ');
  const told = await runShell(`{ ${program} --help; echo "code $?" >&2; } | true`);
  t.is(told.stderr, 'code 0\n');
});

test('--help explains every command, and goes well', async (t) => {
  const { code, stdout } = await say('--help');
  t.is(code, 0);
  for (const command of commands) t.regex(stdout, new RegExp(`^  ${command} .*\\w`, 'm'));
});

test('the version is that of the package', async (t) => {
  t.is((await say('--version')).stdout, `${version}\n`);
  const manifest: unknown = JSON.parse(await readFile(join(projectRoot, 'package.json'), 'utf8'));
  t.like(manifest, { version });
});

/** Wrong usage, and what the one line must name. */
const slips: readonly (readonly [args: readonly string[], names: RegExp])[] = [
  [['strat'], /strat/],
  [['start', '--demo=maybe'], /--demo/],
  [['serve', '--role', 'cook'], /api, processes, projections, mqtt, all/],
  [['token'], /--user and --staff/],
  [['token', '--user', 'a', '--staff', 'admin'], /cannot be used with/],
  [['token', '--staff', 'king'], /super_admin/],
  [['projections', 'rebuild', 'nothing'], /wallet/],
  [['projections', 'rebuild'], /name/],
  [['cabinet', 'register', 'KTM009', '--imei', '12'], /15 digits/],
  [['audit', 'replay', '--at', 'yesterday'], /its zone/],
  [['audit', 'replay', '--position', 'x'], /whole number/],
  [['audit', 'verify', '--read-models', 'nothing'], /wallet/],
  [['audit', 'replay', '--position', '7', '--at', '2026-11-22T12:00Z'], /cannot be used with/],
  [['wallet', 'add', '--user', 'a', '--amount', '-5'], /rupees/],
  [['staff', 'add', '--email', 'nobody'], /e-mail address/],
  [['staff', 'add', '--email', 'a@b.example', '--name', 'Ama', '--role', 'king'], /super_admin/],
  [['staff', 'deactivate', '--email', 'a@b.example', '--reason', ' '], /1 to 500/],
  [['partner', 'invite', '--email', 'a@b.example', '--name', 'Hari'], /--business/],
  [['messages', 'send'], /--to/],
  [['messages', 'send', '--to', 'nobody'], /e-mail address/],
  [['mosquitto', 'passwords'], /--out/],
  [['eventstore'], /--data and --memory/],
  [['eventstore', '--memory', '--port', '70000'], /65535/],
  [['eventstore', 'backup', '--data', 'log'], /--to/],
  [['eventstore', 'restore', '--data', 'log'], /--from/],
  [['eventstore', 'verify'], /--data and --backup/],
  [['eventstore', 'scavenge'], /--url/],
  [['eventstore', 'scavenge', '--url', 'esdb://a', '--stop', '--status'], /--status cannot/],
  [['eventstore', 'copy', '--from', 'esdb://a'], /--to/],
];

for (const [args, names] of slips) {
  test(`wrong usage is one line and exit code 2: ${args.join(' ')}`, async (t) => {
    const { code, stdout, stderr } = await say(...args);
    t.is(code, 2);
    t.is(stdout, '');
    t.is(stderr.trim().split('\n').length, 1, stderr);
    t.regex(stderr, names);
  });
}

/** What an operator reads when something is in the way: one line that names the setting. */
const fails = async (
  t: ExecutionContext,
  settings: Readonly<Record<string, string>>,
  line: RegExp,
): Promise<void> => {
  const { code, stderr } = await run(['start', '--no-demo'], settings);
  t.is(code, 1);
  t.regex(stderr.trim(), line);
  t.is(stderr.trim().split('\n').length, 1, stderr);
};

const occupyPort = async (t: ExecutionContext): Promise<string> => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  const address = server.address();
  return String(address !== null && typeof address === 'object' ? address.port : 0);
};

for (const name of ['POWERBANK_EMBEDDED_POSTGRES_PORT', 'POWERBANK_HTTP_PORT']) {
  test.serial(`a port that is taken is one line that names ${name}`, async (t) => {
    const port = await occupyPort(t);
    const settings = { POWERBANK_DATA_DIR: await temporaryFolder(t), [name]: port };
    await fails(t, settings, new RegExp(`^${name}: .*${port}`));
  });
}

test('what a person at the terminal can mend names its setting; a bug does not', (t) => {
  const lineOf = (error: unknown) => toOperatorError(error)?.lines[0];
  const taken = new EventStoreStartError('address-in-use', 'port 1 is taken');
  t.is(lineOf(taken), 'POWERBANK_EMBEDDED_ESDB_PORT: port 1 is taken');
  const away = new DatabaseError('trouble', 'ECONNREFUSED', 'no answer');
  t.is(lineOf(away), 'POWERBANK_DATABASE_URL: no answer');
  const gone = new EventStoreUnavailable('no answer');
  t.is(lineOf(gone), 'POWERBANK_ESDB_URL: no answer');
  const slip = new ConnectionStringUnusable('Unexpected text');
  t.is(lineOf(slip), 'POWERBANK_ESDB_URL: Unexpected text');
  t.is(lineOf(new DatabaseError('fault', '42P01', 'no such table')), undefined);
  t.is(lineOf(new TypeError('a bug')), undefined);
});

test.serial('a data folder that is a file is one line that names the setting', async (t) => {
  const path = join(await temporaryFolder(t), 'file');
  await writeFile(path, '');
  await fails(t, { POWERBANK_DATA_DIR: path }, /^POWERBANK_DATA_DIR: /);
});

test.serial('a damaged log is one line that names the setting', async (t) => {
  const folder = await temporaryFolder(t);
  await mkdir(join(folder, 'eventstore'));
  await writeFile(join(folder, 'eventstore', 'data.mdb'), 'this is no log');
  await fails(t, { POWERBANK_DATA_DIR: folder }, /^POWERBANK_DATA_DIR: .*damaged/);
});

test.serial('wrong settings are a line each, and nothing is started', async (t) => {
  const settings = { POWERBANK_HTTP_PORT: 'abc', POWERBANK_LOG_LEVEL: 'loud' };
  const { code, stdout, stderr } = await run(['start'], settings);
  t.is(code, 1);
  t.is(stdout, '');
  t.deepEqual(
    stderr
      .trim()
      .split('\n')
      .map((line) => line.split(':')[0]),
    ['POWERBANK_LOG_LEVEL', 'POWERBANK_HTTP_PORT'],
  );
});

test.serial('serve names every setting that production has to say itself', async (t) => {
  const { code, stderr } = await run(['serve', '--role', 'all'], {});
  t.is(code, 1);
  const servers = ['ESDB_URL', 'DATABASE_URL', 'MQTT_URL'];
  for (const name of [...servers, 'MQTT_PASSWORD', 'TOKEN_SECRET', 'SEAL_KEY']) {
    t.regex(stderr, new RegExp(`^POWERBANK_${name}: must be set`, 'm'));
  }
});
