import test from 'ava';
import { inBatches } from '../../../adapters/postgres/batches.js';
import { DatabaseError } from '../../../ports/database.js';

interface Statement {
  readonly items: readonly string[];
  readonly end: (error?: Error) => void;
}

/** What follows from a request is done at the end of its turn of the event loop. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Statements that end when the test says so; each answers its items in capitals. */
const openDesk = (keyOf: (item: string) => string = (item) => item) => {
  const statements: Statement[] = [];
  const write = inBatches<string, string>({
    keyOf,
    write: (items) =>
      new Promise((resolve, reject) => {
        const results = items.map((item) => item.toUpperCase());
        const end = (error?: Error): void => (error ? reject(error) : resolve(results));
        statements.push({ items, end });
      }),
  });
  const endOf = async (index: number, error?: Error): Promise<void> => {
    statements[index]?.end(error);
    // The statement that follows goes out at the end of the turn after this one.
    await turn();
    await turn();
  };
  return { write, endOf, sent: () => statements.map(({ items }) => items) };
};

test('what comes in one turn goes out together, and so does what comes meanwhile', async (t) => {
  const { write, endOf, sent } = openDesk();
  const first = Promise.all(['a', 'b'].map(write));
  await turn();
  t.deepEqual(sent(), [['a', 'b']]);
  const meanwhile = Promise.all(['c', 'd'].map(write));
  await turn();
  t.deepEqual(sent(), [['a', 'b']]);
  await endOf(0);
  t.deepEqual(await first, ['A', 'B']);
  t.deepEqual(sent(), [
    ['a', 'b'],
    ['c', 'd'],
  ]);
  await endOf(1);
  t.deepEqual(await meanwhile, ['C', 'D']);
});

test('two of one key never meet in a statement, and keep their order', async (t) => {
  const { write, endOf, sent } = openDesk((item) => item.slice(0, 1));
  const all = Promise.all(['a1', 'b1', 'b2', 'c1', 'b3'].map(write));
  await turn();
  for (const index of [0, 1, 2]) await endOf(index);
  t.deepEqual(sent(), [['a1', 'b1', 'c1'], ['b2'], ['b3']]);
  t.deepEqual(await all, ['A1', 'B1', 'B2', 'C1', 'B3']);
});

test('a row that cannot be stored is not the fate of the others', async (t) => {
  const { write, endOf, sent } = openDesk();
  const all = Promise.allSettled(['a', 'b', 'c'].map(write));
  const unfit = new DatabaseError('data', '22P05', 'no such character');
  await turn();
  await endOf(0, unfit);
  t.deepEqual(sent(), [['a', 'b', 'c'], ['a'], ['b'], ['c']]);
  await endOf(1);
  await endOf(2, unfit);
  await endOf(3);
  const outcomes = (await all).map((each) => (each.status === 'fulfilled' ? each.value : 'left'));
  t.deepEqual(outcomes, ['A', 'left', 'C']);
});

test('a database that is away fails all that were to be written, and not what comes later', async (t) => {
  const { write, endOf, sent } = openDesk();
  const all = Promise.allSettled(['a', 'b'].map(write));
  await turn();
  await endOf(0, new DatabaseError('trouble', 'ECONNRESET', 'gone'));
  t.deepEqual(
    (await all).map(({ status }) => status),
    ['rejected', 'rejected'],
  );
  const later = write('c');
  await turn();
  await endOf(1);
  t.is(await later, 'C');
  t.deepEqual(sent(), [['a', 'b'], ['c']]);
});

test('a statement that hangs holds up only what is in it', async (t) => {
  const { write, endOf, sent } = openDesk();
  const first = write('a');
  await turn();
  const second = write('b');
  while (sent().length < 2) await turn();
  await endOf(1);
  t.is(await second, 'B');
  await endOf(0);
  t.is(await first, 'A');
});
