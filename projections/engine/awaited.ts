import type { Position } from '../../ports/event-store.js';

/**
 * What readers in this process wait for. Read models gather events for a while, since a transaction
 * costs far more than a row in it; but not while somebody waits to see what has just happened.
 */
export interface Awaited {
  /** Somebody waits until the read model shows everything up to a position, until it is called. */
  wait(name: string, position: Position): () => void;
  /** Whether somebody waits for this or less. */
  isAwaited(name: string, position: Position | null): boolean;
  /** Calls the listener whenever somebody begins to wait, until the answer is called. */
  onWait(name: string, listener: () => void): () => void;
}

const ofName = <Value>(all: Map<string, Set<Value>>, name: string): Set<Value> => {
  const found = all.get(name) ?? new Set<Value>();
  all.set(name, found);
  return found;
};

export const createAwaited = (): Awaited => {
  const waits = new Map<string, Set<{ readonly position: Position }>>();
  const listeners = new Map<string, Set<() => void>>();
  return {
    wait: (name, position) => {
      const waiting = ofName(waits, name);
      const wait = { position };
      waiting.add(wait);
      for (const listener of listeners.get(name) ?? []) listener();
      return () => waiting.delete(wait);
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
  };
};
