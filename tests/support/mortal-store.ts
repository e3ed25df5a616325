import type { EventStore } from '../../ports/event-store.js';

/** A promise that is never kept: what a dead program waits for. */
const forever = <T>(): Promise<T> => new Promise(() => undefined);

export interface MortalStore extends EventStore {
  /** Dies at the `nth` append from now, before it is sent or after it was written. */
  arm(nth: number, when: 'before' | 'after'): void;
  /** Dies at once. */
  die(): void;
  /** Resolves at its death. */
  readonly died: Promise<void>;
}

/**
 * A store whose user dies at a chosen append, as if the whole process had been killed: from then
 * on no call is answered any more, so nothing that would have come later happens.
 */
export const mortal = (store: EventStore): MortalStore => {
  let left = Number.POSITIVE_INFINITY;
  let dieWhen: 'before' | 'after' = 'before';
  let isDead = false;
  let tell: () => void = () => undefined;
  const died = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const die = (): void => {
    isDead = true;
    tell();
  };
  return {
    ...store,
    arm: (nth, when) => {
      left = nth;
      dieWhen = when;
    },
    die,
    died,
    append: async (stream, expected, events) => {
      if (isDead) return forever();
      left -= 1;
      if (left > 0) return store.append(stream, expected, events);
      isDead = true;
      if (dieWhen === 'after') await store.append(stream, expected, events);
      die();
      return forever();
    },
    readStream: (stream, from) => (isDead ? nothingEver() : store.readStream(stream, from)),
  };
};

const nothingEver = <T>(): AsyncIterable<T> => ({
  [Symbol.asyncIterator]: () => ({ next: () => forever() }),
});
