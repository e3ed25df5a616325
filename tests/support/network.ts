/** The whole program in this process, as production composes it, on parts that are all real. */

import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import test from 'ava';
import * as E from 'fp-ts/lib/Either.js';
import { systemClock } from '../../adapters/clock.js';
import { type Mailbox, startMailbox } from '../../adapters/embedded/mailbox/mailbox.js';
import { connectEventStore } from '../../adapters/eventstore/index.js';
import type { Tokens } from '../../adapters/http/tokens.js';
import { postgresProcessStore } from '../../adapters/postgres/process-store.js';
import { derivedSealKey } from '../../adapters/seal-keys.js';
import { startBroker } from '../../bin/broker.js';
import { cabinetAccount } from '../../bin/cabinet-passwords.js';
import { accountsIn } from '../../bin/compose.js';
import { type Config, type ProgramRole, readConfig } from '../../bin/config/index.js';
import { personalDataIn } from '../../bin/personal-keys.js';
import type { Secrets } from '../../bin/secrets.js';
import { seedNetwork } from '../../bin/seed/network.js';
import type { AccountProcessTools } from '../../commands/account-process.js';
import { createHandlers, type Handlers } from '../../commands/handlers.js';
import type { InvitationTools } from '../../commands/partner/invite.js';
import { settingsId } from '../../domain/settings/index.js';
import type { CabinetCredentials } from '../../ports/cabinet-credentials.js';
import type { Database } from '../../ports/database.js';
import type { EventStore, RecordedEvent } from '../../ports/event-store.js';
import { createAudiences } from '../../projections/audience.js';
import { createProjectionEngine, engineLimits, type Lag } from '../../projections/engine/index.js';
import { projections } from '../../projections/index.js';
import { documentClient } from './document-client.js';
import { openTestLog } from './event-store-server.js';
import { haveReacted, testContext } from './house.js';
import { sender } from './http-server.js';
import { memoryLog } from './log.js';
import { codesIn } from './mailbox.js';
import { type Ground, type NetworkRole, networkRole, tokensOf } from './network-role.js';
import { noMessages } from './no-messages.js';
import { noMetrics } from './no-metrics.js';
import type { OpenApiClient } from './openapi-client.js';
import { copyOf, openTestPostgres, startTestServer, templates, urlOf } from './postgres-server.js';
import { createTestClock, type TestClock } from './test-clock.js';

/** Loopback ports that nobody else has, and no limit that a busy test could meet. */
const testEnvironment = {
  POWERBANK_HTTP_PORT: '0',
  POWERBANK_EMBEDDED_MQTT_PORT: '0',
  POWERBANK_CABINET_HTTP_PORT: '0',
  POWERBANK_HTTP_REQUESTS_PER_MINUTE_MAX: '1000000',
  POWERBANK_HTTP_DRAIN_SECONDS: '1',
  // Real time, in which a busy machine may need longer than a server in production.
  POWERBANK_HTTP_REQUEST_SECONDS: '120',
};

/** Requests of one user in a minute; the clock of a test stands still. */
const generousLimits = {
  RENTAL_START_LIMIT_PER_MINUTE: '1000',
  RENTAL_SWAP_LIMIT_PER_MINUTE: '1000',
};

const sealSecret = 'a secret of seals for tests only, of some length';

const secrets: Secrets = {
  token: 'a token secret for tests only, of some length',
  fingerprint: 'a fingerprint secret for tests only',
  cabinetMasterKey: 'a master key of cabinets for tests only',
  cabinetSeal: new Uint8Array(32).fill(7),
  otpPepper: 'a pepper of codes for tests only, of some length',
  refreshTags: new Uint8Array(32).fill(8),
  dataMasterKey: 'a master key of personal data for tests only',
  dataMasterKeyPrevious: null,
  identifierKey: 'a key of the index for tests only, of some length',
  seal: derivedSealKey(sealSecret),
  broker: { username: 'backend', password: 'backendBackend55' },
};

/** None of them may ever be seen anywhere; those that are bytes, as the text of these bytes. */
export const programSecrets: readonly string[] = [
  ...Object.values(secrets).flatMap((secret) => {
    if (typeof secret === 'string') return [secret];
    return secret instanceof Uint8Array ? [Buffer.from(secret).toString('latin1')] : [];
  }),
  secrets.broker.password,
  sealSecret,
];

/** The password of a cabinet at the broker. */
export const cabinetPassword = (imei: string): string =>
  cabinetAccount(secrets.cabinetMasterKey, imei).password;

type Environment = Readonly<Record<string, string>>;

const configOf = (more: Environment): Config => {
  const env = { ...testEnvironment, ...more };
  const read = readConfig({ env, file: null, readFile: () => null });
  if (E.isLeft(read)) throw new Error(read.left.join('\n'));
  return read.right;
};

export interface Network extends OpenApiClient {
  readonly clock: TestClock;
  readonly log: ReturnType<typeof memoryLog>;
  /** Issues what the API takes, for callers whom no sign-in makes. */
  readonly tokens: Tokens;
  /** The sign-in code in the newest message to somebody that was not asked for yet. */
  codeFor(identifier: string): Promise<string>;
  readonly store: EventStore;
  /** For what no operation shows. */
  readonly database: Database;
  /** What an operator's command line works with, where the program has no door. */
  readonly desk: InvitationTools & Pick<AccountProcessTools, 'accounts'>;
  /** The hands of the world where the program has no door yet: sign-up and gateways. */
  readonly handlers: Handlers;
  readonly roles: Readonly<Record<ProgramRole, NetworkRole>>;
  /** Where cabinets make their HTTP calls. */
  readonly cabinetHttpUrl: string;
  /** What else has to end, before the network does. */
  onStop(undo: () => Promise<void>): void;
  /** Resolves once every process has reacted to everything, timers that are due included. */
  settled(): Promise<void>;
  /** Lets everything settle, moves time on, and lets what came due settle too. */
  advance(by: Parameters<TestClock['advance']>[0]): Promise<void>;
  /** The events of one type in a stream, for what no answer tells. */
  eventsOf(stream: string, type: string): Promise<readonly RecordedEvent[]>;
  /** Builds every read model anew from the log; tells those that differ from the live ones. */
  readModelsThatDiffer(): Promise<readonly string[]>;
}

/** Resolves once the condition holds; nothing announces most of what journeys wait for. */
export const eventually = async (condition: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await condition())) await nextTurn();
};

type Undo = () => Promise<void>;

/** A migrated database of its own, on the server of the test run or on one that is started here. */
const openDatabase = async (undo: Undo[]): Promise<string> => {
  const given = process.env.TEST_PG_URL;
  const own = given === undefined ? await startTestServer() : null;
  if (own !== null) undo.push(() => own.stop());
  const serverUrl = given ?? own?.url ?? '';
  const server = openTestPostgres(serverUrl);
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await server.execute(copyOf(templates.withReadModels, name));
  undo.push(async () => {
    await server.execute(`DROP DATABASE ${name} WITH (FORCE)`);
    await server.close();
  });
  return urlOf(serverUrl, name);
};

/** One broker for as long as the network lives, whichever instance answers for its accounts. */
const createBroker = (undo: Undo[], config: Config, log: ReturnType<typeof memoryLog>) => {
  let current: CabinetCredentials | null = null;
  const now = (): CabinetCredentials => {
    if (current === null) throw new Error('nobody answers for the accounts of the broker');
    return current;
  };
  const credentials: CabinetCredentials = {
    findAccount: (username) => now().findAccount(username),
    passwordFor: (deviceName) => now().passwordFor(deviceName),
  };
  const start = async (): Promise<{ readonly url: string }> => {
    const broker = await startBroker(config, credentials, log);
    undo.push(() => broker.stop());
    return broker;
  };
  let started: ReturnType<typeof start> | null = null;
  return (next: CabinetCredentials): ReturnType<typeof start> => {
    current = next;
    started ??= start();
    return started;
  };
};

/** What the network sends to people ends here. */
const openMailboxOf = async (undo: Undo[], log: ReturnType<typeof memoryLog>): Promise<Mailbox> => {
  const started = await startMailbox({ pagePort: 0, clock: systemClock, log });
  if (E.isLeft(started)) throw new Error(started.left.message);
  undo.push(() => started.right.stop());
  return started.right;
};

const openGround = async (undo: Undo[], config: Config): Promise<Ground> => {
  const databaseUrl = await openDatabase(undo);
  const place = await openTestLog();
  undo.push(() => place.stop());
  const log = memoryLog();
  const store = connectEventStore(place, log);
  undo.push(() => store.close());
  const clock = createTestClock();
  const mailbox = await openMailboxOf(undo, log);
  const openBroker = createBroker(undo, config, log);
  const namespace = place.namespace ?? null;
  return { config, secrets, clock, log, store, namespace, databaseUrl, openBroker, mailbox };
};

const furnish = async ({ store, clock }: Ground, handlers: Handlers): Promise<void> => {
  await seedNetwork({ handlers, store, clock, newId: randomUUID });
  for (const [key, value] of Object.entries(generousLimits)) {
    const command = { type: 'ChangeSetting', key, value, at: clock.now() } as const;
    const changed = await handlers.settings.execute(settingsId, command, testContext());
    if (E.isLeft(changed)) throw new Error(`${key} was not set: ${changed.left.kind}`);
  }
};

/** The part of the network that looks at the database by itself. */
const createObserver = (ground: Ground, handlers: Handlers, undo: Undo[]) => {
  const { clock, log, store, databaseUrl } = ground;
  const database = openTestPostgres(databaseUrl);
  undo.push(() => database.close());
  const processStore = postgresProcessStore(database);
  const parts = { store, database, clock, log, metrics: noMetrics, limits: engineLimits };
  const engine = createProjectionEngine(parts, projections);

  const people = personalDataIn({ ...ground, database });
  undo.push(() => people.personalData.close());
  const accounts = accountsIn({ ...ground, database, newId: randomUUID });
  const audiences = createAudiences({ database, store });
  const tools = { clock, log, accounts, ...people, audiences, messages: noMessages };
  const role = { handlers, store, processStore, newId: randomUUID, ...tools };

  return {
    database,
    desk: { handlers, accounts, newId: randomUUID, ...people },
    settled: async (): Promise<void> => {
      // Twice in a row: a timer that just fired may have written events after the first look.
      for (let quiet = 0; quiet < 2; ) quiet = (await haveReacted(role)) ? quiet + 1 : 0;
    },
    readModelsThatDiffer: async (): Promise<readonly string[]> => {
      const differing: string[] = [];
      const isShown = (lags: readonly Lag[]): boolean =>
        lags.every(({ positions, parkedStreams }) => positions === 0 || parkedStreams > 0);
      await eventually(async () => isShown(await engine.lag()));
      for (const { name } of projections) {
        const { signal } = new AbortController();
        const result = await engine.rebuild(name, { signal });
        if (result.kind !== 'swapped') differing.push(`${name}: ${JSON.stringify(result)}`);
      }
      return differing;
    },
  };
};

const openClient = async (ground: Ground, api: NetworkRole): Promise<OpenApiClient> => {
  const send = sender(() => api.url());
  const { json: document } = await send('/openapi.json');
  const tokens = tokensOf(ground);
  return documentClient({
    send,
    document,
    authorize: async ({ id, roles: held, token }) => {
      if (token !== undefined) return `Bearer ${token}`;
      const kind = held.includes('user') ? 'user' : 'staff';
      const principal = { kind, id, roles: held, sessionId: null } as const;
      const { accessToken } = await tokens.issueToken(principal);
      return `Bearer ${accessToken}`;
    },
  });
};

const openNetwork = async (undo: Undo[], settings: Environment): Promise<Network> => {
  const ground = await openGround(undo, configOf(settings));
  const { clock, log, store } = ground;
  const handlers = createHandlers({ store, metrics: noMetrics });
  await furnish(ground, handlers);
  const instances = {
    processes: networkRole('processes', ground),
    projections: networkRole('projections', ground),
    mqtt: networkRole('mqtt', ground),
    api: networkRole('api', ground),
  };
  for (const role of Object.values(instances)) {
    await role.start();
    undo.push(role.stop);
  }
  const observer = createObserver(ground, handlers, undo);
  return {
    ...(await openClient(ground, instances.api)),
    ...observer,
    clock,
    log,
    tokens: tokensOf(ground),
    codeFor: codesIn(ground.mailbox.letters),
    store,
    handlers,
    roles: instances,
    onStop: (step) => void undo.push(step),
    cabinetHttpUrl: instances.mqtt.url(),
    eventsOf: async (stream, type) => {
      const events: RecordedEvent[] = [];
      for await (const event of store.readStream(stream)) {
        if (event.type === type) events.push(event);
      }
      return events;
    },
    advance: async (by) => {
      await observer.settled();
      clock.advance(by);
      await observer.settled();
    },
  };
};

/**
 * One network for all tests of a file, which share it one after the other (`test.serial`): see
 * `House` for why there is one at a time. Users and stations are each test's own.
 *
 * @param settings what is set beside the usual, once it is known.
 */
export const networkOfThisFile = (
  settings: () => Promise<Environment> = async () => ({}),
): (() => Network) => {
  const undo: Undo[] = [];
  let network: Network | null = null;
  test.before('the network starts', async () => {
    network = await openNetwork(undo, await settings());
  });
  test.after.always('the network stops', async () => {
    for (const step of undo.toReversed()) await step();
  });
  return () => {
    if (network === null) throw new Error('the network is not open');
    return network;
  };
};

/** The last test of each file of journeys: whatever happened, the read models tell it truly. */
export const readModelsAreRebuiltEqual = (network: () => Network): void => {
  test.serial('every read model is equal to the one that is built anew', async (t) => {
    await network().settled();
    t.deepEqual(await network().readModelsThatDiffer(), []);
  });
};
