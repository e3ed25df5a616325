/** The cabinets' adapter: the log on one side, broker and HTTP calls on the other. */

import { plusSeconds } from '../../domain/shared/instant.js';
import type { CabinetDriver } from '../../ports/cabinet-driver.js';
import type { CabinetSecrets } from '../../ports/cabinet-secrets.js';
import type { Clock } from '../../ports/clock.js';
import type { EventStore } from '../../ports/event-store.js';
import { linkedAbort } from '../../ports/linked-abort.js';
import type { Log } from '../../ports/log.js';
import type { Metrics } from '../../ports/metrics.js';
import type { StationDesk } from '../../ports/station-desk.js';
import { type BrokerAddress, type BrokerConnection, connectToBroker } from './connection.js';
import { createDirectory } from './directory.js';
import { createDownlink, type Downlink } from './downlink.js';
import { createHttpInbox, type HttpInbox } from './http-inbox.js';
import { createIntake } from './intake.js';
import { createLanes } from './lanes.js';
import { followLog, type Wish } from './log-feed.js';
import { type Connection, createPresenceTracker } from './presence-tracker.js';
import { createQuestions } from './questions.js';
import { createRejections } from './rejections.js';
import { createTelemetry } from './telemetry.js';
import { createUplink } from './uplink.js';

/** Seconds that orders from before our start wait for the broker; then they count as refused. */
const firstConnectionWaitSeconds = 5;

export interface CabinetAdapterOptions {
  readonly broker: BrokerAddress;
  readonly driver: CabinetDriver;
  readonly desk: StationDesk;
  readonly store: EventStore;
  readonly secrets: CabinetSecrets;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly newId: () => string;
}

export interface CabinetAdapter {
  /**
   * Reads the log, then connects and serves until `signal` aborts; once only. Rejects when
   * something of ours is broken, and bears with the troubles of the world.
   */
  run(signal: AbortSignal): Promise<void>;
  /** Resolves when all registered cabinets are known and the broker delivers what they send. */
  readonly ready: Promise<void>;
  /** Whether a cabinet can be told something, as far as this instance knows. */
  connectionOf(deviceName: string): Connection;
  /** Where the HTTP calls of cabinets hand in what they bring. */
  readonly inbox: HttpInbox;
}

/** A promise and what resolves it. */
interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
}

const deferred = <T>(): Deferred<T> => {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
};

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

const createParts = (options: CabinetAdapterOptions) => {
  const { log, metrics, clock, desk } = options;
  const reject = createRejections({ log, metrics, clock });
  const directory = createDirectory(log);
  const presence = createPresenceTracker({ directory, desk, clock, log, metrics });
  const questions = createQuestions();
  const telemetry = createTelemetry(options);
  const intake = createIntake({ ...options, directory, questions, telemetry, reject });
  return { reject, directory, presence, questions, telemetry, intake };
};

/**
 * Several instances may run beside each other. Each hears all cabinets; the stations see to it
 * that what is told twice counts once, and that of two who want to publish an order one may.
 */
export const createCabinetAdapter = (options: CabinetAdapterOptions): CabinetAdapter => {
  const { broker, store, clock, log, newId } = options;
  const { productKey } = broker;
  const instanceId = newId();
  const parts = createParts(options);
  const { directory, presence, telemetry, reject } = parts;
  const lanes = createLanes();
  const caughtUp = deferred<void>();
  const connected = deferred<void>();
  let isOpen = false;

  const connectWith = (signal: AbortSignal): BrokerConnection =>
    connectToBroker({
      broker,
      clientId: `${broker.username}-${instanceId}`,
      onMessage: createUplink({ ...parts, productKey, lanes, clock, log, signal }),
      onUp: () => {
        presence.linkUp(clock.now());
        connected.resolve();
      },
      onDown: () => presence.linkDown(),
      log,
    });

  const follow = (downlink: Promise<Downlink>, signal: AbortSignal): Promise<void> => {
    // Orders keep their order: what waits for one promise is called in turn.
    const onWish = (wish: Wish): void => void downlink.then(({ carryOut }) => carryOut(wish));
    const onCaughtUp = (): void => {
      isOpen = true;
      caughtUp.resolve();
    };
    return followLog({ store, directory, onWish, onCaughtUp, reject }, signal);
  };

  const serve = async (downlink: Deferred<Downlink>, signal: AbortSignal): Promise<void> => {
    // Before that every cabinet would be a stranger.
    await Promise.race([caughtUp.promise, aborted(signal)]);
    if (signal.aborted) return;
    const connection = connectWith(signal);
    try {
      const patience = plusSeconds(clock.now(), firstConnectionWaitSeconds);
      await Promise.race([connected.promise, clock.until(patience, signal)]);
      const tools = { ...options, ...parts, productKey, instanceId, connection, signal };
      const down = createDownlink(tools);
      downlink.resolve(down);
      await presence.run(signal);
      // Leave that was given to publish is used before the connection goes.
      await down.idle();
    } finally {
      await connection.close();
    }
  };

  return {
    run: async (stop) => {
      // When one half fails the other must not go on alone.
      const over = linkedAbort(stop);
      const { signal } = over;
      const either = (work: Promise<void>): Promise<void> => work.finally(() => over.abort());
      const downlink = deferred<Downlink>();
      const halves = [follow(downlink.promise, signal), serve(downlink, signal)];
      await Promise.all(halves.map(either));
      await lanes.fewerThan(1);
      await telemetry.written();
    },
    ready: Promise.all([caughtUp.promise, connected.promise]).then(() => undefined),
    connectionOf: presence.connectionOf,
    inbox: createHttpInbox({ ...parts, isOpen: () => isOpen, lanes, clock, log }),
  };
};
