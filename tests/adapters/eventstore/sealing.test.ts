import test from 'ava';
import { copyEventStore } from '../../../adapters/eventstore/copy/index.js';
import { connectEventStore } from '../../../adapters/eventstore/index.js';
import type { EventStore } from '../../../ports/event-store.js';
import { onOwnNode, openTestLog, uniqueWord } from '../../support/event-store-server.js';
import { memoryLog } from '../../support/log.js';
import { collect, proposed } from '../../support/proposed-event.js';
import { auditSeals, sealingTools, sealsOf, startSealing } from '../../support/sealing.js';
import { createTestClock } from '../../support/test-clock.js';

const place = await openTestLog();
const closings = [() => place.stop()];
test.after.always(async () => {
  for (const close of closings.toReversed()) await close();
});

const storeAt = (url: string, namespace: string | null): EventStore => {
  const store = connectEventStore({ url, namespace }, memoryLog());
  closings.push(() => store.close());
  return store;
};

const write = async (store: EventStore, count: number): Promise<void> => {
  for (let index = 0; index < count; index += 1) {
    const event = proposed('FundsCredited', { index, note: 'पैसा "\u2028"', 7: 1.5 });
    await store.append(`wallet-u${index % 3}`, 'any', [event]);
  }
};

/** Seals until everything is sealed; time passes as fast as it may. */
const sealAll = async (store: EventStore, instances: number): Promise<void> => {
  const facts = (await collect(store.readLog(null, { categories: ['wallet'] }))).length;
  const clock = createTestClock();
  const running = Array.from({ length: instances }, () =>
    startSealing(sealingTools(store, { clock })),
  );
  for (let sealed = 0; sealed < facts; ) {
    clock.advance({ minutes: 2 });
    sealed = auditSeals(await collect(store.readLog(null))).story.sealedEvents;
  }
  await Promise.all(running.map((each) => each.stop()));
};

test.serial('a log is sealed as the store keeps it, by two instances at once', async (t) => {
  const store = storeAt(place.url, uniqueWord());
  await write(store, 11);
  await sealAll(store, 2);
  await write(store, 2);
  await sealAll(store, 1);
  const { findings, story } = auditSeals(await collect(store.readLog(null)));
  t.deepEqual(findings, []);
  t.like(story, { sealedEvents: 13, unsealedEvents: 0, copiedSeals: 0 });
});

test.serial('networks on one store have seals of their own', async (t) => {
  const [one, other] = [storeAt(place.url, uniqueWord()), storeAt(place.url, uniqueWord())];
  await write(one, 3);
  await write(other, 2);
  await sealAll(one, 1);
  t.is((await sealsOf(other)).length, 0);
  await sealAll(other, 1);
  t.is(auditSeals(await collect(one.readLog(null))).story.sealedEvents, 3);
  t.is(auditSeals(await collect(other.readLog(null))).story.sealedEvents, 2);
});

onOwnNode('in a copy the seals hold, and sealing goes on where it was', async (t) => {
  const source = await openTestLog();
  const target = await openTestLog();
  closings.push(source.stop, target.stop);
  const original = storeAt(source.url, null);
  // Elsewhere the same events come to stand at other positions.
  await storeAt(target.url, uniqueWord()).append('wallet-x', 'any', [proposed('Other')]);
  await write(original, 6);
  await sealAll(original, 1);
  const { signal } = new AbortController();
  const copied = await copyEventStore({
    from: source.url,
    to: target.url,
    signal,
    onProgress: () => undefined,
  });
  t.is(copied.kind, 'same');
  const copy = storeAt(target.url, null);
  const seals = (await sealsOf(original)).length;
  t.deepEqual(auditSeals(await collect(copy.readLog(null))), {
    findings: [],
    story: { seals, sealedEvents: 6, unsealedEvents: 0, copiedSeals: seals },
  });
  await write(copy, 3);
  await sealAll(copy, 1);
  const { findings, story } = auditSeals(await collect(copy.readLog(null)));
  t.deepEqual(findings, []);
  t.like(story, { sealedEvents: 9, unsealedEvents: 0, copiedSeals: seals });
});
