import test, { type ExecutionContext } from 'ava';
import { createStreamWaits } from '../../commands/wait.js';
import { plusSeconds } from '../../domain/shared/instant.js';
import { createMemoryEventStore } from '../support/memory-event-store.js';
import { proposed } from '../support/proposed-event.js';
import { createTestClock } from '../support/test-clock.js';

/** A log in memory with its live tail, and a clock that stands still. */
const open = (t: ExecutionContext) => {
  const clock = createTestClock();
  const store = createMemoryEventStore(clock);
  const stop = new AbortController();
  const waits = createStreamWaits({ store, clock, categories: ['wallet'] });
  const running = waits.run(stop.signal);
  t.teardown(async () => {
    stop.abort();
    await running;
  });
  const record = (stream: string) => store.record(stream, [proposed('SettingChanged', {})]);
  const patience = (signal = new AbortController().signal) => ({
    until: plusSeconds(clock.now(), 10),
    signal,
  });
  return { clock, waits, record, patience };
};

test('what is there already is found without waiting', async (t) => {
  const { waits, patience } = open(t);
  t.is(await waits.find('wallet-1', async () => 'here', patience()), 'here');
});

test('an event of the stream makes those who wait for it look again', async (t) => {
  const { waits, record, patience } = open(t);
  let count = 0;
  const look = async (): Promise<number | null> => (count >= 2 ? count : null);
  const finding = waits.find('wallet-1', look, patience());
  count = 1;
  record('wallet-1');
  count = 2;
  record('wallet-1');
  t.is(await finding, 2);
});

test('an event between two looks is not missed', async (t) => {
  const { waits, record, patience } = open(t);
  let isThere = false;
  let looks = 0;
  const found = await waits.find(
    'wallet-1',
    async () => {
      looks += 1;
      const saw = isThere;
      // It happens after this look has read the log, and before anybody waits.
      isThere = true;
      if (looks === 1) record('wallet-1');
      return saw ? looks : null;
    },
    patience(),
  );
  t.true((found ?? 0) >= 2);
});

test('a look hears which event it is for, and nothing where it has to look for itself', async (t) => {
  const { clock, waits, record, patience } = open(t);
  // The tail is live when it rings for whoever waits already.
  let looks = 0;
  await waits.find('wallet-2', async () => (looks++ === 0 ? null : 'live'), patience());
  const heard: (bigint | null)[] = [];
  let position: bigint | null = null;
  const finding = waits.find(
    'wallet-1',
    async (since) => {
      heard.push(since);
      if (heard.length === 1) position = record('wallet-1');
      else clock.advance({ seconds: 10 });
      return null;
    },
    patience(),
  );
  t.is(await finding, null);
  t.deepEqual(heard, [null, position, null]);
});

test('patience that ends is answered with one last look', async (t) => {
  const { clock, waits, patience } = open(t);
  let looks = 0;
  const finding = waits.find(
    'wallet-1',
    async () => {
      looks += 1;
      return null;
    },
    patience(),
  );
  clock.advance({ seconds: 10 });
  t.is(await finding, null);
  t.true(looks >= 2);
});

test('nobody waits for a client that has gone', async (t) => {
  const { waits, patience } = open(t);
  const gone = new AbortController();
  const finding = waits.find('wallet-1', async () => null, patience(gone.signal));
  gone.abort();
  t.is(await finding, null);
});
