import test from 'ava';
import { createTurns } from '../../../adapters/notifications/turns.js';

const hourMs = 3_600_000;

test('turns are given in the order in which they were asked for', async (t) => {
  const turns = createTurns({ atOnceMax: 1, waitingMax: 10, waitMsMax: hourMs });
  const endFirst = await turns.take();
  const order: number[] = [];
  const others = [1, 2, 3].map(async (number) => {
    const end = await turns.take();
    order.push(number);
    end?.();
  });
  endFirst?.();
  await Promise.all(others);
  t.deepEqual(order, [1, 2, 3]);
  t.truthy(await turns.take(), 'the turn came back');
});

test('who waits too long goes without a turn, and takes no turn from others', async (t) => {
  const turns = createTurns({ atOnceMax: 1, waitingMax: 10, waitMsMax: 20 });
  const end = await turns.take();
  t.is(await turns.take(), null);
  end?.();
  t.truthy(await turns.take());
});

test('no more than may wait do wait', async (t) => {
  const turns = createTurns({ atOnceMax: 1, waitingMax: 1, waitMsMax: hourMs });
  const end = await turns.take();
  const waiting = turns.take();
  t.is(await turns.take(), null);
  end?.();
  const endSecond = await waiting;
  t.truthy(endSecond);
  endSecond?.();
  await turns.ended();
});

test('after closing there are no turns, and it has ended when the last one has', async (t) => {
  const turns = createTurns({ atOnceMax: 1, waitingMax: 1, waitMsMax: hourMs });
  const end = await turns.take();
  const waiting = turns.take();
  turns.close();
  t.is(await waiting, null);
  t.is(await turns.take(), null);
  let hasEnded = false;
  const ended = turns.ended().then(() => {
    hasEnded = true;
  });
  await Promise.resolve();
  t.false(hasEnded);
  end?.();
  await ended;
  t.true(hasEnded);
});
