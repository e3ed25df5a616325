/** The cabinets' adapter between a real log, a real broker and simulated cabinets. */

import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ExecutionContext } from 'ava';
import * as O from 'fp-ts/lib/Option.js';
import { startEmbeddedBroker } from '../../adapters/embedded/broker/broker.js';
import { createSimulatedCabinet } from '../../adapters/embedded/cabinets/cabinet.js';
import type {
  SimulatedCabinet,
  SimulatedCabinetOptions,
} from '../../adapters/embedded/cabinets/contract.js';
import { connectEventStore } from '../../adapters/eventstore/index.js';
import {
  type CabinetAdapter,
  type CabinetAdapterOptions,
  createCabinetAdapter,
} from '../../adapters/mqtt/adapter.js';
import { derivedCredentials } from '../../adapters/mqtt/derived-credentials.js';
import { familyADriver } from '../../adapters/mqtt/family-a/driver.js';
import { type AnswerEnvelope, parseAnswer } from '../../adapters/mqtt/family-a/envelope.js';
import { signOf } from '../../adapters/mqtt/family-a/http-sign.js';
import { usualConfiguration } from '../../adapters/mqtt/http-calls.js';
import {
  type CallLimiter,
  createCallLimiter,
  usualLimits,
} from '../../adapters/mqtt/http-limits.js';
import { startCabinetHttpServer } from '../../adapters/mqtt/http-server.js';
import { derivePassword, hashPassword } from '../../adapters/mqtt/passwords.js';
import { createHandlers, type Handlers } from '../../commands/handlers.js';
import { createStationDesk } from '../../commands/station-desk.js';
import type { CabinetOrder } from '../../domain/cabinet/index.js';
import { settingsId } from '../../domain/settings/index.js';
import { brandOrThrow } from '../../domain/shared/brand.js';
import { EjectId, EntryId, Imei, StationSerial } from '../../domain/shared/ids.js';
import type { CabinetSecrets } from '../../ports/cabinet-secrets.js';
import type { EventStore } from '../../ports/event-store.js';
import { decodeLogged, type LoggedEvent } from '../../ports/logged-event.js';
import { slotsWith } from './cabinet-scene.js';
import { openTestLog } from './event-store-server.js';
import { expectRight } from './family-a.js';
import { testContext } from './house.js';
import { memoryLog } from './log.js';
import { memoryMetrics } from './memory-metrics.js';
import { startMosquitto } from './mosquitto.js';
import { connectTestClient, type TestClient } from './mqtt-client.js';
import { bank, stationDetails } from './station-commands.js';
import { createTestClock } from './test-clock.js';

const masterKey = 'a master key for tests only';
const backend = { username: 'backend', password: 'backendBackend55' };
const neverMs = 3_600_000;

/** Up to nine cabinets, told apart by their last digit. */
export const imeiOf = (cabinet: number): string => `86123456789012${cabinet}`;
export const serialOf = (cabinet: number): StationSerial =>
  brandOrThrow(StationSerial, `KTM-000${cabinet}`);
/** A modem that no station has; the broker knows it, which is more than it deserves. */
export const strangerImei = imeiOf(9);

const passwordOf = (deviceName: string): string =>
  derivePassword({ masterKey, deviceName, generation: 1 });

const credentials = derivedCredentials({
  masterKey,
  backend: { username: backend.username, passwordHash: hashPassword(backend.password) },
  findGeneration: async (deviceName) => (Imei.is(deviceName) ? O.some(1) : O.none),
});

/** Both brokers look the same from here. */
interface LabBroker {
  readonly backendUrl: string;
  readonly cabinetPort: number;
  readonly stop: () => Promise<void>;
}

const brokers = {
  embedded: async (port = 0): Promise<LabBroker> => {
    const log = memoryLog();
    const { findAccount } = credentials;
    const options = { port, productKey: 'powerbank', findAccount, log };
    const broker = expectRight(await startEmbeddedBroker(options));
    return { backendUrl: broker.url, cabinetPort: broker.port, stop: broker.stop };
  },
  mosquitto: async (): Promise<LabBroker> => {
    const cabinets = Array.from({ length: 9 }, (_, index) => imeiOf(index + 1));
    const users = Object.fromEntries(cabinets.map((imei) => [imei, passwordOf(imei)]));
    const broker = await startMosquitto({ ...users, [backend.username]: backend.password });
    const cabinetPort = Number(new URL(broker.cabinetUrl).port);
    return { backendUrl: broker.backendUrl, cabinetPort, stop: broker.stop };
  },
};
export type BrokerMake = keyof typeof brokers;

const memorySecrets = (): CabinetSecrets => {
  const secrets = new Map<string, string>();
  return {
    put: async (secretId, secret) => void secrets.set(secretId, secret),
    take: async (secretId) => {
      const secret = O.fromNullable(secrets.get(secretId));
      secrets.delete(secretId);
      return secret;
    },
  };
};

/** Resolves once the condition holds; nothing announces most of what tests wait for. */
export const eventually = async (condition: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await condition())) await nextTurn();
};

/** Status and envelope of an answer; every answer has one. */
export type CallAnswer = AnswerEnvelope & { readonly status: number };

export interface RunningAdapter extends CabinetAdapter {
  readonly stop: () => Promise<void>;
}

export interface LabOptions {
  readonly broker?: BrokerMake;
  /** Stations that are registered before the adapter starts; one when not said. */
  readonly stations?: number;
  /** False when the test starts the adapter itself. */
  readonly withAdapter?: boolean;
  readonly limiter?: CallLimiter;
  readonly trustedProxies?: number;
  /** Wraps the log, to make it fail. */
  readonly storeOf?: (store: EventStore) => EventStore;
}

type Furniture = Awaited<ReturnType<typeof furnish>>;

const furnish = async (t: ExecutionContext, { broker: make = 'embedded', storeOf }: LabOptions) => {
  const log = memoryLog();
  const clock = createTestClock();
  const metrics = memoryMetrics();
  const place = await openTestLog();
  const plain = connectEventStore(place, log);
  const store = storeOf?.(plain) ?? plain;
  const handlers = createHandlers({ store, metrics });
  const broker = await brokers[make]();
  t.teardown(async () => {
    await broker.stop();
    await plain.close();
    await place.stop();
  });
  const desk = createStationDesk(handlers, clock);
  return { log, clock, metrics, store, handlers, broker, desk, secrets: memorySecrets() };
};

const rejections = ({ metrics }: Furniture, reason: string): number =>
  metrics.counted('cabinet_rejections_total', { reason });

const adapterStarter =
  (t: ExecutionContext, furniture: Furniture) =>
  async (changes: Partial<CabinetAdapterOptions> = {}): Promise<RunningAdapter> => {
    const url = furniture.broker.backendUrl;
    const adapter = createCabinetAdapter({
      ...furniture,
      broker: { url, productKey: 'powerbank', ...backend },
      driver: familyADriver,
      newId: randomUUID,
      ...changes,
    });
    const end = new AbortController();
    const running = adapter.run(end.signal);
    const stop = async (): Promise<void> => {
      end.abort();
      await running;
    };
    t.teardown(stop);
    await Promise.race([adapter.ready, running]);
    return { ...adapter, stop };
  };

const startHttp = async (
  t: ExecutionContext,
  { broker, clock, log, metrics }: Furniture,
  {
    adapter,
    limiter = createCallLimiter({ ...usualLimits, provisioningsPerDeviceMax: 100 }),
    trustedProxies = 0,
  }: Pick<LabOptions, 'limiter' | 'trustedProxies'> & { readonly adapter: CabinetAdapter },
) => {
  const server = expectRight(
    await startCabinetHttpServer(
      {
        inbox: adapter.inbox,
        credentials,
        limiter,
        broker: { host: '127.0.0.1', port: broker.cabinetPort, productKey: 'powerbank' },
        configuration: usualConfiguration,
        clock,
        log,
        metrics,
      },
      { host: '127.0.0.1', port: 0, trustedProxies },
    ),
  );
  t.teardown(server.close);
  return `http://127.0.0.1:${server.port}`;
};

const register = async (
  { handlers, clock }: { readonly handlers: Handlers; readonly clock: Furniture['clock'] },
  cabinet: number,
): Promise<void> => {
  const at = clock.now();
  const station = serialOf(cabinet);
  const imei = brandOrThrow(Imei, imeiOf(cabinet));
  const details = stationDetails({ totalSlots: 8 });
  const command = { type: 'RegisterStation', station, imei, details, at } as const;
  expectRight(await handlers.station.execute(station, command, testContext()));
};

const eventsOf = async (store: EventStore, stream: string) => {
  const events: LoggedEvent['event'][] = [];
  for await (const recorded of store.readStream(stream)) {
    events.push(expectRight(decodeLogged(recorded)).event);
  }
  return events;
};

/** Everything running; one station is registered and the adapter ready, unless said otherwise. */
export const openLab = async (t: ExecutionContext, options: LabOptions = {}) => {
  const furniture = await furnish(t, options);
  const { handlers, clock, store, broker } = furniture;
  const seed = { type: 'SeedSettings', at: clock.now() } as const;
  expectRight(await handlers.settings.execute(settingsId, seed, testContext()));
  for (let cabinet = 1; cabinet <= (options.stations ?? 1); cabinet += 1) {
    await register(furniture, cabinet);
  }
  const startAdapter = adapterStarter(t, furniture);
  const adapter = options.withAdapter === false ? null : await startAdapter();
  const httpUrl = adapter === null ? '' : await startHttp(t, furniture, { ...options, adapter });

  const station = (cabinet = 1) => eventsOf(store, `station-${serialOf(cabinet)}`);
  const cabinetLog = (cabinet = 1) => eventsOf(store, `cabinet-${serialOf(cabinet)}`);

  return {
    ...furniture,
    httpUrl,
    adapter,
    startAdapter,
    serveHttp: (serving: CabinetAdapter) => startHttp(t, furniture, { adapter: serving }),
    /** The embedded broker comes back on its old port, knowing nobody. */
    restartBroker: async (): Promise<void> => {
      await broker.stop();
      const again = await brokers.embedded(broker.cabinetPort);
      t.teardown(again.stop);
    },
    register: (cabinet: number) => register(furniture, cabinet),
    station,
    cabinetLog,
    /** Resolves with the events of the station once there are as many of the type. */
    seen: async (type: LoggedEvent['event']['type'], { times = 1, cabinet = 1 } = {}) => {
      const all = async () => [...(await station(cabinet)), ...(await cabinetLog(cabinet))];
      const found = async () => (await all()).filter((event) => event.type === type);
      await eventually(async () => (await found()).length >= times);
      return found();
    },
    /** Resolves once so many lines with this message were logged. */
    logged: (message: string, times = 1) => {
      const lines = () => furniture.log.lines.filter((line) => line.message === message);
      return eventually(() => lines().length >= times);
    },
    /** What the adapter knows of the first cabinet's connection. */
    presenceOf: () => adapter?.connectionOf(imeiOf(1)),
    /** Resolves once so many messages of all kinds were recorded since the start. */
    recorded: (messages: number) =>
      eventually(() => furniture.metrics.counted('cabinet_messages_total') >= messages),
    messages: (): number => furniture.metrics.counted('cabinet_messages_total'),
    rejected: (reason: string): number => rejections(furniture, reason),
    /** Resolves once something was rejected for the reason. */
    rejectionSeen: (reason: string) => eventually(() => rejections(furniture, reason) > 0),

    /** Switches a cabinet on; it does nothing by itself. */
    cabinet: async (
      changes: Partial<SimulatedCabinetOptions> & { readonly number?: number } = {},
    ): Promise<SimulatedCabinet> => {
      const quiet = { heartbeatMs: neverMs, firstUploadMs: neverMs, uploadMs: neverMs };
      const cabinet = createSimulatedCabinet({
        imei: imeiOf(changes.number ?? 1),
        slots: slotsWith(8, { 3: '50000003' }),
        mqtt: 'provisioned',
        httpBaseUrl: httpUrl,
        log: furniture.log,
        ...changes,
        timings: { ...quiet, ejectMs: 1, reconnectMs: 1, ...changes.timings },
      });
      t.teardown(cabinet.stop);
      await cabinet.connected();
      return cabinet;
    },
    /** A bare client with the credentials of a cabinet: says whatever a test wants. */
    client: async (imei = imeiOf(1)): Promise<TestClient> => {
      const url = `mqtt://127.0.0.1:${broker.cabinetPort}`;
      const login = { username: imei, clientId: imei, password: passwordOf(imei) };
      const client = await connectTestClient(url, login);
      t.teardown(client.end);
      return client;
    },

    /** One HTTP call as a cabinet makes it, signed unless the parameters say otherwise. */
    call: async (
      path: string,
      parameters: Readonly<Record<string, string>>,
      init: { readonly method?: string; readonly body?: Uint8Array | string } = {},
    ): Promise<CallAnswer> => {
      const url = new URL(path, httpUrl);
      const all = { sign: signOf(parameters), ...parameters };
      for (const [name, value] of Object.entries(all)) url.searchParams.set(name, value);
      const { method = 'POST', body = null } = init;
      const headers = { 'content-type': 'text/plain' };
      const answer = await fetch(url, { method, body, headers });
      return { status: answer.status, ...expectRight(parseAnswer(await answer.text())) };
    },

    orderEject: async (serial: string, { ejectId = 'e-1', cabinet = 1 } = {}) =>
      handlers.station.execute(
        serialOf(cabinet),
        {
          type: 'OrderEject',
          ejectId: brandOrThrow(EjectId, ejectId),
          rentalId: null,
          purpose: 'STAFF',
          powerBank: bank(serial),
          at: clock.now(),
        },
        testContext(),
      ),
    /** The wait for the answer is over, as the eject process says after its timer. */
    tellSilence: async (ejectId: string) => {
      const at = clock.now();
      const id = brandOrThrow(EjectId, ejectId);
      const command = { type: 'RecordEjectSilence', ejectId: id, at } as const;
      return handlers.station.execute(serialOf(1), command, testContext());
    },
    order: async (order: CabinetOrder, { orderId = 'o-1', cabinet = 1 } = {}) =>
      expectRight(
        await handlers.cabinet.execute(
          serialOf(cabinet),
          {
            type: 'OrderCabinet',
            orderId: brandOrThrow(EntryId, orderId),
            order,
            origin: 'DASHBOARD',
            at: clock.now(),
          },
          testContext(),
        ),
      ),
  };
};

export type Lab = Awaited<ReturnType<typeof openLab>>;

export const typesOf = (events: readonly LoggedEvent['event'][]): readonly string[] =>
  events.map(({ type }) => type);
