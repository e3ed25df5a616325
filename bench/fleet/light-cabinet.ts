/** One cabinet as far as the broker sees it: a connection that subscribes and publishes frames. */

import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { topicOf } from '../../adapters/mqtt/family-a/topics.js';
import {
  answers,
  connectPacket,
  createAnswerReader,
  publishPacket,
  subscribePacket,
} from './packets.js';

/** Cabinets come back at once, and not all in the same instant. */
const reconnectMsMax = 500;
const subscribeId = 1;
const publishId = 2;

export interface LightCabinetOptions {
  readonly host: string;
  readonly port: number;
  readonly productKey: string;
  readonly deviceName: string;
  readonly password: string;
  /** From 0 to 1: how long this cabinet waits before it connects again. */
  readonly hurry: number;
}

/** What is waited for on a connection. */
type Awaited = keyof typeof answers;

export class LightCabinet {
  #socket: Socket | null = null;
  #heard: (answer: number) => void = () => undefined;
  #lost: (error: Error) => void = () => undefined;

  constructor(readonly options: LightCabinetOptions) {}

  /** Resolves when the broker has let it in and delivers its commands; tries until then. */
  async connected(): Promise<void> {
    while (this.#socket === null) {
      try {
        await this.#connect();
      } catch {
        // Whatever it was, a cabinet knows one remedy.
        this.cut();
        await delay(this.options.hurry * reconnectMsMax);
      }
    }
  }

  /** Resolves when the broker has taken the frame, however many connections that needs. */
  async publish(frame: Uint8Array): Promise<void> {
    const { productKey, deviceName } = this.options;
    const topic = topicOf(productKey, { deviceName, channel: 'update' });
    for (;;) {
      await this.connected();
      try {
        return await this.#ask(publishPacket(publishId, topic, frame), 'published');
      } catch {
        this.cut();
        await delay(this.options.hurry * reconnectMsMax);
      }
    }
  }

  isConnected(): boolean {
    return this.#socket !== null;
  }

  /** Ends the connection without a word, as a lost network does. */
  cut(): void {
    this.#socket?.destroy();
    this.#socket = null;
  }

  async #connect(): Promise<void> {
    const { host, port, productKey, deviceName, password } = this.options;
    const socket = connect({ host, port, noDelay: true });
    this.#socket = socket;
    const read = createAnswerReader();
    socket.on('data', (chunk) => {
      for (const { type, body } of read(chunk)) {
        const isRefusal = type === answers.connected && body[1] !== 0;
        if (isRefusal) this.#lost(new Error('refused'));
        else this.#heard(type);
      }
    });
    socket.once('error', (error) => this.#lost(error));
    socket.once('close', () => {
      if (this.#socket === socket) this.#socket = null;
      this.#lost(new Error('closed'));
    });
    await this.#ask(connectPacket(deviceName, password), 'connected');
    const commands = topicOf(productKey, { deviceName, channel: 'get' });
    await this.#ask(subscribePacket(subscribeId, commands), 'subscribed');
  }

  #ask(packet: Uint8Array, awaited: Awaited): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#lost = reject;
      this.#heard = (type) => {
        if (type === answers[awaited]) resolve();
      };
      if (this.#socket === null) reject(new Error('not connected'));
      else this.#socket.write(packet);
    });
  }
}
