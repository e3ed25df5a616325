import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { connectEventStore } from '../../adapters/eventstore/index.js';
import type { RecordedEvent } from '../../ports/event-store.js';
import { isRecord } from '../../ports/http/json.js';
import { createProjectionEngine, engineLimits } from '../../projections/engine/index.js';
import { wallet } from '../../projections/wallet/index.js';
import { liveHistory } from '../support/audited-history.js';
import { onOwnNode } from '../support/event-store-server.js';
import { memoryLog } from '../support/log.js';
import { asStored, serveLogFiles } from '../support/log-files.js';
import { noMetrics } from '../support/no-metrics.js';
import { createTestDatabase } from '../support/postgres.js';
import { run } from '../support/program.js';
import { testSealKey, withSeals } from '../support/sealing.js';
import { createTestClock } from '../support/test-clock.js';

const seed = 20_261_122;

/** Brings the read model of wallets to the end of a log, and ends. */
const project = async (
  t: ExecutionContext,
  { url, history }: { readonly url: string; readonly history: readonly RecordedEvent[] },
) => {
  const { url: databaseUrl, database } = await createTestDatabase(t);
  const log = memoryLog();
  const store = connectEventStore({ url }, log);
  const stop = new AbortController();
  const parts = { database, store, log, metrics: noMetrics, limits: engineLimits };
  const engine = createProjectionEngine({ ...parts, clock: createTestClock() }, [wallet]);
  const running = engine.run(stop.signal);
  const last = history.findLast(({ stream }) => stream.startsWith('wallet-'))?.position ?? 0n;
  const wait = await engine.positions.waitFor('wallet', last, { withinMs: 20_000 });
  stop.abort();
  await running;
  await store.close();
  t.is(wait.kind, 'reached');
  return { databaseUrl, database };
};

onOwnNode('an edited row and a moved checkpoint are found by audit verify', async (t) => {
  const history = withSeals(await liveHistory(seed), [100_000]);
  const { url } = await serveLogFiles(t, history.map(asStored));
  const { databaseUrl, database } = await project(t, { url, history });
  const [richest] = await database.query(
    'SELECT user_id, position::text FROM wallet.wallets ORDER BY balance_minor DESC LIMIT 1',
  );
  const user = String(richest?.user_id);
  await database.execute(
    `UPDATE wallet.wallets SET balance_minor = balance_minor + 100,
       spendable_minor = spendable_minor + 100 WHERE user_id = $1`,
    [user],
  );
  const ahead = (history.at(-1)?.position ?? 0n) + 1_000n;
  await database.execute('INSERT INTO process.checkpoints (process, position) VALUES ($1, $2)', [
    'eject',
    String(ahead),
  ]);
  const folder = await mkdtemp(join(tmpdir(), 'powerbank-audit-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const keys = join(folder, 'seals.pem');
  await writeFile(keys, testSealKey.publicPem);

  const settings = { POWERBANK_ESDB_URL: url, POWERBANK_DATABASE_URL: databaseUrl };
  const models = ['--read-models', 'wallet'];
  const words = ['audit', 'verify', '--json', '--public-keys', keys, ...models];
  const audit = await run(words, settings);

  t.is(audit.code, 1, audit.stderr);
  const findings = audit.stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line): unknown => JSON.parse(line))
    .filter(isRecord);
  const [row, ...otherRows] = findings.filter(({ code }) => code === 'row-differs');
  t.deepEqual(otherRows, []);
  t.is(row?.check, 'read-model-wallet');
  t.regex(String(row?.expected), new RegExp(`^wallet\\.wallets user_id=${user}: balance_minor=`));
  const checkpoints = findings.filter(({ code }) => code === 'checkpoint-ahead');
  t.like(checkpoints[0], { check: 'checkpoints-not-ahead', position: String(ahead) });
  t.regex(String(checkpoints[0]?.expected), /^process eject to stand at \d+ at most$/);
  t.is(checkpoints.length, 1);
});
