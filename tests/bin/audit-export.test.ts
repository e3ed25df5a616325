import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { connectEventStore } from '../../adapters/eventstore/index.js';
import { writeWholeFile } from '../../bin/cli/whole-file.js';
import type { CommandContext } from '../../commands/context.js';
import { createHandlers } from '../../commands/handlers.js';
import { brandOrThrow } from '../../domain/shared/brand.js';
import { EntryId, UserId } from '../../domain/shared/ids.js';
import { instant } from '../../domain/shared/instant.js';
import { rupees } from '../../domain/shared/money.js';
import { GatewayName, GatewayReference } from '../../domain/wallet/events.js';
import { rowsOfCsv } from '../support/csv.js';
import { openTestLog } from '../support/event-store-server.js';
import { exported } from '../support/exporting.js';
import { memoryLog } from '../support/log.js';
import { noMetrics } from '../support/no-metrics.js';
import { type Finished, run, type Settings } from '../support/program.js';
import { collect, proposed } from '../support/proposed-event.js';

const place = await openTestLog();
const store = connectEventStore(place, memoryLog());
const folder = await mkdtemp(join(tmpdir(), 'powerbank-export-'));
test.after.always(async () => {
  await store.close();
  await place.stop();
  await rm(folder, { recursive: true, force: true });
});

const settings: Settings = {
  POWERBANK_ESDB_URL: place.url,
  ...(place.namespace == null ? {} : { POWERBANK_ESDB_NAMESPACE: place.namespace }),
};
const audit = (...args: readonly string[]): Promise<Finished> => run(['audit', ...args], settings);
const inFolder = (name: string): string => join(folder, name);

const context = (commandId: string): CommandContext => ({
  commandId,
  correlationId: commandId,
  causationId: commandId,
  actor: { kind: 'system', id: 'test' },
});

const topUp = async (reference: string): Promise<void> => {
  const { wallet } = createHandlers({ store, metrics: noMetrics });
  const gateway = {
    name: brandOrThrow(GatewayName, 'khalti'),
    reference: brandOrThrow(GatewayReference, reference),
  };
  const wish = {
    type: 'CreditWallet',
    creditId: brandOrThrow(EntryId, `credit-${reference}`),
    amount: rupees('100.50'),
    source: 'TOPUP',
    gateway,
    rentalId: null,
    at: instant('2026-03-02T06:00:00Z'),
  } as const;
  await wallet.execute(brandOrThrow(UserId, 'u1'), wish, context(reference));
};

test.serial('books go to standard output or whole into a file, which is not lost', async (t) => {
  await topUp('p1');
  await topUp('p2');
  const books = await exported(await collect(store.readLog(null)), 'hledger');
  await writeFile(inFolder('there'), 'kept');
  const [printed, written, kept, nowhere, upside] = await Promise.all([
    audit('export', '--format', 'hledger'),
    audit('export', '--format', 'hledger', '--out', inFolder('books')),
    audit('export', '--format', 'csv', '--out', inFolder('there')),
    audit('export', '--format', 'csv', '--out', inFolder('none/books')),
    audit('export', '--format', 'csv', '--from', '2026-03-02', '--to', '2026-03-01'),
  ]);
  t.deepEqual([printed.code, written.code], [0, 0], printed.stderr + written.stderr);
  t.is(printed.stdout, books);
  t.is(await readFile(inFolder('books'), 'utf8'), books);
  t.is(written.stdout, '');
  t.regex(written.stderr, /2 entries with 4 postings to 2 accounts, in /);
  t.deepEqual([kept.code, nowhere.code, upside.code], [2, 2, 2]);
  t.regex(kept.stderr, /is there already/);
  t.regex(nowhere.stderr, /ENOENT/);
  t.regex(upside.stderr, /is after --to/);
  t.is(await readFile(inFolder('there'), 'utf8'), 'kept');
  const replaced = await audit(
    ...['export', '--format', 'csv', '--out', inFolder('there'), '--overwrite'],
  );
  t.is(replaced.code, 0, replaced.stderr);
  t.is(rowsOfCsv(await readFile(inFolder('there'), 'utf8')).length, 4);
  t.deepEqual((await readdir(folder)).sort(), ['books', 'there'], 'nothing else is left');
});

test.serial('a file that was not written to its end is not there', async (t) => {
  async function* brokenOff(): AsyncGenerator<string> {
    yield 'half';
    t.is((await readdir(folder)).filter((name) => name.startsWith('half.')).length, 1);
    throw new Error('Ctrl-C');
  }
  const writing = writeWholeFile(inFolder('half'), brokenOff(), { overwrite: false });
  await t.throwsAsync(writing, { message: 'Ctrl-C' });
  async function* overtaken(): AsyncGenerator<string> {
    yield 'mine';
    await writeFile(inFolder('half'), 'theirs');
  }
  const late = writeWholeFile(inFolder('half'), overtaken(), { overwrite: false });
  await t.throwsAsync(late, { message: /is there already/ });
  t.is(await readFile(inFolder('half'), 'utf8'), 'theirs');
  t.deepEqual(
    (await readdir(folder)).filter((name) => name.includes('partial')),
    [],
  );
});

test.serial('a statement is compared: 0 the same, 1 not, 2 not in the form', async (t) => {
  const statement = async (name: string, ...lines: readonly string[]): Promise<string> => {
    await writeFile(inFolder(name), ['reference,date,amount,fee', ...lines].join('\r\n'));
    return inFolder(name);
  };
  const both = ['p1,2026-03-02,100.50,2.01', 'p2,2026-03-02,100.50,2.01'];
  const same = await statement('same.csv', ...both);
  const more = await statement('more.csv', ...both, 'p3,2026-03-02,7.00,');
  const wrong = await statement('wrong.csv', 'p1,2026-03-02,NPR 100');
  const reconcile = (...args: readonly string[]) =>
    audit('reconcile', '--gateway', 'khalti', ...args);
  const [clean, different, json, malformed, other] = await Promise.all([
    reconcile(same),
    reconcile(more),
    reconcile(more, '--json'),
    reconcile(wrong),
    audit('reconcile', '--gateway', 'esewa', same),
  ]);
  t.deepEqual(
    [clean.code, different.code, json.code, malformed.code, other.code],
    [0, 1, 1, 2, 1],
    clean.stderr,
  );
  t.regex(clean.stdout, /^matched +2 payments, NPR 201\.00$/m);
  t.regex(clean.stdout, /^fees +NPR 4\.02, which are not booked$/m);
  t.regex(different.stdout, /^missing-here {2}p3 {2}2026-03-02 {2}NPR 7\.00 {2}line 4$/m);
  t.regex(different.stdout, /^off by +NPR -7\.00, in 1 differences$/m);
  const documents = json.stdout
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
  t.like(documents[0], { kind: 'missing-here', theirs: { reference: 'p3', line: 4 } });
  t.like(documents[1], { account: 'assets:gateway-clearing:khalti', differences: 1 });
  t.regex(malformed.stderr, /wrong\.csv, line 2: /);
});

test.serial('a log with a credit that cannot be read gives no books', async (t) => {
  await store.append('wallet-u9', 'no-stream', [proposed('FundsCredited', { creditId: 'x' })]);
  const { code, stdout, stderr } = await audit('export', '--format', 'ledger');
  t.deepEqual([code, stdout], [2, '']);
  t.regex(stderr, /0@wallet-u9 cannot be booked: BadEventData/);
});
