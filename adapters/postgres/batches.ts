/**
 * Group commit: what is asked for while a statement is under way goes out together with the next
 * one. Many requests then share one round trip and one flush of the disk; a request alone waits for
 * the end of its turn of the event loop, and none is answered before its own row is committed.
 */

import { setImmediate as endOfTurn } from 'node:timers/promises';
import { DatabaseError } from '../../ports/database.js';

/** Rows of one statement at most; what is more waits for the next. */
const batchRowsMax = 256;
/**
 * A statement that takes longer holds up only those whose rows are in it. What came after them goes
 * out beside it, as it would without batches.
 */
const batchWaitMsMax = 1_000;
/** The database rolled everything back, to end a circle of statements that wait for each other. */
const deadlock = '40P01';

export interface BatchOptions<Item, Result> {
  /** Writes all items in one statement; answers one result for each, in their order. */
  readonly write: (items: readonly Item[]) => Promise<readonly Result[]>;
  /** Two items with one key never meet in a statement: the later one sees what the first wrote. */
  readonly keyOf: (item: Item) => string;
}

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/** Writes one item; resolves or rejects when the statement that it went out with has ended. */
export const inBatches = <Item, Result>({
  write,
  keyOf,
}: BatchOptions<Item, Result>): ((item: Item) => Promise<Result>) => {
  type Batch = readonly Waiting<Item, Result>[];
  let waiting: Waiting<Item, Result>[] = [];
  let isWriting = false;

  const takeBatch = (): Batch => {
    const batch = new Map<string, Waiting<Item, Result>>();
    const later: Waiting<Item, Result>[] = [];
    for (const each of waiting) {
      const key = keyOf(each.item);
      if (batch.size === batchRowsMax || batch.has(key)) later.push(each);
      else batch.set(key, each);
    }
    waiting = later;
    return [...batch.values()];
  };

  const settle = async (batch: Batch): Promise<void> => {
    try {
      const results = await write(batch.map(({ item }) => item));
      for (const [index, result] of results.entries()) batch[index]?.resolve(result);
    } catch (error) {
      // Nothing was written. One row may be the reason, and must not be the fate of the others.
      if (batch.length > 1 && isOfOneRow(error))
        await Promise.all(batch.map((each) => settle([each])));
      else for (const { reject } of batch) reject(error);
    }
  };

  const writeWaiting = async (): Promise<void> => {
    isWriting = true;
    while (waiting.length > 0) {
      // Requests come in crowds, as they were answered together; without this, the first of a crowd
      // would go out alone, and all others would wait for its commit.
      await endOfTurn();
      await notLongerThan(batchWaitMsMax, settle(takeBatch()));
    }
    isWriting = false;
  };

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (!isWriting) void writeWaiting();
    });
};

/** Alone each of the rows may be written: no other one offends, or is locked in another order. */
const isOfOneRow = (error: unknown): boolean =>
  error instanceof DatabaseError && (error.kind === 'data' || error.code === deadlock);

/** Resolves when the work is done, or the time is over. */
const notLongerThan = async (ms: number, work: Promise<void>): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
};
