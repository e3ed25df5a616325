import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import test from 'ava';
import fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import { createHandler } from '../../commands/handler.js';
import { dropSnapshots } from '../../commands/snapshots/drop.js';
import type { SnapshotLimits } from '../../commands/snapshots/limits.js';
import { points } from '../../domain/points/index.js';
import type { Aggregate } from '../../domain/shared/aggregate.js';
import { brandOrThrow } from '../../domain/shared/brand.js';
import type { DomainEvent } from '../../domain/shared/events.js';
import { EntryId } from '../../domain/shared/ids.js';
import { instant } from '../../domain/shared/instant.js';
import { rupees } from '../../domain/shared/money.js';
import { wallet } from '../../domain/wallet/index.js';
import type { RecordedEvent } from '../../ports/event-store.js';
import { snapshotRecord } from '../../ports/snapshots/index.js';
import { createMemoryEventStore, type MemoryEventStore } from '../support/memory-event-store.js';
import { noMetrics } from '../support/no-metrics.js';
import { pointsCommands } from '../support/points-commands.js';
import { walletCommands } from '../support/wallet-commands.js';

/** Snapshots and pages after a handful of events, so that short histories have many of them. */
const limits: SnapshotLimits = {
  dueAfterEvents: 3,
  pauseMs: 0,
  underWayMax: 1,
  keysInSnapshotMax: 4,
  keysInPageMax: 3,
};

const contextOf = (number: number) => ({
  commandId: `command-${number}`,
  correlationId: 'test',
  causationId: 'test',
  actor: { kind: 'system', id: 'test' } as const,
});

const isKept = ({ stream }: Pick<RecordedEvent, 'stream'>): boolean =>
  stream.startsWith('snapshot_');

/** What happens to snapshots between two commands. */
const harm = fc.constantFrom('none', 'none', 'lost', 'older', 'damaged', 'of another version');
type Harm = 'none' | 'lost' | 'older' | 'damaged' | 'of another version';

/** With more in the account than there is. */
const enriched = (data: unknown): unknown =>
  JSON.parse(JSON.stringify(data).replace(/"(minor|balance)":(?=\d)/, '"$1":1'));

const damaged = (recorded: RecordedEvent): RecordedEvent => ({
  ...recorded,
  data: enriched(recorded.data),
});

/** As another version of the program would have written it, in good order. */
const ofAnotherVersion = (recorded: RecordedEvent): RecordedEvent => {
  const record = snapshotRecord.decode(recorded);
  if (record === null) return recorded;
  const shape = record.shape.replace('rules.1', 'rules.2');
  const data = snapshotRecord.encode({ ...record, shape, state: enriched(record.state) });
  return { ...recorded, data };
};

/** The same store, whose snapshots are not always what was written. */
const harmedBy = (store: MemoryEventStore, now: () => Harm): MemoryEventStore => ({
  ...store,
  readLast: async (stream) => {
    const last = await store.readLast(stream);
    if (last === null || !isKept(last)) return last;
    switch (now()) {
      case 'none':
        return last;
      case 'lost':
        return null;
      case 'damaged':
        return damaged(last);
      case 'of another version':
        return ofAnotherVersion(last);
      case 'older': {
        const all: RecordedEvent[] = [];
        for await (const each of store.readStream(stream)) all.push(each);
        return all.at(-2) ?? null;
      }
    }
  },
});

/** What a command led to, without what only a store knows. */
type Answer = readonly unknown[] | { readonly refused: unknown };

const run = async <Command, State, Event extends DomainEvent, Refusal>(
  aggregate: Aggregate<Command, State, Event, Refusal>,
  steps: readonly { readonly command: Command; readonly isCold: boolean; readonly harm: Harm }[],
): Promise<{ readonly answers: readonly Answer[]; readonly store: MemoryEventStore }> => {
  let now: Harm = 'none';
  const store = createMemoryEventStore();
  const harmed = harmedBy(store, () => now);
  const start = () =>
    createHandler(aggregate, { store: harmed, metrics: noMetrics, snapshotLimits: limits });
  let handler = start();
  const answers: Answer[] = [];
  for (const [index, step] of steps.entries()) {
    if (step.isCold) handler = start();
    now = step.harm;
    const result = await handler.execute('u1', step.command, contextOf(index));
    if (E.isRight(result)) answers.push(result.right.events);
    else answers.push({ refused: 'refusal' in result.left ? result.left.refusal : result.left });
    // A snapshot is written behind the command; in memory that is done before the next turn.
    await nextTurn();
  }
  return { answers, store };
};

/** The plainest program: everything from the beginning, every time. */
const expected = <Command, State, Event extends DomainEvent, Refusal>(
  aggregate: Aggregate<Command, State, Event, Refusal>,
  commands: readonly Command[],
): readonly Answer[] => {
  let history: readonly Event[] = [];
  return commands.map((command) => {
    const decision = aggregate.decide(command, history.reduce(aggregate.evolve, aggregate.initial));
    if (E.isLeft(decision)) return { refused: decision.left };
    history = [...history, ...decision.right];
    return decision.right;
  });
};

const stepsOf = <Command>(commands: fc.Arbitrary<Command[]>) =>
  commands.chain((list) =>
    fc.tuple(
      ...list.map((command) =>
        fc.record({ command: fc.constant(command), isCold: fc.boolean(), harm }),
      ),
    ),
  );

const holdsFor = <Command, State, Event extends DomainEvent, Refusal>(
  aggregate: Aggregate<Command, State, Event, Refusal>,
  commands: fc.Arbitrary<Command[]>,
) =>
  fc.assert(
    fc.asyncProperty(stepsOf(commands), async (steps) => {
      const { answers } = await run(aggregate, steps);
      const wanted = expected(
        aggregate,
        steps.map(({ command }) => command),
      );
      return JSON.stringify(answers) === JSON.stringify(wanted);
    }),
    { numRuns: 150 },
  );

test('what is dropped is made again, and is not dropped twice', async (t) => {
  const store = createMemoryEventStore();
  const { signal } = new AbortController();
  const drop = () => dropSnapshots({ store, signal }, [wallet.category]);
  const credit = async (number: number) => {
    const handler = createHandler(wallet, { store, metrics: noMetrics, snapshotLimits: limits });
    const creditId = brandOrThrow(EntryId, `credit-${number}`);
    const from = { source: 'DEMO', gateway: null, rentalId: null } as const;
    const at = instant('2026-03-01T10:00:00.000Z');
    const amount = rupees('1.00');
    const command = { type: 'CreditWallet', creditId, amount, ...from, at } as const;
    // Asked for by somebody else each time, so that only the wallet can know it again.
    const context = { ...contextOf(number), commandId: randomUUID() };
    const result = await handler.execute('u1', command, context);
    await nextTurn();
    return E.isRight(result) ? result.right.state.balance.minor : result.left.kind;
  };
  for (let number = 1; number <= 6; number += 1) t.is(await credit(number), number * 100);
  t.is(await drop(), 1);
  t.is(await drop(), 0);
  t.is(await credit(1), 600, 'a repeated credit counts once');
  t.is(await drop(), 1, 'there is a new one');
  t.is(await credit(7), 700);
});

test('P-062: a wallet decides the same with any snapshot, and however it is harmed', async (t) => {
  await t.notThrowsAsync(holdsFor(wallet, walletCommands));
});

test('P-096: so does a points account', async (t) => {
  await t.notThrowsAsync(holdsFor(points, pointsCommands));
});
