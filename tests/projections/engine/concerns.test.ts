import test from 'ava';
import type { LogPage, Position } from '../../../ports/event-store.js';
import { createConcerns } from '../../../projections/engine/concerns.js';
import { createMemoryEventStore } from '../../support/memory-event-store.js';
import { proposed } from '../../support/proposed-event.js';

/** A log of one event a stream, and how often its pages were asked for. */
const logOf = async (...streams: readonly string[]) => {
  const store = createMemoryEventStore();
  const positions: Position[] = [];
  const write = async (stream: string): Promise<Position> => {
    const outcome = await store.append(stream, 'any', [proposed('Happened')]);
    if (outcome.kind !== 'done') throw new Error(outcome.kind);
    positions.push(outcome.position);
    return outcome.position;
  };
  for (const stream of streams) await write(stream);
  let asked = 0;
  const readLogPage = (after: Position | null, events: number): Promise<LogPage> => {
    asked += 1;
    return store.readLogPage(after, events);
  };
  const at = (index: number): Position => {
    const position = positions[index];
    if (position === undefined) throw new Error(`no event ${index}`);
    return position;
  };
  return { store: { readLogPage }, at, write, asked: () => asked };
};

const wallets = { categories: ['wallet'] } as const;

test('a stretch of other categories is read once, however often it is asked about', async (t) => {
  const log = await logOf('wallet-a', 'user-a', 'user-b', 'user-c');
  const concerns = createConcerns(log.store, wallets);
  for (let ask = 0; ask < 100; ask += 1) {
    t.true(await concerns.noneUpTo(log.at(3), log.at(0)));
    t.true(await concerns.noneUpTo(log.at(1), log.at(0)));
  }
  t.is(log.asked(), 1);
});

test('an event of its own has to be projected first; the log is left alone until then', async (t) => {
  const log = await logOf('wallet-a', 'user-a', 'wallet-b', 'user-b');
  const concerns = createConcerns(log.store, wallets);
  for (let ask = 0; ask < 100; ask += 1) t.false(await concerns.noneUpTo(log.at(3), log.at(0)));
  t.true(await concerns.noneUpTo(log.at(1), log.at(0)), 'what lies before it is complete');
  t.is(log.asked(), 1);
  t.true(await concerns.noneUpTo(log.at(3), log.at(2)), 'once it is projected');
  t.is(log.asked(), 2);
});

test('what came to the log since is looked at, from where the last look ended', async (t) => {
  const log = await logOf('wallet-a', 'user-a');
  const concerns = createConcerns(log.store, wallets);
  t.true(await concerns.noneUpTo(log.at(1), log.at(0)));
  const wanted = await log.write('wallet-b');
  t.false(await concerns.noneUpTo(wanted, log.at(0)));
  t.true(await concerns.noneUpTo(wanted, wanted));
});

test('a stretch of many pages is read to its end', async (t) => {
  const users = Array.from({ length: 1_000 }, (_, index) => `user-${index}`);
  const log = await logOf('wallet-a', ...users);
  const concerns = createConcerns(log.store, wallets);
  t.true(await concerns.noneUpTo(log.at(1_000), log.at(0)));
  t.true(await concerns.noneUpTo(log.at(1_000), log.at(0)));
  t.true(log.asked() > 1 && log.asked() < 10, `${log.asked()} pages`);
});

test('a position that the log has not reached is not complete', async (t) => {
  const log = await logOf('wallet-a', 'user-a');
  const concerns = createConcerns(log.store, wallets);
  t.false(await concerns.noneUpTo(log.at(1) + 1n, log.at(0)));
  const wanted = await log.write('user-b');
  t.true(await concerns.noneUpTo(wanted, log.at(0)));
});

test('a checkpoint that goes back makes void what was known', async (t) => {
  const log = await logOf('wallet-a', 'wallet-b', 'user-a');
  const concerns = createConcerns(log.store, wallets);
  t.true(await concerns.noneUpTo(log.at(2), log.at(1)));
  t.false(await concerns.noneUpTo(log.at(2), log.at(0)), 'the tables were restored, say');
});

test('a hundred readers at once share one look', async (t) => {
  const log = await logOf('wallet-a', 'user-a', 'user-b');
  const concerns = createConcerns(log.store, wallets);
  const asks = Array.from({ length: 100 }, () => concerns.noneUpTo(log.at(2), log.at(0)));
  t.deepEqual(new Set(await Promise.all(asks)), new Set([true]));
  t.is(log.asked(), 1);
});
