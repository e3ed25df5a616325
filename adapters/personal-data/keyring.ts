import { randomBytes } from 'node:crypto';
import * as O from 'fp-ts/lib/Option.js';
import type { Instant } from '../../domain/shared/instant.js';
import type { Clock } from '../../ports/clock.js';
import type { Database } from '../../ports/database.js';
import { KeyDestroyed, PersonalDataDamaged, type Subject } from '../../ports/personal-data.js';
import { keyBytes } from '../cryptography.js';
import { createKeyCache, type KnownKey } from './key-cache.js';
import {
  addKey,
  destroyedChannel,
  destroyStoredKey,
  readKeys,
  type StoredKey,
} from './key-table.js';
import { findMasterKey, type MasterKeys, MasterKeyUnknown } from './master-keys.js';
import { type SubjectKey, subjectKeyOf } from './subject-key.js';

export interface KeyringOptions {
  readonly database: Database;
  readonly masterKeys: MasterKeys;
  readonly clock: Pick<Clock, 'now'>;
}

/** The keys of subjects: from memory while that is safe, else from the database. */
export interface Keyring {
  /** Those that are there, or were; one statement at most. */
  find(subjects: Iterable<Subject>): Promise<ReadonlyMap<string, KnownKey>>;
  /** @throws KeyDestroyed */
  findOrMake(subject: Subject): Promise<SubjectKey>;
  /** This instance forgets the key at once, others when the database tells them. */
  destroy(subject: Subject, at: Instant): Promise<void>;
  close(): Promise<void>;
}

/** @throws MasterKeyUnknown, PersonalDataDamaged */
const unwrapped = (masterKeys: MasterKeys, subject: string, stored: StoredKey): KnownKey => {
  if (stored.kind === 'destroyed') return 'destroyed';
  const master = findMasterKey(masterKeys, stored.masterKeyId);
  if (master === null) throw new MasterKeyUnknown(stored.masterKeyId);
  const bytes = master.unwrap(subject, stored.wrapped);
  const key = O.isSome(bytes) ? subjectKeyOf(bytes.value) : null;
  if (key === null) throw new PersonalDataDamaged(`the key of ${subject} cannot be unwrapped`);
  return key;
};

/** Hears of destroyed keys from its first question on; who asks none keeps no session open. */
export const createKeyring = ({ database, masterKeys, clock }: KeyringOptions): Keyring => {
  const cache = createKeyCache();
  const closing = new AbortController();
  let listening: Promise<void> | null = null;

  const listen = (): void => {
    listening ??= database.listen(destroyedChannel, {
      signal: closing.signal,
      onMessage: cache.forget,
      onListening: cache.resume,
      onLost: cache.suspend,
    });
  };

  const find = async (subjects: Iterable<Subject>): Promise<ReadonlyMap<string, KnownKey>> => {
    const known = new Map<string, KnownKey>();
    const unknown: string[] = [];
    const wanted = new Set(subjects);
    if (wanted.size === 0) return known;
    listen();
    for (const subject of wanted) {
      const key = cache.get(subject);
      if (key === undefined) unknown.push(subject);
      else known.set(subject, key);
    }
    if (unknown.length === 0) return known;
    const ticket = cache.ticket();
    for (const [subject, stored] of await readKeys(database, unknown)) {
      const key = unwrapped(masterKeys, subject, stored);
      cache.put(subject, key, ticket);
      known.set(subject, key);
    }
    return known;
  };

  const findOrMake = async (subject: Subject): Promise<SubjectKey> => {
    let key = (await find([subject])).get(subject);
    if (key === undefined) {
      await addKey(database, masterKeys, { subject, key: randomBytes(keyBytes), now: clock.now() });
      // Another instance may have come first, with a key or with a tombstone.
      key = (await find([subject])).get(subject);
    }
    if (key === undefined || key === 'destroyed') throw new KeyDestroyed(subject);
    return key;
  };

  return {
    find,
    findOrMake,
    destroy: async (subject, at) => {
      await destroyStoredKey(database, subject, at);
      cache.forget(subject);
    },
    close: async () => {
      closing.abort();
      await listening;
    },
  };
};
