import { setImmediate as endOfTurn } from 'node:timers/promises';
import test from 'ava';
import * as E from 'fp-ts/lib/Either.js';
import { deriveId } from '../../commands/context.js';
import { createHandler } from '../../commands/handler.js';
import { streamName } from '../../domain/shared/aggregate.js';
import { brandOrThrow } from '../../domain/shared/brand.js';
import { EntryId } from '../../domain/shared/ids.js';
import { instant } from '../../domain/shared/instant.js';
import { rupees, toRupees } from '../../domain/shared/money.js';
import { type WalletCommand, wallet } from '../../domain/wallet/index.js';
import type { EventStore, Position } from '../../ports/event-store.js';
import { createMemoryEventStore } from '../support/memory-event-store.js';
import { noMetrics } from '../support/no-metrics.js';

const walletId = 'read';
const stream = streamName(wallet.category, walletId);

const credit = (name: string): WalletCommand => ({
  type: 'CreditWallet',
  creditId: brandOrThrow(EntryId, name),
  amount: rupees('10.00'),
  source: 'DEMO',
  gateway: null,
  rentalId: null,
  at: instant('2026-11-23T06:00:00.000Z'),
});

const contextOf = (name: string) => {
  const commandId = deriveId('loads', name);
  const actor = { kind: 'system', id: 'tests' } as const;
  return { commandId, correlationId: commandId, causationId: commandId, actor };
};

type Append = EventStore['append'];

/** Handlers of two programs on one log, and how often the first has read the wallet's stream. */
const openDesk = (tamper: (append: Append) => Append = (append) => append) => {
  const memory = createMemoryEventStore();
  let readings = 0;
  const readStream: EventStore['readStream'] = (name, from) => {
    if (name === stream) readings += 1;
    return memory.readStream(name, from);
  };
  const append = tamper(memory.append);
  const store = { ...memory, append, readStream };
  const handler = createHandler(wallet, { store, metrics: noMetrics });
  const elsewhere = createHandler(wallet, { store: memory, metrics: noMetrics });
  const pay = async (name: string, by = handler): Promise<Position> => {
    const result = await by.execute(walletId, credit(name), contextOf(name));
    if (E.isLeft(result) || result.right.position === null) throw new Error(`${name} is not paid`);
    return result.right.position;
  };
  const balance = async (since?: Position): Promise<string> =>
    toRupees((await handler.load(walletId, since)).state.balance);
  return { pay, elsewhere, balance, readings: () => readings };
};

test('who asks for a stream in one turn shares a reading, and a later turn has its own', async (t) => {
  const { pay, elsewhere, balance, readings } = openDesk();
  await pay('first', elsewhere);
  t.deepEqual(await Promise.all([balance(), balance(), balance()]), ['10.00', '10.00', '10.00']);
  t.is(readings(), 1);
  await pay('second', elsewhere);
  t.is(await balance(), '20.00');
  t.is(readings(), 2);
});

test('a shared reading finds what was written before the last of them asked', async (t) => {
  const { pay, elsewhere, balance, readings } = openDesk();
  const early = balance();
  await pay('meanwhile', elsewhere);
  t.deepEqual(await Promise.all([early, balance()]), ['10.00', '10.00']);
  t.is(readings(), 1);
});

test('an event that is in memory needs no reading, and one of somebody else does', async (t) => {
  const { pay, elsewhere, balance, readings } = openDesk();
  const own = await pay('own');
  const before = readings();
  t.is(await balance(own), '10.00');
  t.is(readings(), before);
  const theirs = await pay('theirs', elsewhere);
  t.is(await balance(own), '10.00', 'no more was asked for');
  t.is(readings(), before);
  t.is(await balance(theirs), '20.00');
  t.is(readings(), before + 1);
});

test('an event of ours that the log tells of before its answer needs no reading', async (t) => {
  const told: Promise<string>[] = [];
  const desk = openDesk((append) => async (to, expected, events) => {
    const outcome = await append(to, expected, events);
    // A subscription delivers it, and the answer comes later in the same turn.
    if (outcome.kind === 'done') told.push(desk.balance(outcome.position));
    return outcome;
  });
  await desk.pay('ours');
  const before = desk.readings();
  t.deepEqual(await Promise.all(told), ['10.00']);
  t.is(desk.readings(), before);
});

test('a reading that fails fails for those who share it, and is not kept', async (t) => {
  const memory = createMemoryEventStore();
  let isAway = true;
  const readLast: EventStore['readLast'] = async (name) => {
    if (isAway) throw new Error('the store is away');
    return memory.readLast(name);
  };
  const handler = createHandler(wallet, { store: { ...memory, readLast }, metrics: noMetrics });
  const asked = [handler.load(walletId), handler.load(walletId)];
  const ends = await Promise.allSettled(asked);
  t.deepEqual(
    ends.map(({ status }) => status),
    ['rejected', 'rejected'],
  );
  isAway = false;
  await endOfTurn();
  t.is((await handler.load(walletId)).revision, -1n);
});
