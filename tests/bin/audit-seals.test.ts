import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { connectEventStore } from '../../adapters/eventstore/index.js';
import { readSealKey } from '../../adapters/seal-keys.js';
import { openTestLog } from '../support/event-store-server.js';
import { memoryLog } from '../support/log.js';
import { type Finished, run, type Settings, temporaryFolder } from '../support/program.js';
import { collect, proposed } from '../support/proposed-event.js';
import { auditSeals, sealingTools, startSealing } from '../support/sealing.js';
import { createTestClock } from '../support/test-clock.js';

const place = await openTestLog();
const store = connectEventStore(place, memoryLog());
test.after.always(async () => {
  await store.close();
  await place.stop();
});

const settings: Settings = {
  POWERBANK_ESDB_URL: place.url,
  ...(place.namespace == null ? {} : { POWERBANK_ESDB_NAMESPACE: place.namespace }),
};

const audit = (args: readonly string[], more: Settings = settings): Promise<Finished> =>
  run(['audit', ...args], more);

/** A folder with a key that the program made, and a log with one sealed event. */
test.serial('from a key to a proof that somebody else verifies', async (t) => {
  const folder = await temporaryFolder(t);
  const [keyFile, publicFile] = [join(folder, 'seal.key'), join(folder, 'seals.pem')];
  const made = await audit(['seal', 'keygen', '--out', keyFile], {});
  t.is(made.code, 0, made.stderr);
  await writeFile(publicFile, made.stdout);
  t.is((await stat(keyFile)).mode & 0o777, 0o600);
  const privatePem = await readFile(keyFile, 'utf8');
  t.false(`${made.stdout}${made.stderr}`.includes(privatePem.split('\n')[1] ?? ''));
  const again = await audit(['seal', 'keygen', '--out', keyFile], {});
  t.is(again.code, 1);
  t.is(await readFile(keyFile, 'utf8'), privatePem);

  const signer = readSealKey(privatePem);
  if (signer === null) return t.fail('the key cannot be read');
  const event = proposed('FundsCredited', { amount: 1 });
  await store.append('wallet-u1', 'no-stream', [event]);
  const unsealed = await audit(['prove', event.id]);
  t.is(unsealed.code, 2);
  t.regex(unsealed.stderr, /has no seal yet/);
  const nothing = await audit(['seal', 'show']);
  t.is(nothing.code, 2);
  t.regex(nothing.stderr, /the log has no seal yet/);

  const clock = createTestClock();
  const sealing = startSealing(sealingTools(store, { clock, signer }));
  for (let sealed = 0; sealed < 1; ) {
    clock.advance({ minutes: 2 });
    sealed = auditSeals(await collect(store.readLog(null))).story.seals;
  }
  await sealing.stop();

  const shown = await audit(['seal', 'show']);
  t.is(shown.code, 0, shown.stderr);
  t.like(JSON.parse(shown.stdout), { number: 1, events: 1, keyId: signer.keyId });
  const publicKey = await audit(['seal', 'public-key'], { POWERBANK_SEAL_KEY_FILE: keyFile });
  t.is(publicKey.stdout, made.stdout);

  const proofFile = join(folder, 'proof.json');
  const proven = await audit(['prove', event.id, '--out', proofFile]);
  t.is(proven.code, 0, proven.stderr);
  // Neither a log nor any setting: a wrong one does not even matter.
  const check = (file: string, key = publicFile) =>
    audit(['check-proof', file, '--public-key', key], { POWERBANK_NO_SUCH: 'x' });
  const checked = await check(proofFile);
  t.is(checked.code, 0, checked.stderr);
  t.regex(
    checked.stdout,
    new RegExp(`^proven: FundsCredited ${event.id}, revision 0 of wallet-u1`),
  );

  const proof = await readFile(proofFile, 'utf8');
  const forgedFile = join(folder, 'forged.json');
  await writeFile(
    forgedFile,
    proof.replace(String.raw`{\"amount\":1}`, String.raw`{\"amount\":9}`),
  );
  const forged = await check(forgedFile);
  t.is(forged.code, 1);
  t.is(forged.stderr, 'not proven: the path from the event does not lead to the root of seal 1\n');

  const other = await audit(['seal', 'keygen', '--out', join(folder, 'other.key')], {});
  await writeFile(join(folder, 'other.pem'), other.stdout);
  const strange = await check(proofFile, join(folder, 'other.pem'));
  t.is(strange.code, 1);
  t.is(
    strange.stderr,
    `not proven: seal 1 is signed by key ${signer.keyId}, which was not given\n`,
  );

  const wrong = await check(publicFile);
  t.is(wrong.code, 1);
  t.regex(wrong.stderr, /^not proven: .*seals\.pem holds no proof/);
  const missing = await check(join(folder, 'none.json'));
  t.is(missing.code, 2);
  t.regex(missing.stderr, /^ENOENT/);
});

test.serial('an id that no event has is no proof, and says so', async (t) => {
  const { code, stderr } = await audit(['prove', '00000000-0000-4000-8000-000000000000']);
  t.is(code, 2);
  t.regex(stderr, /^no event of the log has the id 0{8}-/m);
});
