import test, { type ExecutionContext } from 'ava';
import { defer, delay, lastValueFrom, of, toArray } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { batchWhileBusy, inBatches } from '../../../projections/engine/batches.js';

/** Virtual time: one character of a marble diagram is a millisecond. */
const inVirtualTime = (t: ExecutionContext, run: Parameters<TestScheduler['run']>[0]): void => {
  new TestScheduler((actual, expected) => t.deepEqual(actual, expected)).run(run);
};

const takes = (ms: number) => (batch: readonly string[]) => of(batch.join('')).pipe(delay(ms));

test('one event alone waits only for others of its append', (t) => {
  inVirtualTime(t, ({ cold, expectObservable }) => {
    const events = '  -a----------|';
    const batches = ' ------a-----|'; // 2 ms for company, 3 ms of work.
    const result = cold(events).pipe(batchWhileBusy(takes(3), { batchItemsMax: 9, lingerMs: 2 }));
    expectObservable(result).toBe(batches);
  });
});

test('what comes while a batch is busy goes out together, as soon as it is done', (t) => {
  inVirtualTime(t, ({ cold, expectObservable }) => {
    const events = '  -a---bcd------|';
    const result = cold(events).pipe(batchWhileBusy(takes(5), { batchItemsMax: 9, lingerMs: 2 }));
    expectObservable(result).toBe('--------x----y|', { x: 'a', y: 'bcd' });
  });
});

test('a batch never gets bigger than its limit, and the order stays', (t) => {
  inVirtualTime(t, ({ cold, expectObservable }) => {
    const events = '  (abcdefg)---|';
    const result = cold(events).pipe(batchWhileBusy(takes(1), { batchItemsMax: 3, lingerMs: 2 }));
    expectObservable(result).toBe('---xyz------|', { x: 'abc', y: 'def', z: 'g' });
  });
});

test('a failure ends the pipeline; the runner decides what to do', (t) => {
  inVirtualTime(t, ({ cold, expectObservable }) => {
    const failing = () =>
      defer(() => {
        throw new Error('no');
      });
    const result = cold('-a--b|').pipe(batchWhileBusy(failing, { batchItemsMax: 3, lingerMs: 2 }));
    expectObservable(result).toBe('---#', undefined, new Error('no'));
  });
});

test('a slow projection holds the source back: the buffer is bounded', async (t) => {
  let produced = 0;
  let handled = 0;
  let aheadMax = 0;
  async function* source(): AsyncGenerator<number> {
    for (; produced < 1_000; produced += 1) yield produced;
  }
  const handle = async (batch: readonly number[]): Promise<number> => {
    aheadMax = Math.max(aheadMax, produced - handled);
    await new Promise((resolve) => setImmediate(resolve));
    handled += batch.length;
    return batch.length;
  };
  const limits = { batchItemsMax: 10, bufferItemsMax: 40, lingerMs: 0 };
  const sizes = await lastValueFrom(inBatches(source(), handle, limits).pipe(toArray()));
  t.is(
    sizes.reduce((sum, size) => sum + size, 0),
    1_000,
  );
  t.true(aheadMax <= 41, `${aheadMax} items were ahead`);
  t.true(Math.max(...sizes) <= 10);
});
