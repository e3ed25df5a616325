import { randomBytes, randomUUID } from 'node:crypto';
import type { ExecutionContext } from 'ava';
import { createAccounts } from '../../adapters/accounts/index.js';
import { createExternalIdentities } from '../../adapters/identity/index.js';
import {
  createBlindIndex,
  createPersonalData,
  masterKeysOf,
  type PostgresPersonalData,
} from '../../adapters/personal-data/index.js';
import type { Postgres } from '../../adapters/postgres/index.js';
import { systemRandomness } from '../../adapters/randomness.js';
import type { AccountTools } from '../../commands/account/index.js';
import type { Accounts } from '../../ports/accounts/accounts.js';
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

/** Secrets of this run of the tests; whatever they seal is gone with it. */
const someSecret = (): string => randomBytes(32).toString('base64url');
const secrets = {
  masterKeys: masterKeysOf({ current: someSecret(), previous: null }),
  otpPepper: someSecret(),
  refreshTagKey: randomBytes(32),
  identifierKey: someSecret(),
};

export interface AccountStores {
  readonly accounts: Accounts;
  /** To be closed before the database is. */
  readonly personalData: PostgresPersonalData;
}

/** What processes and operations keep of people outside of the log. */
export const openAccountStores = (place: Place): AccountStores => {
  const { masterKeys, otpPepper, refreshTagKey } = secrets;
  const tools = { ...place, randomness: systemRandomness, newId: randomUUID };
  return {
    accounts: createAccounts({ ...tools, otpPepper, refreshTagKey, refreshTtlSeconds }),
    personalData: createPersonalData({ ...tools, masterKeys }),
  };
};

/** Sign-in by no provider at all. */
const nobodyElse = ({ clock, log }: Place): AccountTools['social'] => ({
  identities: createExternalIdentities({ google: null, apple: null }, { clock, log }),
  site: null,
});

/** What the operations on accounts need, on a database, with a mailbox for their messages. */
export const openAccountTools = async (
  t: ExecutionContext<unknown>,
  place: Place,
): Promise<Omit<AccountTools, 'handlers'>> => {
  const stores = openAccountStores(place);
  t.teardown(() => stores.personalData.close());
  const { messages } = await openMailbox(t);
  return {
    ...place,
    ...stores,
    randomness: systemRandomness,
    newId: randomUUID,
    blindIndex: createBlindIndex(secrets.identifierKey),
    messages,
    tokens: testTokens,
    social: nobodyElse(place),
  };
};
