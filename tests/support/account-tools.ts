import { randomBytes, randomUUID } from 'node:crypto';
import type { ExecutionContext } from 'ava';
import { createAccounts } from '../../adapters/accounts/index.js';
import {
  createBlindIndex,
  createPersonalData,
  masterKeysOf,
} from '../../adapters/personal-data/index.js';
import type { Postgres } from '../../adapters/postgres/index.js';
import { systemRandomness } from '../../adapters/randomness.js';
import type { AccountTools } from '../../commands/account/index.js';
import { testTokens } from './http-server.js';
import type { memoryLog } from './log.js';
import { openMailbox } from './mailbox.js';
import type { TestClock } from './test-clock.js';

const refreshTtlSeconds = 90 * 86_400;

interface Place {
  readonly database: Postgres;
  readonly clock: TestClock;
  readonly log: ReturnType<typeof memoryLog>;
}

/** What the operations on accounts need, on a database, with a mailbox for their messages. */
export const openAccountTools = async (
  t: ExecutionContext<unknown>,
  { database, clock, log }: Place,
): Promise<Omit<AccountTools, 'handlers'>> => {
  const tools = { database, clock, log, randomness: systemRandomness, newId: randomUUID };
  const masterKeys = masterKeysOf({
    current: randomBytes(32).toString('base64url'),
    previous: null,
  });
  const personalData = createPersonalData({ ...tools, masterKeys });
  t.teardown(() => personalData.close());
  const { messages } = await openMailbox(t);
  return {
    ...tools,
    personalData,
    blindIndex: createBlindIndex(randomBytes(32).toString('base64url')),
    accounts: createAccounts({
      ...tools,
      otpPepper: randomBytes(32).toString('base64url'),
      refreshTagKey: randomBytes(32),
      refreshTtlSeconds,
    }),
    messages,
    tokens: testTokens,
  };
};
