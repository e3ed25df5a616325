import { setImmediate as nextTurn } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import type { Position } from '../../../ports/event-store.js';
import { createAwaited } from '../../../projections/engine/awaited.js';
import {
  createFeed,
  type Feed,
  type FollowOptions,
  type Hurry,
  type Lot,
} from '../../../projections/engine/feed.js';
import { engineLimits } from '../../../projections/engine/index.js';
import { createMemoryEventStore } from '../../support/memory-event-store.js';
import { proposed } from '../../support/proposed-event.js';

const wallets = { categories: ['wallet'] } as const;
const rentals = { categories: ['rental'] } as const;
const both = { categories: ['wallet', 'rental'] } as const;
/** Small enough that a few events fill everything. */
const small = { batchEventsMax: 4, aheadEventsMax: 8, keptEvents: 4, patienceMs: 5, lingerMs: 0 };

const openLab = (limits: Partial<typeof engineLimits> = {}) => {
  const store = createMemoryEventStore();
  let subscriptions = 0;
  const counting: Pick<typeof store, 'subscribeLog'> = {
    subscribeLog: (options) => {
      subscriptions += 1;
      return store.subscribeLog(options);
    },
  };
  const feed = createFeed(counting, [both], { ...engineLimits, ...small, ...limits });
  const tell = (stream: string, times = 1): Position => {
    let last = 0n;
    for (let time = 0; time < times; time += 1) last = store.record(stream, [proposed('Told', {})]);
    return last;
  };
  return { feed, tell, subscriptions: () => subscriptions };
};

type Following = Pick<FollowOptions, 'categories' | 'hurry'> & { after?: Position | null };

const turns = 20;

/** Whether a promise has settled after some turns of the event loop, in which others get on. */
const isSettled = async (promise: Promise<unknown>): Promise<boolean> => {
  let isDone = false;
  promise.then(
    () => {
      isDone = true;
    },
    () => undefined,
  );
  for (let turn = 0; turn < turns && !isDone; turn += 1) await nextTurn();
  return isDone;
};

const follow = (
  t: ExecutionContext,
  feed: Feed,
  { categories, after = null, hurry }: Following,
) => {
  const stopping = new AbortController();
  t.teardown(() => stopping.abort());
  const hurrying = hurry === undefined ? {} : { hurry };
  const lots = feed.follow({ after, categories, signal: stopping.signal, ...hurrying });
  const next = async (): Promise<Lot> => {
    const { value } = await lots.next();
    if (value === undefined) throw new Error('it has ended');
    return value;
  };
  /** Positions of its events, until there are so many. */
  const take = async (count: number): Promise<readonly Position[]> => {
    const positions: Position[] = [];
    while (positions.length < count) {
      for (const { event } of (await next()).events) positions.push(event.position);
    }
    return positions;
  };
  return { next, take, lots, stop: () => stopping.abort() };
};

const distinct = (positions: readonly Position[]): number => new Set(positions).size;

test('followers at one place share a subscription, and each gets its own categories', async (t) => {
  const { feed, tell, subscriptions } = openLab();
  tell('wallet-1', 3);
  tell('rental-1', 2);
  const [one, other] = [follow(t, feed, wallets), follow(t, feed, rentals)];
  const [ofWallet, ofRental] = await Promise.all([one.take(3), other.take(2)]);
  t.is(distinct([...ofWallet, ...ofRental]), 5);
  tell('wallet-1');
  tell('rental-1');
  t.is((await Promise.all([one.take(1), other.take(1)])).flat().length, 2);
  t.is(subscriptions(), 1);
});

test('an event is decoded once for all who follow', async (t) => {
  const { feed, tell } = openLab();
  tell('wallet-1');
  const lots = await Promise.all([follow(t, feed, both).next(), follow(t, feed, both).next()]);
  const [first, second] = lots.map(({ events }) => events[0]);
  t.truthy(first);
  t.is(first, second);
  t.is(first?.decoded, second?.decoded);
});

test('far behind the end of the log a stretch is full, whatever of it is wanted', async (t) => {
  const { feed, tell } = openLab();
  tell('rental-1', 5);
  const last = tell('wallet-1', 1);
  const one = follow(t, feed, wallets);
  const lot = await one.next();
  t.deepEqual(
    lot.events.map(({ event }) => event.position),
    [last],
  );
  t.is(lot.upTo, last);
});

test('who stands still holds nobody up, misses nothing, and joins the others again', async (t) => {
  const { feed, tell, subscriptions } = openLab();
  tell('wallet-1', 60);
  const [still, busy] = [follow(t, feed, wallets), follow(t, feed, wallets)];
  const first = (await still.next()).events.map(({ event }) => event.position);
  t.is(distinct(await busy.take(60)), 60, 'the other is at the end');
  const rest = await still.take(60 - first.length);
  t.is(distinct([...first, ...rest]), 60);
  t.true(subscriptions() > 1, 'it had to read for itself');
  const before = subscriptions();
  for (let round = 0; round < 3; round += 1) {
    tell('wallet-1');
    t.deepEqual(...(await Promise.all([still.take(1), busy.take(1)])));
  }
  t.is(subscriptions(), before);
});

test('who begins elsewhere gets what comes after its place, and nothing twice', async (t) => {
  const { feed, tell } = openLab();
  tell('wallet-1', 30);
  const early = follow(t, feed, wallets);
  const all = await early.take(30);
  const late = follow(t, feed, { ...wallets, after: all[9] ?? null });
  t.deepEqual(await late.take(20), all.slice(10));
});

test('somebody whom nothing concerns is told now and then how far the log was read', async (t) => {
  const { feed, tell } = openLab({ batchEventsMax: 1_000, aheadEventsMax: 2_000 });
  const last = tell('rental-1', 600);
  const { events, upTo } = await follow(t, feed, wallets).next();
  t.deepEqual(events, []);
  t.is(upTo, last);
});

test('a subscription that ends by itself ends those who follow, and the next begins anew', async (t) => {
  const { tell } = openLab();
  tell('wallet-1');
  const broken = createFeed(
    {
      subscribeLog: async function* () {
        yield* [];
        throw new Error('the store is away');
      },
    },
    [both],
    engineLimits,
  );
  await t.throwsAsync(follow(t, broken, wallets).next(), { message: 'the store is away' });
});

test('the signal ends it', async (t) => {
  const { feed } = openLab();
  const one = follow(t, feed, wallets);
  const ended = one.lots.next();
  one.stop();
  t.true((await ended).done);
});

const never = 2_000_000_000;

test('what has come is handed out as soon as somebody waits for it', async (t) => {
  const { feed, tell } = openLab({ lingerMs: never });
  const awaited = createAwaited();
  const hurry: Hurry = {
    isFor: (upTo) => awaited.isAwaited('wallet', upTo),
    onBegin: (listener) => awaited.onWait('wallet', listener),
  };
  const one = follow(t, feed, { ...wallets, hurry });
  const first = tell('wallet-1');
  const waiting = awaited.wait('wallet', first);
  t.is((await one.next()).upTo, first, 'somebody waits before it lingers');
  waiting.end();
  const lot = one.next();
  const second = tell('wallet-1');
  awaited.wait('rental', second);
  awaited.wait('wallet', second + 1n);
  t.false(await isSettled(lot), 'nobody waits for this read model, or for this event');
  awaited.wait('wallet', second);
  t.is((await lot).upTo, second, 'somebody waits while it lingers');
});

test('who waits hears of it from the read model when it is there', async (t) => {
  const awaited = createAwaited();
  const waiting = awaited.wait('wallet', 7n);
  awaited.reached('rental', 9n);
  awaited.reached('wallet', 6n);
  t.false(await isSettled(waiting.reached));
  awaited.reached('wallet', 8n);
  t.is(await waiting.reached, 8n);
  waiting.end();
  t.false(awaited.isAwaited('wallet', 9n));
});
