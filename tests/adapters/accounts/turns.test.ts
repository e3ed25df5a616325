import test from 'ava';
import { createTurns } from '../../../adapters/accounts/turns.js';
import { until } from '../../support/until.js';

/** Work that ends when the test says so. */
const openWork = () => {
  const finish: (() => void)[] = [];
  const order: number[] = [];
  const work = (index: number) => async (): Promise<number> => {
    order.push(index);
    await new Promise<void>((resolve) => finish.push(resolve));
    return index;
  };
  return { finish, order, work };
};

test('so much runs at once, the rest in the order of coming, and no more than may wait', async (t) => {
  const turns = createTurns({ atOnceMax: 2, waitingMax: 2 });
  const { finish, order, work } = openWork();
  const taken = [0, 1, 2, 3].map((index) => turns.take(work(index)));
  t.is(await turns.take(work(4)), 'busy');
  t.deepEqual(order, [0, 1]);
  finish[1]?.();
  t.is(await taken[1], 1);
  await until(() => finish.length === 3);
  t.deepEqual(order, [0, 1, 2], 'one ended, so one began');
  finish[0]?.();
  await until(() => finish.length === 4);
  t.deepEqual(order, [0, 1, 2, 3]);
  for (const end of finish) end();
  t.deepEqual(await Promise.all(taken), [0, 1, 2, 3]);
});

test('work that fails gives its turn on', async (t) => {
  const turns = createTurns({ atOnceMax: 1, waitingMax: 0 });
  const failing = turns.take(() => Promise.reject(new Error('no memory')));
  await t.throwsAsync(failing, { message: 'no memory' });
  t.is(await turns.take(async () => 'done'), 'done');
});
