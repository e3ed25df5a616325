/** An MQTT client that remembers what it was given and waits for conditions, never for time. */

import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';

export interface ReceivedMessage {
  readonly topic: string;
  readonly payload: Buffer;
  readonly retain: boolean;
  readonly qos: number;
}

export interface TestClient {
  /** Everything delivered so far, in order. */
  readonly received: readonly ReceivedMessage[];
  readonly isConnected: () => boolean;
  readonly subscribe: (filter: string) => Promise<'granted' | 'refused'>;
  /** Publishes at QoS 1 and resolves when the broker has acknowledged or hung up. */
  readonly publish: (
    topic: string,
    payload: string | Buffer,
    options?: { readonly qos?: 0 | 1; readonly retain?: boolean },
  ) => Promise<void>;
  /**
   * Resolves with the first message, past or future, that satisfies the condition; rejects when
   * the connection ends before it comes.
   */
  readonly waitFor: (condition: (message: ReceivedMessage) => boolean) => Promise<ReceivedMessage>;
  readonly end: () => Promise<void>;
}

interface Waiter {
  readonly condition: (message: ReceivedMessage) => boolean;
  readonly resolve: (message: ReceivedMessage) => void;
  readonly reject: (error: Error) => void;
}

const collect = (client: MqttClient): Pick<TestClient, 'received' | 'waitFor'> => {
  const received: ReceivedMessage[] = [];
  const waiters = new Set<Waiter>();
  client.on('message', (topic, payload, packet) => {
    const message = { topic, payload, retain: packet.retain, qos: packet.qos };
    received.push(message);
    for (const waiter of [...waiters]) {
      if (!waiter.condition(message)) continue;
      waiters.delete(waiter);
      waiter.resolve(message);
    }
  });
  client.on('close', () => {
    for (const { reject } of waiters) reject(new Error('the connection has ended'));
    waiters.clear();
  });
  return {
    received,
    waitFor: (condition) =>
      new Promise((resolve, reject) => {
        const past = received.find(condition);
        if (past !== undefined) resolve(past);
        else if (client.connected) waiters.add({ condition, resolve, reject });
        else reject(new Error('the connection has ended'));
      }),
  };
};

/** Connects once and never again by itself; rejects when the broker refuses. */
export const connectTestClient = async (
  url: string,
  options: IClientOptions,
): Promise<TestClient> => {
  const client = await connectAsync(
    url,
    { protocolVersion: 4, reconnectPeriod: 0, connectTimeout: 10_000, ...options },
    false,
  );
  // A broker that hangs up on a forbidden publish is what some tests are about.
  client.on('error', () => undefined);
  // The client does not connect again, so one promise tells of the only end there is.
  const hungUp = new Promise<void>((resolve) => {
    client.once('close', () => resolve());
  });
  return {
    ...collect(client),
    isConnected: () => client.connected,
    subscribe: async (filter) => {
      try {
        const granted = await client.subscribeAsync(filter, { qos: 1 });
        return granted.every(({ qos }) => qos <= 2) ? 'granted' : 'refused';
      } catch {
        return 'refused';
      }
    },
    publish: async (topic, payload, { qos = 1, retain = false } = {}) => {
      if (!client.connected) return;
      await Promise.race([client.publishAsync(topic, payload, { qos, retain }), hungUp]);
    },
    end: () => client.endAsync(true),
  };
};
