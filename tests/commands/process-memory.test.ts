import test from 'ava';
import * as E from 'fp-ts/lib/Either.js';
import type { AggregateHandler } from '../../commands/handler.js';
import { remembering } from '../../commands/process/memory.js';
import { processActor } from '../../commands/process/tools.js';

const context = {
  commandId: 'command',
  correlationId: 'correlation',
  causationId: 'cause',
  actor: processActor('test'),
};

/** A log of one number for each aggregate; its position is the number itself. */
const createNumbers = () => {
  const numbers = new Map<string, bigint>();
  let reads = 0;
  const asked: (bigint | null)[] = [];
  let answer: 'done' | 'lost' | 'crowded' = 'done';
  const handler: AggregateHandler<bigint, bigint, bigint, never> = {
    load: async (id, since = null) => {
      reads += 1;
      asked.push(since);
      const state = numbers.get(id) ?? 0n;
      return { state, revision: state - 1n, position: state === 0n ? null : state };
    },
    execute: async (id, command) => {
      const position = answer === 'crowded' ? command + 1n : command;
      numbers.set(id, position);
      if (answer === 'lost') {
        return E.left({ kind: 'OutcomeUnknown', stream: id, reason: 'the answer was lost' });
      }
      const isCurrent = position === command;
      return E.right({ state: command, events: [command], position, isCurrent });
    },
  };
  return {
    memory: remembering(handler),
    write: (id: string, number: bigint) => numbers.set(id, number),
    reads: () => reads,
    asked,
    lose: () => {
      answer = 'lost';
    },
    /** Somebody else's command is written behind each of ours, in the same append. */
    crowd: () => {
      answer = 'crowded';
    },
  };
};

test('what is remembered is read again only for a fact that it cannot hold', async (t) => {
  const { memory, write, reads } = createNumbers();
  write('a', 7n);
  t.is(await memory.upTo('a', 7n), 7n);
  write('a', 9n);
  t.is(await memory.upTo('a', 6n), 7n);
  t.is(reads(), 1);
  t.is(await memory.upTo('a', 8n), 9n);
  t.is(reads(), 2);
});

test('what a command has led to is remembered, and what it may have led to is read', async (t) => {
  const { memory, reads, lose } = createNumbers();
  await memory.load('a');
  await memory.execute('a', 5n, context);
  t.is(memory.last('a'), 5n);
  t.is(await memory.upTo('a', 5n), 5n);
  t.is(reads(), 1);
  lose();
  await memory.execute('a', 8n, context);
  t.is(memory.last('a'), null);
  t.is(await memory.upTo('a', 5n), 8n);
  t.is(reads(), 2);
});

test('a command may be told again, so what it leads to is no proof before a reading', async (t) => {
  const { memory, write, reads } = createNumbers();
  await memory.execute('a', 5n, context);
  write('a', 9n);
  t.is(memory.last('a'), 5n);
  t.is(await memory.upTo('a', 5n), 9n);
  t.is(reads(), 1);
});

test('what was read in this run may be told by the memory of all, and nothing else may', async (t) => {
  const { memory, write, asked } = createNumbers();
  await memory.execute('a', 5n, context);
  write('a', 9n);
  await memory.upTo('a', 9n);
  write('a', 12n);
  t.is(await memory.upTo('a', 11n), 12n);
  t.deepEqual(asked, [null, 11n]);
});

test('a state that others have written behind is not taken for what is there', async (t) => {
  const { memory, reads, crowd } = createNumbers();
  await memory.load('a');
  crowd();
  await memory.execute('a', 5n, context);
  t.is(memory.last('a'), null);
  t.is(await memory.upTo('a', 6n), 6n);
  t.is(reads(), 2);
});
