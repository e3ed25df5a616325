import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import {
  type EmbeddedPostgres,
  EmbeddedPostgresFailure,
  startEmbeddedPostgres,
} from '../../../adapters/embedded/postgres/index.js';
import { memoryLog } from '../../support/log.js';
import { openTestPostgres } from '../../support/postgres-server.js';
import { importWords } from '../../support/running.js';
import { until } from '../../support/until.js';

const embedded = importWords('adapters/embedded/postgres/index.ts');

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    // There is no such process any more, which is what the test waits for.
    return false;
  }
};

const newFolder = async (t: ExecutionContext): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'powerbank-embedded-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  return folder;
};

const start = async (t: ExecutionContext, dataDir: string, port = 0): Promise<EmbeddedPostgres> => {
  const settings = { fsync: 'off', shared_buffers: '16MB' };
  const server = await startEmbeddedPostgres({ dataDir, port, log: memoryLog(), settings });
  t.teardown(() => server.stop());
  return server;
};

const query = async (url: string, text: string) => {
  const database = openTestPostgres(url);
  try {
    return await database.query(text);
  } finally {
    await database.close();
  }
};

test('a new folder becomes a cluster, and an existing one opens with its data', async (t) => {
  const folder = await newFolder(t);
  const first = await start(t, folder);
  await query(first.url, 'CREATE TABLE things AS SELECT 42 AS answer');
  await first.stop();
  const second = await start(t, folder);
  t.deepEqual(await query(second.url, 'SELECT * FROM things'), [{ answer: 42 }]);
});

test('it listens on the loopback interface only, and wants a password', async (t) => {
  const server = await start(t, await newFolder(t));
  const [row] = await query(server.url, 'SHOW listen_addresses');
  t.deepEqual(row, { listen_addresses: '127.0.0.1' });
  const url = new URL(server.url);
  url.password = 'wrong';
  await t.throwsAsync(query(url.href, 'SELECT 1'), { message: /password authentication failed/ });
});

test('a server killed with SIGKILL starts again on its folder', async (t) => {
  const folder = await newFolder(t);
  const killed = await start(t, folder);
  await query(killed.url, 'CREATE TABLE things AS SELECT 42 AS answer');
  process.kill(killed.pid, 'SIGKILL');
  await killed.ended;
  t.regex(await readFile(join(folder, 'cluster', 'postmaster.pid'), 'utf8'), /^\d+\n/);
  const again = await start(t, folder);
  t.deepEqual(await query(again.url, 'SELECT * FROM things'), [{ answer: 42 }]);
});

test('a pid file that names a stranger is stale', async (t) => {
  const folder = await newFolder(t);
  const first = await start(t, folder);
  await first.stop();
  // As after a restart of a container: the old number now belongs to another program, this one.
  await writeFile(join(folder, 'cluster', 'postmaster.pid'), `${process.pid}\n`);
  const again = await start(t, folder);
  t.deepEqual(await query(again.url, 'SELECT 1 AS one'), [{ one: 1 }]);
});

test('a server ends with the program that started it, however that ends', async (t) => {
  const folder = await newFolder(t);
  const program = `
    import { startEmbeddedPostgres } from ${JSON.stringify(embedded.url)};
    const log = { debug() {}, info() {}, warn() {}, error() {}, with: () => log };
    const options = { dataDir: ${JSON.stringify(folder)}, port: 0, log };
    const { pid } = await startEmbeddedPostgres(options);
    console.log(pid);`;
  const flags = [...embedded.flags, '--input-type=module', '--eval', program];
  const child = spawn(process.execPath, flags, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(child.stdout, 'data');
  const pid = Number(String(line));
  child.kill('SIGKILL');
  await until(() => !isAlive(pid));
  t.pass();
});

test('a server that outlived its killed parent is stopped and replaced', async (t) => {
  const folder = await newFolder(t);
  const orphan = await start(t, folder);
  const noSuchProcess = 2 ** 22 + 1; // Above the highest number that Linux gives out.
  await writeFile(join(folder, 'owner.pid'), String(noSuchProcess));
  const heir = await start(t, folder);
  t.not(heir.pid, orphan.pid);
  await orphan.ended;
  t.deepEqual(await query(heir.url, 'SELECT 1 AS one'), [{ one: 1 }]);
});

const refusal = (t: ExecutionContext, work: Promise<unknown>) =>
  t.throwsAsync(work, { instanceOf: EmbeddedPostgresFailure, message: /^[^\n]+$/ });

test('a folder that another program holds is refused, and its server goes on', async (t) => {
  const folder = await newFolder(t);
  const server = await start(t, folder);
  t.is((await refusal(t, start(t, folder)))?.kind, 'FolderInUse');
  t.deepEqual(await query(server.url, 'SELECT 1 AS one'), [{ one: 1 }]);
});

test('a port that is taken is refused by its number', async (t) => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  t.teardown(() => other.close());
  const address = other.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const failure = await refusal(t, start(t, await newFolder(t), port));
  t.is(failure?.kind, 'PortTaken');
  t.true(failure?.message.includes(String(port)));
});

test('a folder of another version is refused and left alone', async (t) => {
  const folder = await newFolder(t);
  await mkdir(join(folder, 'cluster'));
  await writeFile(join(folder, 'cluster', 'PG_VERSION'), '12\n');
  t.is((await refusal(t, start(t, folder)))?.kind, 'FolderIncompatible');
  t.is(await readFile(join(folder, 'cluster', 'PG_VERSION'), 'utf8'), '12\n');
});

test('a path that is a file is no data folder', async (t) => {
  const file = join(await newFolder(t), 'file');
  await writeFile(file, '');
  t.is((await refusal(t, start(t, file)))?.kind, 'FolderUnreadable');
});

test('an initialisation that broke off is done again from the beginning', async (t) => {
  const folder = await newFolder(t);
  await mkdir(join(folder, 'cluster.unfinished'));
  await writeFile(join(folder, 'cluster.unfinished', 'PG_VERSION'), '18\n');
  const server = await start(t, folder);
  t.deepEqual(await query(server.url, 'SELECT 1 AS one'), [{ one: 1 }]);
});
