/** Our connection to the broker. */

import { connect, type IClientOptions, type MqttClient } from 'mqtt';
import type { Log } from '../../ports/log.js';
import { uplinkFilters } from './family-a/topics.js';
import { type BrokerMessage, PRESENCE_FILTERS } from './presence.js';

export interface BrokerAddress {
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly productKey: string;
}

export interface ConnectionOptions {
  readonly broker: BrokerAddress;
  /** Unique among all that run: a second client of the same id would end the first session. */
  readonly clientId: string;
  /** Called in the order of arrival; the next message waits until it resolves. */
  readonly onMessage: (message: BrokerMessage) => Promise<void>;
  /** We hear the cabinets, or not any more. */
  readonly onUp: () => void;
  readonly onDown: () => void;
  readonly log: Log;
}

export interface BrokerConnection {
  /** Connected, and the broker delivers what cabinets send. */
  isUp(): boolean;
  /** False when it was certainly not handed to the broker; it is never kept for later. */
  publish(message: BrokerMessage, delivery: 'atMostOnce' | 'atLeastOnce'): boolean;
  close(): Promise<void>;
}

const keepAliveSeconds = 30;
const connectTimeoutMs = 10_000;
const reconnectMs = 2_000;

const clientOptions = ({ broker, clientId }: ConnectionOptions): IClientOptions => ({
  username: broker.username,
  password: broker.password,
  clientId,
  protocolVersion: 4,
  keepalive: keepAliveSeconds,
  connectTimeout: connectTimeoutMs,
  reconnectPeriod: reconnectMs,
  // Nothing is to wait for us at the broker. Cabinets tell no time (protocol §2), so an inventory
  // that had waited would pass for the picture of now; what we miss while we are away they tell
  // again over HTTP and in their next upload. Subscriptions are made anew for the same reason.
  clean: true,
  resubscribe: false,
  // The library would keep commands while it is not connected, and ejects must never be late.
  queueQoSZero: false,
});

/** QoS from which on a broker says that it refused (0x80). */
const refusedQos = 0x80;

/** What cabinets send is needed; who connects is told by their traffic too, so it is a help. */
const subscribe = async (client: MqttClient, { broker, log }: ConnectionOptions): Promise<void> => {
  for (const filter of PRESENCE_FILTERS) {
    const granted = await client.subscribeAsync(filter, { qos: 1 }).catch(() => []);
    const isGranted = granted.some(({ qos }) => qos < refusedQos);
    if (!isGranted) log.info('the broker tells no presence here', { filter });
  }
  await client.subscribeAsync([...uplinkFilters(broker.productKey)], { qos: 1 });
};

/** Connects, and connects again, until it is closed. */
export const connectToBroker = (options: ConnectionOptions): BrokerConnection => {
  const { broker, log, onMessage } = options;
  const client = connect(broker.url, clientOptions(options));
  let isUp = false;

  const goDown = (): void => {
    if (!isUp) return;
    isUp = false;
    log.warn('the connection to the broker is lost', { url: broker.url });
    options.onDown();
  };

  client.on('connect', () => {
    subscribe(client, options).then(
      () => {
        if (!client.connected) return;
        isUp = true;
        log.info('connected to the broker', { url: broker.url, clientId: options.clientId });
        options.onUp();
      },
      (error: unknown) => {
        // Deaf we are of no use: a new connection may be let in where this one was not.
        log.error('the broker refuses us the messages of cabinets', { error });
        client.reconnect();
      },
    );
  });
  client.on('close', goDown);
  client.on('error', (error) => log.warn('broker trouble', { reason: error.message }));

  const handle = async (topic: string, payload: Buffer | string): Promise<void> => {
    try {
      await onMessage({ topic, payload: Buffer.from(payload) });
    } catch (error) {
      // One message must never end the connection of all; what went wrong is a bug of ours.
      log.error('a message of a cabinet could not be handled', { topic, error });
    }
  };
  // The library's own place for back pressure: it reads on, and acknowledges, once it is done.
  client.handleMessage = ({ topic, payload }, done) => {
    void handle(topic, payload).finally(done);
  };

  return {
    isUp: () => isUp,
    publish: ({ topic, payload }, delivery) => {
      if (!isUp || !client.connected) return false;
      const qos = delivery === 'atMostOnce' ? 0 : 1;
      client.publish(topic, Buffer.from(payload), { qos, retain: false }, (error) => {
        // The payload stays out of the log: it may hold a password (protocol §8).
        if (error) log.warn('a command may not have gone out', { topic, reason: error.message });
      });
      return true;
    },
    close: async () => {
      isUp = false;
      await client.endAsync(true);
    },
  };
};
