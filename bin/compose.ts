/** Everything that the roles of one instance share, opened once and handed down. */

import { randomUUID } from 'node:crypto';
import { createAccounts } from '../adapters/accounts/index.js';
import { systemClock } from '../adapters/clock.js';
import { connectEventStore } from '../adapters/eventstore/index.js';
import { createTokens, type Tokens } from '../adapters/http/tokens.js';
import { createLog } from '../adapters/logging.js';
import { createMetrics, type PrometheusMetrics } from '../adapters/metrics.js';
import { openPostgres, type Postgres } from '../adapters/postgres/index.js';
import { postgresProcessStore } from '../adapters/postgres/process-store.js';
import { systemRandomness } from '../adapters/randomness.js';
import { createHandlers, type Handlers } from '../commands/handlers.js';
import type { Accounts } from '../ports/accounts/accounts.js';
import type { Audiences } from '../ports/audiences.js';
import type { Clock } from '../ports/clock.js';
import type { EventStore } from '../ports/event-store.js';
import type { Log } from '../ports/log.js';
import type { Messages } from '../ports/messages.js';
import type { BlindIndex, PersonalData } from '../ports/personal-data.js';
import type { ProcessStore } from '../ports/process-store.js';
import { createAudiences } from '../projections/audience.js';
import type { Config } from './config/index.js';
import { openMessages } from './messages.js';
import { personalDataIn } from './personal-keys.js';
import type { Secrets } from './secrets.js';
import type { ServerUrls } from './servers.js';
import { type OpenSocial, openSocial } from './social.js';

/** The outside world, and what decides about it. */
export interface Parts {
  readonly config: Config;
  readonly secrets: Secrets;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly log: Log;
  readonly metrics: PrometheusMetrics;
  readonly store: EventStore;
  /** Of the log in `store`. */
  readonly namespace: string | null;
  readonly database: Postgres;
  readonly processStore: ProcessStore;
  readonly handlers: Handlers;
  readonly tokens: Tokens;
  readonly accounts: Accounts;
  readonly messages: Messages;
  readonly audiences: Audiences;
  readonly social: OpenSocial;
  readonly personalData: PersonalData;
  readonly blindIndex: BlindIndex;
  /** To be called when nobody works with the parts any more. */
  close(): Promise<void>;
}

export interface PartsOptions {
  readonly config: Config;
  readonly secrets: Secrets;
  readonly servers: ServerUrls;
  readonly log: Log;
}

/** What is being sent when the program stops gets so long to be taken. */
const messageGraceMs = 5_000;

/** Opens the parts; nothing connects before it is used. */
export const openParts = ({ config, secrets, servers, log }: PartsOptions): Parts => {
  const clock = systemClock;
  const newId = randomUUID;
  const metrics = createMetrics({ log, withProcessMetrics: true });
  const store = connectEventStore({ url: servers.esdbUrl, namespace: servers.esdbNamespace }, log);
  const database = openPostgres({
    url: servers.databaseUrl,
    applicationName: 'powerbank',
    log,
  });
  const messages = openMessages(config, servers.mailbox, { log, metrics });
  const basics = { config, secrets, clock, newId, log, database };
  const social = openSocial(config, basics);
  const people = personalDataIn(basics);
  return {
    ...basics,
    metrics,
    store,
    namespace: servers.esdbNamespace,
    processStore: postgresProcessStore(database),
    handlers: createHandlers({ store, metrics }),
    tokens: tokensLasting(basics, config.tokenTtlSeconds),
    accounts: accountsIn(basics),
    messages,
    audiences: createAudiences({ database, store }),
    social,
    ...people,
    close: async () => {
      await messages.close(messageGraceMs);
      await social.identities.close();
      await people.personalData.close();
      await store.close();
      await database.close();
    },
  };
};

/** Issues and checks access tokens; those that it issues last as long as is said. */
export const tokensLasting = (
  { config, secrets, clock, newId }: Pick<Parts, 'config' | 'secrets' | 'clock' | 'newId'>,
  ttlSeconds: number,
): Tokens =>
  createTokens(
    {
      issuer: config.tokenIssuer,
      audience: config.tokenAudience,
      ttlSeconds,
      secret: secrets.token,
      previousSecret: config.tokenSecretPrevious,
    },
    { clock, newId },
  );

/** Codes, sessions, passwords and devices, with the secrets and lifetimes that are configured. */
export const accountsIn = ({
  config,
  secrets,
  ...tools
}: Pick<Parts, 'config' | 'secrets' | 'clock' | 'newId' | 'log' | 'database'>): Accounts =>
  createAccounts({
    ...tools,
    randomness: systemRandomness,
    otpPepper: secrets.otpPepper,
    refreshTagKey: secrets.refreshTags,
    refreshTtlSeconds: config.refreshTtlSeconds,
  });

/** JSON lines on standard output, for whoever runs the program under a supervisor. */
export const outputLog = (config: Config): Log =>
  createLog({ level: config.logLevel, fields: {}, clock: systemClock });
