import type { Position } from '../../ports/event-store.js';

/** Somebody waits until a read model shows everything up to a position. */
export interface Waiting {
  /** Resolves with where a projection of this process stands when it has got there; maybe never. */
  readonly reached: Promise<Position>;
  /** Nobody waits any more. */
  end(): void;
}

/**
 * Between readers and projections in one process. Read models gather events for a while, since a
 * transaction costs far more than a row in it; but not while somebody waits to see what has just
 * happened. And who waits need not hear from the database what is known here.
 */
export interface Awaited {
  wait(name: string, position: Position): Waiting;
  /** Whether somebody waits for this or less. */
  isAwaited(name: string, upTo: Position | null): boolean;
  /** Calls the listener whenever somebody begins to wait, until the answer is called. */
  onWait(name: string, listener: () => void): () => void;
  /** The read model shows everything up to a position; what says so is committed. */
  reached(name: string, upTo: Position): void;
}

interface Waiter {
  readonly position: Position;
  readonly resolve: (upTo: Position) => void;
}

const ofName = <Value>(all: Map<string, Set<Value>>, name: string): Set<Value> => {
  const found = all.get(name) ?? new Set<Value>();
  all.set(name, found);
  return found;
};

export const createAwaited = (): Awaited => {
  const waits = new Map<string, Set<Waiter>>();
  const listeners = new Map<string, Set<() => void>>();
  return {
    wait: (name, position) => {
      const waiters = ofName(waits, name);
      let resolve: Waiter['resolve'] = () => undefined;
      const reached = new Promise<Position>((done) => {
        resolve = done;
      });
      const waiter = { position, resolve };
      waiters.add(waiter);
      for (const listener of listeners.get(name) ?? []) listener();
      return { reached, end: () => waiters.delete(waiter) };
    },
    isAwaited: (name, upTo) => {
      for (const { position } of waits.get(name) ?? []) {
        if (upTo !== null && position <= upTo) return true;
      }
      return false;
    },
    onWait: (name, listener) => {
      const listening = ofName(listeners, name).add(listener);
      return () => listening.delete(listener);
    },
    reached: (name, upTo) => {
      for (const { position, resolve } of waits.get(name) ?? [])
        if (position <= upTo) resolve(upTo);
    },
  };
};
