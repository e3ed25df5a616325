import type { SubjectKey } from './subject-key.js';

/** What is known of a subject: its key, or that it will never have one again. */
export type KnownKey = SubjectKey | 'destroyed';

/** Keys in memory. A page of a list needs some hundred, so most lists find theirs here. */
const cachedKeysMax = 10_000;

/** Says whether what was read since it was taken may still be kept. */
export type Ticket = symbol | null;

/**
 * Keys in memory, least recently used first to go. Nothing is kept, and nothing answered, while
 * nobody would hear of a key that is destroyed: then every question goes to the database.
 */
export interface KeyCache {
  get(subject: string): KnownKey | undefined;
  /** To be taken before the database is asked. */
  ticket(): Ticket;
  /** Ignored when a key was destroyed, or nobody listened, since the ticket was taken. */
  put(subject: string, key: KnownKey, ticket: Ticket): void;
  /** The key of the subject is destroyed. */
  forget(subject: string): void;
  /** From now on destroyed keys are heard of. */
  resume(): void;
  /** From now on they are not. */
  suspend(): void;
}

export const createKeyCache = (keysMax: number = cachedKeysMax): KeyCache => {
  const keys = new Map<string, KnownKey>();
  let current: Ticket = null;
  return {
    get: (subject) => {
      const key = keys.get(subject);
      if (key === undefined) return undefined;
      // Behind all others now: what stands first was not needed for the longest time.
      keys.delete(subject);
      keys.set(subject, key);
      return key;
    },
    ticket: () => current,
    put: (subject, key, ticket) => {
      if (ticket === null || ticket !== current) return;
      keys.set(subject, key);
      if (keys.size <= keysMax) return;
      const [oldest] = keys.keys();
      if (oldest !== undefined) keys.delete(oldest);
    },
    forget: (subject) => {
      keys.delete(subject);
      // Keys are destroyed seldom, so whatever is being read just now need not be kept.
      if (current !== null) current = Symbol('ticket');
    },
    resume: () => {
      keys.clear();
      current = Symbol('ticket');
    },
    suspend: () => {
      keys.clear();
      current = null;
    },
  };
};
