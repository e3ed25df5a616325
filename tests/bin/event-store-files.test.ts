/** `powerbank eventstore backup`, `restore` and `verify`, as an operator runs them. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import test, { type ExecutionContext } from 'ava';
import { runProgram } from '../../bin/cli/program.js';
import { run, startProgram, temporaryFolder } from '../support/program.js';

interface Serving {
  readonly folder: string;
  readonly client: EventStoreDBClient;
  /** Ends the node in order. */
  stop(): Promise<void>;
}

const cell = (n: number) => jsonEvent({ type: 'tested', data: { n, text: 'searched for' } });

/** A node that serves a log of a few events. */
const serving = async (t: ExecutionContext): Promise<Serving> => {
  const folder = join(await temporaryFolder(t), 'log');
  const program = startProgram(t, ['eventstore', '--data', folder, '--port', '0'], {});
  const line = await program.untilLine(/^event store on /);
  const client = EventStoreDBClient.connectionString(line.replace('event store on ', ''));
  t.teardown(() => client.dispose());
  for (let n = 0; n < 100; n += 1) await client.appendToStream(`s-${n % 10}`, cell(n));
  return {
    folder,
    client,
    stop: async () => {
      program.kill('SIGTERM');
      t.is(await program.exit, 0);
    },
  };
};

const digestIn = (stdout: string): string => /^digest ([0-9a-f]{64})$/m.exec(stdout)?.[1] ?? '';

test.serial('a log is backed up and verified while it is served, and restored', async (t) => {
  const { folder, client, stop } = await serving(t);
  const to = await temporaryFolder(t);
  const backup = await run(['eventstore', 'backup', '--data', folder, '--to', to], {});
  t.is(backup.code, 0, backup.stderr);
  t.regex(backup.stdout, /^101 events .* in 11 streams, up to position 101$/m);
  const [name = ''] = await readdir(to);
  t.regex(name, /^eventstore-\d{8}T\d{6}Z\.mdb$/);
  const file = join(to, name);
  await client.appendToStream('s-0', cell(100));
  const live = await run(['eventstore', 'verify', '--data', folder], {});
  t.is(live.code, 0, live.stderr);
  t.regex(live.stdout, /is sound\n102 events/);
  const again = join(await temporaryFolder(t), 'again');
  const restored = await run(['eventstore', 'restore', '--from', file, '--data', again], {});
  t.is(restored.code, 0, restored.stderr);
  const checked = await run(['eventstore', 'verify', '--backup', file], {});
  t.is(digestIn(restored.stdout), digestIn(backup.stdout));
  t.is(digestIn(checked.stdout), digestIn(backup.stdout));
  t.regex(checked.stderr, /checking: 100%/);
  await stop();
});

/** In this process: a command that is refused does nothing. */
const refusal = async (...args: readonly string[]): Promise<string> => {
  let stderr = '';
  const err = (text: string): void => {
    stderr += text;
  };
  const code = await runProgram(['eventstore', ...args], { out: () => undefined, err });
  return `${code} ${stderr}`;
};

test.serial('what is in the way of a backup or a restoration is one line', async (t) => {
  const { folder, stop } = await serving(t);
  const file = join(await temporaryFolder(t), 'backup.mdb');
  const empty = await temporaryFolder(t);
  t.regex(
    await refusal('restore', '--from', 'package.json', '--data', folder),
    /^1 a node is at work in .*: stop it first\n$/,
  );
  await stop();
  t.is((await run(['eventstore', 'backup', '--data', folder, '--to', file], {})).code, 0);
  const spoilt = join(empty, 'spoilt.mdb');
  await writeFile(spoilt, (await readFile(file)).subarray(0, 5_000));
  const cases: readonly (readonly [args: readonly string[], says: RegExp])[] = [
    [['backup', '--data', folder, '--to', file], /backup\.mdb is there already and was left/],
    [['backup', '--data', empty, '--to', `${file}2`], /^1 there is no log in /],
    [['backup', '--data', folder, '--to', '/proc/1/no'], /^1 E[A-Z]+: /],
    [['restore', '--from', file, '--data', folder], /holds a log: move it away first/],
    [['restore', '--from', spoilt, '--data', empty], /is damaged: .*nothing was restored/],
    [['restore', '--from', `${file}2`, '--data', empty], /^1 there is no backup /],
    [['verify', '--data', '/nowhere'], /^1 there is no such thing: the log in \/nowhere\n$/],
    [['verify', '--data', file], /^1 .* is a file; a backup is named by --backup\n$/],
    [['verify', '--data', folder, '--backup', file], /^2 .*one of --data and --backup is needed/],
  ];
  for (const [args, says] of cases) {
    const said = await refusal(...args);
    t.regex(said, says);
    t.is(said.trim().split('\n').length, 1, said);
  }
});

test.serial('a spoilt log says what to do, to whoever verifies or starts it', async (t) => {
  const { folder, stop } = await serving(t);
  await stop();
  const data = join(folder, 'data.mdb');
  const bytes = await readFile(data);
  bytes[bytes.indexOf('searched for')] = 0;
  await writeFile(data, bytes);
  const verified = await run(['eventstore', 'verify', '--data', folder], {});
  t.is(verified.code, 1);
  t.regex(verified.stderr, /is damaged: the record at position \d+ is damaged; move it away/);
  t.regex(verified.stderr, /restore a backup: powerbank eventstore restore --from BACKUP --data /);
  await writeFile(data, bytes.subarray(0, 10_000));
  const started = await run(['eventstore', '--data', folder, '--port', '0'], {});
  t.is(started.code, 1);
  t.regex(started.stderr.trim(), /damaged: .*; move it away and restore a backup: powerbank/);
  t.is(started.stderr.trim().split('\n').length, 1);
});

test.serial('Ctrl-C breaks a backup off, and nothing of it is left', async (t) => {
  const { folder, stop } = await serving(t);
  await stop();
  const to = await temporaryFolder(t);
  const before = process.listenerCount('SIGINT');
  const said = refusal('backup', '--data', folder, '--to', to);
  while (process.listenerCount('SIGINT') === before) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  // As the system would call it; a real signal would also reach whoever runs the tests.
  process.listeners('SIGINT').at(-1)?.('SIGINT');
  t.is(await said, '1 stopped; nothing was changed\n');
  t.deepEqual(await readdir(to), []);
});
