import {
  concatMap,
  defer,
  EMPTY,
  exhaustMap,
  finalize,
  from,
  Observable,
  type OperatorFunction,
  of,
  repeat,
  tap,
  timer,
} from 'rxjs';

/** The right to hold a bounded number of items in memory: taken one by one, given back in lots. */
class Credits {
  #free: number;
  #wake: () => void = () => undefined;

  constructor(max: number) {
    this.#free = max;
  }

  async take(): Promise<void> {
    while (this.#free === 0) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    this.#free -= 1;
  }

  giveBack(items: number): void {
    this.#free += items;
    this.#wake();
  }
}

/** Asks the source for the next item only when there is a credit for it: this is back pressure. */
const pulled = <T>(source: AsyncIterable<T>, credits: Credits): Observable<T> =>
  new Observable((subscriber) => {
    const iterator = source[Symbol.asyncIterator]();
    const pump = async (): Promise<void> => {
      while (!subscriber.closed) {
        await credits.take();
        const next = await iterator.next();
        if (next.done === true) {
          subscriber.complete();
          return;
        }
        subscriber.next(next.value);
      }
    };
    pump().catch((error: unknown) => subscriber.error(error));
    return () => {
      // The source ends by its own signal; this only tells a generator that nobody listens.
      iterator.return?.().catch(() => undefined);
    };
  });

export interface BatchLimits {
  readonly batchItemsMax: number;
  readonly lingerMs: number;
}

/**
 * Hands over whatever has gathered, one batch at a time and in order.
 *
 * After a quiet time the first item waits `lingerMs` for others of its kind; then a batch goes out
 * as soon as the one before it is done. So one event alone is handled at once, and a flood makes
 * full batches, without anything to tune in between.
 */
export const batchWhileBusy =
  <T, R>(
    handle: (batch: readonly T[]) => Observable<R>,
    { batchItemsMax, lingerMs }: BatchLimits,
  ): OperatorFunction<T, R> =>
  (source) =>
    defer(() => {
      const waiting: T[] = [];
      const oneBatch = defer(() => handle(waiting.splice(0, batchItemsMax)));
      // Looked at in the same tick in which a batch ends, so that no item can be overlooked.
      const isMoreWaiting = () => (waiting.length > 0 ? of(true) : EMPTY);
      const untilEmpty = oneBatch.pipe(repeat({ delay: isMoreWaiting }));
      return source.pipe(
        tap((item) => waiting.push(item)),
        exhaustMap(() => timer(lingerMs).pipe(concatMap(() => untilEmpty))),
      );
    });

/** Runs `handle` over the whole source, at most `bufferItemsMax` items ahead of it. */
export const inBatches = <T, R>(
  source: AsyncIterable<T>,
  handle: (batch: readonly T[]) => Promise<R>,
  limits: BatchLimits & { readonly bufferItemsMax: number },
): Observable<R> =>
  defer(() => {
    const credits = new Credits(limits.bufferItemsMax);
    const handleAndPay = (batch: readonly T[]): Observable<R> =>
      from(handle(batch)).pipe(finalize(() => credits.giveBack(batch.length)));
    return pulled(source, credits).pipe(batchWhileBusy(handleAndPay, limits));
  });
