import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { connectEventStore } from '../../adapters/eventstore/index.js';
import { makeSealKey, readSealKey, type SealKey } from '../../adapters/seal-keys.js';
import { runProgram } from '../../bin/cli/program.js';
import type { CommandContext } from '../../commands/context.js';
import { createHandlers } from '../../commands/handlers.js';
import { brandOrThrow } from '../../domain/shared/brand.js';
import { EntryId, UserId } from '../../domain/shared/ids.js';
import { instant } from '../../domain/shared/instant.js';
import { rupees } from '../../domain/shared/money.js';
import type { RecordedEvent } from '../../ports/event-store.js';
import type { SealSigner } from '../../ports/seal-keys.js';
import { openTestLog } from '../support/event-store-server.js';
import { memoryLog } from '../support/log.js';
import { noMetrics } from '../support/no-metrics.js';
import { type Finished, run, type Settings } from '../support/program.js';
import { collect } from '../support/proposed-event.js';
import { auditSeals, sealingTools, startSealing } from '../support/sealing.js';
import { createTestClock } from '../support/test-clock.js';

const place = await openTestLog();
const folder = await mkdtemp(join(tmpdir(), 'powerbank-seals-'));
const store = connectEventStore(place, memoryLog());
test.after.always(async () => {
  await store.close();
  await place.stop();
  await rm(folder, { recursive: true, force: true });
});

const settings: Settings = {
  POWERBANK_ESDB_URL: place.url,
  ...(place.namespace == null ? {} : { POWERBANK_ESDB_NAMESPACE: place.namespace }),
};

const audit = (args: readonly string[], more: Settings = settings): Promise<Finished> =>
  run(['audit', ...args], more);

/** What needs no settings is refused here, too: its complaint, without a program to start. */
const refused = async (args: readonly string[]) => {
  let stderr = '';
  const err = (text: string): void => {
    stderr += text;
  };
  const code = await runProgram(['audit', ...args], { out: () => undefined, err });
  return { code, stderr };
};

const context: CommandContext = {
  commandId: 'test',
  correlationId: 'test',
  causationId: 'test',
  actor: { kind: 'system', id: 'test' },
};

const credit = async (user: string): Promise<RecordedEvent> => {
  const { wallet } = createHandlers({ store, metrics: noMetrics });
  const wish = {
    type: 'CreditWallet',
    creditId: brandOrThrow(EntryId, `credit-${user}`),
    amount: rupees('1.00'),
    source: 'TOPUP',
    gateway: null,
    rentalId: null,
    at: instant('2026-11-22T06:00:00Z'),
  } as const;
  await wallet.execute(brandOrThrow(UserId, user), wish, context);
  const written = await store.readLast(`wallet-${user}`);
  if (written === null) throw new Error('the credit was refused');
  return written;
};

const sealAll = async (signer: SealSigner): Promise<void> => {
  const audited = async () => auditSeals(await collect(store.readLog(null))).story;
  const before = (await audited()).seals;
  const clock = createTestClock();
  const sealing = startSealing(sealingTools(store, { clock, signer }));
  do clock.advance({ minutes: 2 });
  while ((await audited()).seals === before);
  await sealing.stop();
};

const inFolder = (name: string): string => join(folder, name);
const files = {
  key: inFolder('seal.key'),
  publicKey: inFolder('seals.pem'),
  otherKey: inFolder('other.pem'),
  proof: inFolder('proof.json'),
  seal: inFolder('seal.json'),
};

test.serial('a key is made in a file of its own, and its public half is printed', async (t) => {
  const made = await audit(['seal', 'keygen', '--out', files.key], {});
  t.is(made.code, 0, made.stderr);
  await writeFile(files.publicKey, made.stdout);
  t.is((await stat(files.key)).mode & 0o777, 0o600);
  const privatePem = await readFile(files.key, 'utf8');
  t.false(`${made.stdout}${made.stderr}`.includes(privatePem.split('\n')[1] ?? ''));
  const again = await refused(['seal', 'keygen', '--out', files.key]);
  t.is(again.code, 1, 'a key is never written over');
  t.is(await readFile(files.key, 'utf8'), privatePem);
  const printed = await audit(['seal', 'public-key'], { POWERBANK_SEAL_KEY_FILE: files.key });
  t.is(printed.stdout, made.stdout);
});

const signerOf = async (): Promise<SealKey> => {
  const signer = readSealKey(await readFile(files.key, 'utf8'));
  if (signer === null) throw new Error('the key cannot be read');
  return signer;
};

test.serial('what has no seal yet cannot be proven: status 2', async (t) => {
  const { id } = await credit('u1');
  const [unsealed, unseen] = await Promise.all([audit(['prove', id]), audit(['seal', 'show'])]);
  t.deepEqual([unsealed.code, unseen.code], [2, 2]);
  t.regex(unsealed.stderr, /has no seal yet/);
  t.regex(unseen.stderr, /the log has no seal yet/);
});

test.serial('a proof is verified with the public key alone', async (t) => {
  const signer = await signerOf();
  await sealAll(signer);
  const { id } = (await store.readLast('wallet-u1')) ?? { id: '' };
  const proven = await audit(['prove', id, '--out', files.proof]);
  t.is(proven.code, 0, proven.stderr);
  const proof = await readFile(files.proof, 'utf8');
  await writeFile(inFolder('forged.json'), proof.replace('credit-u1', 'credit-u2'));
  await writeFile(files.otherKey, makeSealKey().key.publicPem);
  // Neither a log nor any setting: a wrong one does not even matter.
  const ofProof = ['check-proof', files.proof, '--public-key', files.publicKey];
  const sound = await audit(ofProof, { POWERBANK_NO_SUCH: 'x' });
  const check = (file: string, key = files.publicKey) =>
    refused(['check-proof', file, '--public-key', key]);
  const [forged, strange, wrong, missing] = await Promise.all([
    check(inFolder('forged.json')),
    check(files.proof, files.otherKey),
    check(files.publicKey),
    check(inFolder('none.json')),
  ]);
  t.is(sound.code, 0, sound.stderr);
  t.true(sound.stdout.startsWith(`proven: FundsCredited ${id}, revision 0 of wallet-u1`));
  t.deepEqual([forged.code, strange.code, wrong.code, missing.code], [1, 1, 1, 2]);
  t.is(forged.stderr, 'not proven: the path from the event does not lead to the root of seal 1\n');
  t.is(
    strange.stderr,
    `not proven: seal 1 is signed by key ${signer.keyId}, which was not given\n`,
  );
  t.regex(wrong.stderr, /^not proven: .*seals\.pem holds no proof/);
  t.regex(missing.stderr, /^ENOENT/);
});

test.serial('a whole log is verified, with its seals, against a seal kept outside', async (t) => {
  await credit('u2');
  await sealAll(await signerOf());
  await credit('u3');
  const shown = await audit(['seal', 'show', '--out', files.seal]);
  t.is(shown.code, 0, shown.stderr);
  const note: unknown = JSON.parse(await readFile(files.seal, 'utf8'));
  t.like(note, { number: 2, events: 2 });
  await writeFile(inFolder('later.json'), JSON.stringify({ ...Object(note), number: 3 }));
  const keys = ['--public-keys', files.publicKey];
  const [sound, cut, unreadable] = await Promise.all([
    audit(['verify', '--log-only', ...keys, '--expect-seal', files.seal]),
    audit(['verify', '--log-only', ...keys, '--expect-seal', inFolder('later.json')]),
    audit(['verify', '--log-only', ...keys, '--expect-seal', files.publicKey]),
  ]);
  t.is(sound.code, 0, `${sound.stdout}${sound.stderr}`);
  t.regex(sound.stdout, /^2 events are as they were sealed, under 2 seals; 1 are not sealed yet$/m);
  t.regex(sound.stdout, /^seals-hold +holds/m);
  t.regex(sound.stdout, /^bytes-are-ours +holds/m);
  t.deepEqual([cut.code, unreadable.code], [1, 2]);
  t.regex(cut.stdout, /^noted-seal-missing .* the last seal is 2$/m);
  t.regex(unreadable.stderr, /holds no seal as/);
});
