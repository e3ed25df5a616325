import test from 'ava';
import fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import { makeSealKey, readPublicKeys, sha256 } from '../../adapters/seal-keys.js';
import { checkProof, InclusionProof } from '../../audit/seals/proof.js';
import { type ProveOutcome, proveEvent } from '../../audit/seals/prove.js';
import type { SealVerifier } from '../../ports/seal-keys.js';
import { createMemoryEventStore, type MemoryEventStore } from '../support/memory-event-store.js';
import { collect, proposed } from '../support/proposed-event.js';
import { sealingTools, startSealing, testSealKey } from '../support/sealing.js';
import { createTestClock } from '../support/test-clock.js';
import { until } from '../support/until.js';

const keysOf = (pem: string): SealVerifier => {
  const keys = readPublicKeys(pem);
  if (keys === null) throw new Error('the test has keys');
  return keys;
};
const ours = keysOf(testSealKey.publicPem);

/** Ten events; all but the last two are under two seals. */
const openLog = async (): Promise<MemoryEventStore> => {
  const clock = createTestClock();
  const store = createMemoryEventStore(clock);
  store.record('telemetry-KTM001', [proposed('HeartbeatRead')]);
  for (let index = 0; index < 10; index += 1) {
    store.record(`wallet-u${index % 3}`, [
      proposed('FundsCredited', { name: 'ß "\u2028"', index }),
    ]);
  }
  let seals = 0;
  const metrics = {
    count: () => (seals += 1),
    gauge: () => undefined,
    observeSeconds: () => undefined,
  };
  const sealing = startSealing(sealingTools(store, { clock, metrics }));
  await until(() => seals === 4);
  await sealing.stop();
  return store;
};

const prove = (store: MemoryEventStore, eventId: string): Promise<ProveOutcome> => {
  const { signal } = new AbortController();
  return proveEvent({ store, sha256, eventId, signal, onEvent: () => undefined });
};

const proofOf = async (store: MemoryEventStore, eventId: string): Promise<InclusionProof> => {
  const outcome = await prove(store, eventId);
  if (outcome.kind !== 'proof') throw new Error(outcome.kind);
  return outcome.proof;
};

const outcomeOf = (proof: InclusionProof, keys = ours): string =>
  checkProof(proof, { sha256, keys }).kind;

test('every sealed event has a proof that holds, and says which one it is', async (t) => {
  const store = await openLog();
  const facts = await collect(store.readLog(null, { categories: ['wallet'] }));
  for (const [index, { id, stream, data }] of facts.slice(0, 8).entries()) {
    const proof = await proofOf(store, id);
    t.deepEqual(checkProof(proof, { sha256, keys: ours }), { kind: 'proven', number: index + 1 });
    t.like(proof.event, { id, stream, data: JSON.stringify(data) });
    const throughFile = InclusionProof.decode(JSON.parse(JSON.stringify(proof)));
    t.deepEqual(throughFile, E.right(proof));
  }
});

test('what has no seal, or is one, or is not there, has no proof', async (t) => {
  const store = await openLog();
  const log = await collect(store.readLog(null));
  const kindOf = async (id: string | undefined) => (await prove(store, id ?? '')).kind;
  t.is(await kindOf(log.find(({ stream }) => stream.startsWith('seal-'))?.id), 'is-a-seal');
  t.is(
    await kindOf(log.findLast(({ stream }) => stream.startsWith('wallet-'))?.id),
    'not-sealed-yet',
  );
  t.is(
    await kindOf(log.find(({ stream }) => stream.startsWith('telemetry-'))?.id),
    'unknown-event',
  );
  t.is(await kindOf('00000000-0000-4000-8000-000000000000'), 'unknown-event');
});

test('under a seal that does not hold nothing is proven, under the next one it is', async (t) => {
  const store = await openLog();
  const [first, second, ...rest] = await collect(store.readLog(null, { categories: ['wallet'] }));
  const damaged: MemoryEventStore = {
    ...store,
    async *readLog() {
      for await (const event of store.readLog(null)) {
        yield event.id === first?.id ? { ...event, data: { index: 99 } } : event;
      }
    },
  };
  t.deepEqual(await prove(damaged, second?.id ?? ''), { kind: 'seal-does-not-hold', seal: 1 });
  t.is((await prove(damaged, rest[3]?.id ?? '')).kind, 'proof');
});

test('another key, or one that was not given, proves nothing', async (t) => {
  const store = await openLog();
  const [first] = await collect(store.readLog(null, { categories: ['wallet'] }));
  const proof = await proofOf(store, first?.id ?? '');
  const other = makeSealKey().key;
  t.is(outcomeOf(proof, keysOf(other.publicPem)), 'unknown-key');
  const signedByOther = { ...proof, seal: { ...proof.seal, keyId: other.keyId } };
  t.is(
    outcomeOf(signedByOther, keysOf(`${other.publicPem}${testSealKey.publicPem}`)),
    'wrong-signature',
  );
  t.is(outcomeOf(proof, keysOf(`${other.publicPem}${testSealKey.publicPem}`)), 'proven');
});

/** The same JSON with one character of one value exchanged. */
const flipped = (json: string, choice: number): string => {
  const places = [...json.matchAll(/(?<=: ?"?[^",{}]*)[0-9a-f](?=[^"]*"?[,}])/g)];
  const place = places[choice % places.length]?.index ?? 0;
  const other = json[place] === '1' ? '2' : '1';
  return `${json.slice(0, place)}${other}${json.slice(place + 1)}`;
};

test('a proof in which anything is exchanged proves nothing', async (t) => {
  const store = await openLog();
  const facts = await collect(store.readLog(null, { categories: ['wallet'] }));
  const proof = await proofOf(store, facts[5]?.id ?? '');
  const json = JSON.stringify(proof);
  fc.assert(
    fc.property(fc.nat(), (choice) => {
      const forged = flipped(json, choice);
      t.not(forged, json);
      const decoded = InclusionProof.decode(JSON.parse(forged));
      if (E.isRight(decoded)) t.not(outcomeOf(decoded.right), 'proven', forged);
    }),
    { numRuns: 150 },
  );
  t.is(outcomeOf({ ...proof, index: proof.index - 1 }), 'not-under-the-seal');
  t.is(outcomeOf({ ...proof, path: proof.path.slice(1) }), 'not-under-the-seal');
});
