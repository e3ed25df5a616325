/** One role of the program as an instance of its own, that can be stopped, killed and started. */

import { randomUUID } from 'node:crypto';
import type { Mailbox } from '../../adapters/embedded/mailbox/mailbox.js';
import type { Tokens } from '../../adapters/http/tokens.js';
import { createMetrics } from '../../adapters/metrics.js';
import { openPostgres } from '../../adapters/postgres/index.js';
import { postgresProcessStore } from '../../adapters/postgres/process-store.js';
import type { Stoppable } from '../../bin/cli/stopping.js';
import { accountsIn, type Parts, tokensLasting } from '../../bin/compose.js';
import type { Config, ProgramRole } from '../../bin/config/index.js';
import { openMessages } from '../../bin/messages.js';
import { personalDataIn } from '../../bin/personal-keys.js';
import { startRoles } from '../../bin/roles/index.js';
import type { OpenBroker } from '../../bin/roles/mqtt.js';
import type { Secrets } from '../../bin/secrets.js';
import { openSocial } from '../../bin/social.js';
import { createHandlers } from '../../commands/handlers.js';
import type { EventStore } from '../../ports/event-store.js';
import { createAudiences } from '../../projections/audience.js';
import type { memoryLog } from './log.js';
import { type MortalStore, mortal } from './mortal-store.js';
import { openTestPostgres } from './postgres-server.js';
import type { TestClock } from './test-clock.js';

/** What outlives every instance: servers, secrets, and time itself. */
export interface Ground {
  readonly config: Config;
  readonly secrets: Secrets;
  readonly clock: TestClock;
  readonly log: ReturnType<typeof memoryLog>;
  /** One connection for all instances; see `House` for why. */
  readonly store: EventStore;
  readonly namespace: string | null;
  readonly databaseUrl: string;
  readonly openBroker: OpenBroker;
  /** Where messages to people end. */
  readonly mailbox: Mailbox;
}

export interface NetworkRole {
  start(): Promise<void>;
  /** Ends in order, as on SIGTERM. */
  stop(): Promise<void>;
  /** As `kill -9` would: nothing is finished, nothing is said, database sessions are just gone. */
  kill(): Promise<void>;
  /** Address of a role that listens; the same after a restart. */
  url(): string;
  /** The log as the running instance sees it, so that its death can be arranged. */
  store(): MortalStore;
}

export const tokensOf = ({ config, secrets, clock }: Ground): Tokens =>
  tokensLasting({ config, secrets, clock, newId: randomUUID }, config.tokenTtlSeconds);

interface OwnParts extends Parts {
  /** Ends what hears of the database by itself. */
  silence(): Promise<void>;
}

/** As `openParts` makes them, but for the clock and the log, which the test keeps in its hands. */
const partsOf = (
  ground: Ground,
  { store, applicationName }: { readonly store: EventStore; readonly applicationName: string },
): OwnParts => {
  const { databaseUrl, log } = ground;
  const database = openPostgres({ url: databaseUrl, applicationName, log });
  const metrics = createMetrics({ log, withProcessMetrics: false });
  const messages = openMessages(ground.config, ground.mailbox.place, { log, metrics });
  const social = openSocial(ground.config, ground);
  const people = personalDataIn({ ...ground, database });
  return {
    ...ground,
    store,
    database,
    metrics,
    newId: randomUUID,
    processStore: postgresProcessStore(database),
    handlers: createHandlers({ store, metrics }),
    tokens: tokensOf(ground),
    accounts: accountsIn({ ...ground, database, newId: randomUUID }),
    messages,
    audiences: createAudiences({ database, store }),
    social,
    ...people,
    silence: () => people.personalData.close(),
    close: async () => {
      await messages.close(0);
      await social.identities.close();
      await people.personalData.close();
      await database.close();
    },
  };
};

interface Instance {
  readonly parts: OwnParts;
  readonly store: MortalStore;
  readonly applicationName: string;
  readonly running: readonly Stoppable[];
  readonly url: string | null;
}

const startInstance = async (
  role: ProgramRole,
  ground: Ground,
  port: number,
): Promise<Instance> => {
  const store = mortal(ground.store);
  // Its own name, so that its sessions can be found and ended when it is killed.
  const applicationName = `${role}-${randomUUID()}`;
  const config = { ...ground.config, httpPort: port, cabinetHttpPort: port };
  const parts = partsOf({ ...ground, config }, { store, applicationName });
  const running: Stoppable[] = [];
  const { api, mqtt } = await startRoles(parts, {
    roles: [role],
    openBroker: ground.openBroker,
    onStarted: (started) => running.push(started),
  });
  const url = api?.url ?? mqtt?.cabinetHttpUrl ?? null;
  return { parts, store, applicationName, running, url };
};

const endSessions = async (databaseUrl: string, applicationName: string): Promise<void> => {
  const undertaker = openTestPostgres(databaseUrl);
  await undertaker.query(
    'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1',
    [applicationName],
  );
  await undertaker.close();
};

export const networkRole = (role: ProgramRole, ground: Ground): NetworkRole => {
  let instance: Instance | null = null;
  let port = 0;
  const now = (): Instance => {
    if (instance === null) throw new Error(`the role ${role} does not run`);
    return instance;
  };
  return {
    start: async () => {
      instance = await startInstance(role, ground, port);
      // Clients and cabinets find it where it was.
      if (instance.url !== null) port = Number(new URL(instance.url).port);
    },
    stop: async () => {
      if (instance === null) return;
      const { running, parts } = instance;
      instance = null;
      for (const part of running.toReversed()) await part.stop();
      await parts.close();
    },
    kill: async () => {
      const { running, parts, applicationName, store } = now();
      instance = null;
      store.die();
      // It never answers: a dead program waits for its last calls for ever.
      for (const part of running) void part.stop();
      // And it hears nothing any more, nor listens anew when its sessions are ended.
      void parts.silence();
      await endSessions(ground.databaseUrl, applicationName);
    },
    url: () => now().url ?? '',
    store: () => now().store,
  };
};
