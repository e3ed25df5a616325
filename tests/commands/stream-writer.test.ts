import test from 'ava';
import * as E from 'fp-ts/lib/Either.js';
import { deriveId } from '../../commands/context.js';
import { createHandler } from '../../commands/handler.js';
import { streamName } from '../../domain/shared/aggregate.js';
import { Bug } from '../../domain/shared/assert.js';
import { brandOrThrow } from '../../domain/shared/brand.js';
import { EntryId } from '../../domain/shared/ids.js';
import { instant } from '../../domain/shared/instant.js';
import { type Money, rupees, toRupees } from '../../domain/shared/money.js';
import { type WalletCommand, wallet } from '../../domain/wallet/index.js';
import type { AppendOutcome, EventStore } from '../../ports/event-store.js';
import { createMemoryEventStore } from '../support/memory-event-store.js';
import { memoryMetrics } from '../support/memory-metrics.js';

const at = instant('2026-11-23T06:00:00.000Z');
const walletId = 'hot';
const stream = streamName(wallet.category, walletId);

const creditOf = (name: string, amount: Money): WalletCommand => ({
  type: 'CreditWallet',
  creditId: brandOrThrow(EntryId, name),
  amount,
  source: 'DEMO',
  gateway: null,
  rentalId: null,
  at,
});

const credit = (name: string, amount: string) => creditOf(name, rupees(amount));

const debit = (name: string, amount: string): WalletCommand => ({
  type: 'DebitWallet',
  debitId: brandOrThrow(EntryId, name),
  amount: rupees(amount),
  purpose: 'RENTAL',
  rentalId: null,
  at,
});

const contextOf = (name: string) => {
  const commandId = deriveId('stream-writer', name);
  const actor = { kind: 'system', id: 'tests' } as const;
  return { commandId, correlationId: commandId, causationId: commandId, actor };
};

type Append = EventStore['append'];

/** A handler on a log in memory, whose appends may be tampered with and are counted. */
const openDesk = (tamper: (append: Append) => Append = (append) => append) => {
  const memory = createMemoryEventStore();
  const metrics = memoryMetrics();
  const appended: number[] = [];
  const append: Append = (to, expected, events) => {
    // Snapshots are not what is counted here.
    if (to !== stream) return memory.append(to, expected, events);
    appended.push(events.length);
    return tamper(memory.append)(to, expected, events);
  };
  const handler = createHandler(wallet, { store: { ...memory, append }, metrics });
  const elsewhere = createHandler(wallet, { store: memory, metrics });
  const execute = async (name: string, command: WalletCommand, by = handler) => {
    const result = await by.execute(walletId, command, contextOf(name));
    return E.isRight(result) ? 'done' : result.left.kind;
  };
  const balance = async () => toRupees((await elsewhere.load(walletId)).state.balance);
  const typesAndIds = async () => {
    const found: string[] = [];
    for await (const { type, id } of memory.readStream(stream)) found.push(`${type} ${id}`);
    return found;
  };
  return { execute, elsewhere, balance, typesAndIds, appended, metrics };
};

const lost: AppendOutcome = { kind: 'unknown', reason: 'the answer was lost' };

test('commands that meet on a stream go into one append, and none conflicts', async (t) => {
  const { execute, balance, appended, metrics } = openDesk();
  const names = Array.from({ length: 50 }, (_, index) => `credit-${index}`);
  const outcomes = await Promise.all(names.map((name) => execute(name, credit(name, '1.25'))));
  t.deepEqual(new Set(outcomes), new Set(['done']));
  t.is(await balance(), '62.50');
  t.deepEqual(appended, [1, 49]);
  t.is(metrics.counted('command_conflicts_total'), 0);
});

test('each has the state that it led to, and only the last one what is there now', async (t) => {
  const { elsewhere, balance } = openDesk();
  const names = ['first', 'second', 'third', 'fourth'];
  const handled = await Promise.all(
    names.map((name) => elsewhere.execute(walletId, credit(name, '10'), contextOf(name))),
  );
  const told = handled.map((result) =>
    E.isRight(result) ? [toRupees(result.right.state.balance), result.right.isCurrent] : 'left',
  );
  t.deepEqual(told, [
    ['10.00', true],
    ['20.00', false],
    ['30.00', false],
    ['40.00', true],
  ]);
  t.is(await balance(), '40.00');
});

test('each is decided on what the ones before it have left', async (t) => {
  const { execute, balance } = openDesk();
  await execute('opening', credit('opening', '100'));
  const names = Array.from({ length: 10 }, (_, index) => `debit-${index}`);
  const outcomes = await Promise.all(names.map((name) => execute(name, debit(name, '30'))));
  t.deepEqual(outcomes, ['done', 'done', 'done', ...Array<string>(7).fill('Refused')]);
  t.is(await balance(), '10.00');
});

test('the same command twice at once is written once', async (t) => {
  const { execute, balance, typesAndIds } = openDesk();
  const outcomes = await Promise.all([
    execute('first', credit('first', '1')),
    execute('twice', credit('twice', '5')),
    execute('twice', credit('twice', '5')),
  ]);
  t.deepEqual(outcomes, ['done', 'done', 'done']);
  t.is(await balance(), '6.00');
  t.is(new Set(await typesAndIds()).size, 2);
});

test('a group that lost against another writer is decided anew', async (t) => {
  const { execute, elsewhere, balance, metrics } = openDesk();
  await execute('opening', credit('opening', '100'));
  t.is(await execute('theirs', debit('theirs', '60'), elsewhere), 'done');
  const outcomes = await Promise.all([
    execute('a', credit('a', '1')),
    execute('b', debit('b', '50')),
    execute('c', debit('c', '41')),
  ]);
  t.deepEqual(outcomes, ['done', 'Refused', 'done']);
  t.is(await balance(), '0.00');
  t.is(metrics.counted('command_conflicts_total'), 1);
});

test('of a group whose answer was lost, all is found again', async (t) => {
  let isLosing = false;
  const { execute, balance } = openDesk((append) => async (...words) => {
    const outcome = await append(...words);
    return isLosing ? lost : outcome;
  });
  await execute('opening', credit('opening', '100'));
  isLosing = true;
  const outcomes = await Promise.all([
    execute('a', credit('a', '1')),
    execute('b', debit('b', '200')),
    execute('c', debit('c', '2')),
  ]);
  t.deepEqual(outcomes, ['done', 'Refused', 'done']);
  t.is(await balance(), '99.00');
});

test('a group that may not be written is unknown, and who only asked is answered', async (t) => {
  let isLosing = false;
  const { execute, balance } = openDesk((append) => (isLosing ? async () => lost : append));
  await execute('opening', credit('opening', '100'));
  isLosing = true;
  const outcomes = await Promise.all([
    execute('a', credit('a', '1')),
    execute('b', debit('b', '200')),
  ]);
  t.deepEqual(outcomes, ['OutcomeUnknown', 'Refused']);
  t.is(await balance(), '100.00');
});

test('what is too large together is written one by one', async (t) => {
  const { execute, balance, appended } = openDesk((append) => async (to, expected, events) => {
    if (events.length > 1) return { kind: 'rejected', reason: 'too large' };
    return append(to, expected, events);
  });
  const outcomes = await Promise.all([
    execute('opening', credit('opening', '100')),
    execute('a', credit('a', '1')),
    execute('b', credit('b', '2')),
  ]);
  t.deepEqual(outcomes, ['done', 'done', 'done']);
  t.deepEqual(appended, [1, 2, 1, 1]);
  t.is(await balance(), '103.00');
});

test("a bug in one command is not the others' failure", async (t) => {
  const { execute, balance } = openDesk();
  const outcomes = await Promise.allSettled([
    execute('opening', credit('opening', '100')),
    execute('a', credit('a', '1')),
    // Half a paisa is no money, which the codec of the event notices.
    execute('broken', creditOf('broken', { currency: 'NPR', minor: 0.5 })),
    execute('b', credit('b', '2')),
  ]);
  const failed = outcomes.filter((outcome) => outcome.status === 'rejected');
  t.is(failed.length, 1);
  t.true(failed[0]?.reason instanceof Bug);
  t.is(await balance(), '103.00');
});
