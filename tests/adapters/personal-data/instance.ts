/** Instances of the program, as far as they seal and open personal data. */

import { randomUUID } from 'node:crypto';
import type { ExecutionContext } from 'ava';
import {
  createPersonalData,
  type MasterKeys,
  masterKeysOf,
  type PostgresPersonalData,
} from '../../../adapters/personal-data/index.js';
import type { Database } from '../../../ports/database.js';
import type { Subject } from '../../../ports/personal-data.js';
import { memoryLog } from '../../support/log.js';
import { openTestPostgres } from '../../support/postgres-server.js';
import { createTestClock } from '../../support/test-clock.js';

export const oldSecret = 'an old master key of more than 32 bytes';
export const newSecret = 'a new master key of more than 32 bytes, too';

export const oldKeys = masterKeysOf({ current: oldSecret, previous: null });
export const newKeys = masterKeysOf({ current: newSecret, previous: null });
/** As configured during a change of the master key. */
export const bothKeys = masterKeysOf({ current: newSecret, previous: oldSecret });

export const anySubject = (): Subject => `user:${randomUUID()}`;

export interface Instance {
  readonly personalData: PostgresPersonalData;
  readonly log: ReturnType<typeof memoryLog>;
  readonly clock: ReturnType<typeof createTestClock>;
  /** How often it has asked the database for keys. */
  questions(): number;
}

interface InstanceOptions {
  readonly masterKeys?: MasterKeys;
  /** Instead of a connection of its own. */
  readonly database?: Database;
}

/** An instance with connections of its own, which are closed with the test. */
export const openInstance = (
  t: ExecutionContext,
  url: string,
  { masterKeys = oldKeys, database }: InstanceOptions = {},
): Instance => {
  const postgres = openTestPostgres(url);
  const real = database ?? postgres;
  let questions = 0;
  const counting: Database = {
    ...real,
    query: (text, values) => {
      if (text.includes('account.personal_keys')) questions += 1;
      return real.query(text, values);
    },
  };
  const log = memoryLog();
  const clock = createTestClock();
  const personalData = createPersonalData({ database: counting, masterKeys, clock, log });
  t.teardown(async () => {
    await personalData.close();
    await postgres.close();
  });
  return { personalData, log, clock, questions: () => questions };
};

/** Resolves once the instance answers from memory, so that nothing but a message changes that. */
export const untilFromMemory = async (
  { personalData, questions }: Instance,
  item: Parameters<PostgresPersonalData['openMany']>[0][number],
): Promise<void> => {
  for (let before = -1; before !== questions(); ) {
    before = questions();
    await personalData.openMany([item]);
  }
};
