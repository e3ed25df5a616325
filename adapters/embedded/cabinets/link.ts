/** The MQTT side of a simulated cabinet: connection after connection, each provisioned anew. */

import * as E from 'fp-ts/lib/Either.js';
import { connectAsync, type MqttClient } from 'mqtt';
import type { Log } from '../../../ports/log.js';
import type { ProvisionedAccess } from '../../mqtt/family-a/provisioning.js';
import { type CabinetChannel, topicOf } from '../../mqtt/family-a/topics.js';
import type { CallError } from './http-client.js';
import { pause } from './timings.js';

export interface CabinetLinkOptions {
  readonly imei: string;
  readonly reconnectMs: number;
  readonly getAccess: () => Promise<E.Either<CallError, ProvisionedAccess>>;
  readonly onMessage: (channel: 'get' | 'heart', payload: Uint8Array) => void;
  /** Called once for each connection, with a signal that ends with it. */
  readonly onConnected: (ended: AbortSignal) => void;
  readonly abort: AbortSignal;
  readonly log: Log;
}

export interface CabinetLink {
  readonly isConnected: () => boolean;
  /** Publishes at QoS 1; false when there is no connection or it ended before the broker had it. */
  readonly publish: (channel: 'update' | 'heart', payload: Uint8Array) => Promise<boolean>;
  /** Ends the connection; a new one follows after the usual pause. */
  readonly drop: () => void;
  /** Resolves when the life of the link has ended, after `abort`. */
  readonly ended: Promise<void>;
}

const KEEP_ALIVE_SECONDS = 60;
const CONNECT_TIMEOUT_MS = 10_000;

const openClient = (access: ProvisionedAccess): Promise<MqttClient> =>
  connectAsync(
    `mqtt://${access.host}:${access.port}`,
    {
      clientId: access.clientId,
      username: access.username,
      password: access.password,
      protocolVersion: 4,
      keepalive: KEEP_ALIVE_SECONDS,
      connectTimeout: CONNECT_TIMEOUT_MS,
      // The library must not connect again by itself: a cabinet provisions before it does.
      reconnectPeriod: 0,
    },
    false,
  );

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

/** One connection that is up: the client, and where its messages belong. */
interface Session {
  readonly client: MqttClient;
  readonly productKey: string;
}

class Link implements CabinetLink {
  readonly ended: Promise<void>;
  private current: Session | undefined;

  constructor(private readonly options: CabinetLinkOptions) {
    this.ended = this.run();
  }

  readonly isConnected = (): boolean => this.current !== undefined;

  readonly publish = async (channel: 'update' | 'heart', payload: Uint8Array): Promise<boolean> => {
    if (this.current === undefined) return false;
    const { client, productKey } = this.current;
    const topic = this.topicFor(productKey, channel);
    try {
      // Rejects when the connection ends first, because `live` then ends the client by force.
      await client.publishAsync(topic, Buffer.from(payload), { qos: 1 });
      return true;
    } catch (error) {
      this.options.log.debug('simulated cabinet lost a message', {
        topic,
        error: messageOf(error),
      });
      return false;
    }
  };

  readonly drop = (): void => {
    this.current?.client.end(true);
  };

  private topicFor(productKey: string, channel: CabinetChannel): string {
    return topicOf(productKey, { deviceName: this.options.imei, channel });
  }

  private async listen({ client, productKey }: Session): Promise<void> {
    const commands = this.topicFor(productKey, 'get');
    const echoes = this.topicFor(productKey, 'heart');
    client.on('message', (topic, payload) => {
      if (topic === commands) this.options.onMessage('get', payload);
      if (topic === echoes) this.options.onMessage('heart', payload);
    });
    await client.subscribeAsync([commands, echoes], { qos: 1 });
  }

  /** Resolves when the connection has ended, for whatever reason. */
  private async live(session: Session): Promise<void> {
    const { client } = session;
    const { abort, log } = this.options;
    const lifetime = new AbortController();
    const closed = new Promise<void>((resolve) => client.once('close', () => resolve()));
    const stop = (): void => void client.end(true);
    client.on('error', (error) => {
      log.debug('simulated cabinet lost its link', { error: error.message });
    });
    abort.addEventListener('abort', stop, { once: true });
    try {
      await this.listen(session);
      this.current = session;
      this.options.onConnected(lifetime.signal);
      if (abort.aborted) stop();
      await closed;
    } finally {
      this.current = undefined;
      lifetime.abort();
      abort.removeEventListener('abort', stop);
      client.end(true);
    }
  }

  private async attempt(): Promise<void> {
    const access = await this.options.getAccess();
    if (E.isLeft(access)) {
      this.options.log.debug('simulated cabinet was not provisioned', { error: access.left });
      return;
    }
    try {
      const client = await openClient(access.right);
      await this.live({ client, productKey: access.right.productKey });
    } catch (error) {
      this.options.log.debug('simulated cabinet could not connect', { error: messageOf(error) });
    }
  }

  private async run(): Promise<void> {
    const { abort, reconnectMs } = this.options;
    do {
      if (!abort.aborted) await this.attempt();
    } while (await pause(reconnectMs, abort));
  }
}

/** Starts connecting at once and goes on for ever, until `abort`. */
export const createCabinetLink = (options: CabinetLinkOptions): CabinetLink => new Link(options);
