import { chmod, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { startEmbeddedPostgres } from '../../../adapters/embedded/postgres/index.js';
import { memoryLog } from '../../support/log.js';
import { openTestPostgres } from '../../support/postgres-server.js';

const ownerOnly = 0o700;

test('data in a folder that is closed to the server’s user is kept and found again', async (t) => {
  const closed = await mkdtemp(join(tmpdir(), 'powerbank-closed-'));
  await chmod(closed, ownerOnly);
  const dataDir = join(closed, 'data', 'postgres');
  t.teardown(async () => {
    // Only root has to put its cluster elsewhere: for everybody else the server runs as they do.
    const elsewhere = await readFile(join(dataDir, 'elsewhere'), 'utf8').catch(() => null);
    if (elsewhere !== null) await rm(elsewhere, { recursive: true, force: true });
    await rm(closed, { recursive: true, force: true });
  });

  const first = await startEmbeddedPostgres({ dataDir, port: 0, log: memoryLog() });
  const writer = openTestPostgres(first.url);
  await writer.execute('CREATE TABLE kept AS SELECT 42 AS answer');
  await writer.close();
  await first.stop();
  t.is((await stat(closed)).mode & 0o777, ownerOnly, 'the folder is as closed as before');

  const second = await startEmbeddedPostgres({ dataDir, port: 0, log: memoryLog() });
  const reader = openTestPostgres(second.url);
  t.deepEqual(await reader.query('SELECT answer FROM kept'), [{ answer: 42 }]);
  await reader.close();
  await second.stop();
});
