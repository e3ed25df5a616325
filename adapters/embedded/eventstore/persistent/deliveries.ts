/**
 * Hands the events of a group to its consumers and takes back what becomes of them.
 *
 *     waiting -> outstanding -+-> settled    confirmed or skipped
 *        ^                    +-> parked     by the consumer, or retried too often
 *        +------ retried -----+              by the consumer, timed out, or the consumer left
 *
 * Everything here happens in memory and at once; storage is the group's business.
 */
import type { ResolvedEvent } from '../log/links.js';
import type { Consumer } from './consumer.js';
import type { Message } from './message.js';
import type { Strategy } from './strategies.js';
import { Waiting } from './waiting.js';

export interface DeliveryOptions {
  readonly strategy: Strategy;
  readonly maxRetryCount: number;
  /** 0: there is no limit. */
  readonly messageTimeoutMs: number;
  /** Whether the time that consumers take is measured. */
  readonly measured: boolean;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly load: (message: Message) => ResolvedEvent | undefined;
  /** Hears of every event that is dealt with. */
  readonly settled: (message: Message) => void;
  /** Takes over an event that is to be parked. */
  readonly park: (message: Message, reason: string) => void;
}

/** What a consumer wants to be done with an event that it does not confirm. */
export type RejectAction = 'retry' | 'park' | 'skip';

interface Delivery {
  readonly message: Message;
  readonly consumer: Consumer;
  readonly sentAtMs: number;
}

export class Deliveries {
  readonly waiting = new Waiting();
  readonly consumers = new Set<Consumer>();
  /** Deliveries so far, repeated ones included. */
  sentCount = 0;
  private readonly outstanding = new Map<string, Delivery>();

  constructor(private readonly options: DeliveryOptions) {}

  get outstandingCount(): number {
    return this.outstanding.size;
  }

  join(consumer: Consumer): void {
    this.consumers.add(consumer);
    this.options.strategy.join(consumer);
  }

  /** The consumer's events go back; that alone never parks one, or a restart of consumers would. */
  leave(consumer: Consumer): void {
    if (!this.consumers.delete(consumer)) return;
    const messages = [...consumer.unconfirmed.values()].sort((a, b) => a.sequence - b.sequence);
    this.options.strategy.leave(consumer);
    for (const message of messages) {
      this.release(message.id);
      this.giveBack(message);
    }
  }

  /** Ids that are not outstanding are ignored: they were confirmed before, or given back. */
  confirm(ids: readonly string[]): void {
    for (const id of ids) {
      const delivery = this.release(id);
      if (delivery === undefined) continue;
      this.measure(delivery);
      this.options.settled(delivery.message);
    }
  }

  reject(ids: readonly string[], action: RejectAction, reason: string): void {
    for (const id of ids) {
      const delivery = this.release(id);
      if (delivery === undefined) continue;
      this.measure(delivery);
      if (action === 'skip') this.options.settled(delivery.message);
      else if (action === 'park') this.options.park(delivery.message, reason);
      else this.retryOrPark(delivery.message);
    }
  }

  /** Takes back what was not confirmed in time. */
  expire(): void {
    const { messageTimeoutMs, now } = this.options;
    if (messageTimeoutMs === 0) return;
    const sentBefore = now() - messageTimeoutMs;
    for (const { message, sentAtMs } of [...this.outstanding.values()]) {
      if (sentAtMs > sentBefore) continue;
      this.release(message.id);
      this.retryOrPark(message);
    }
  }

  /** Lets an event wait for its next delivery. */
  giveBack(message: Message): void {
    message.retryCount += 1;
    this.waiting.addRetry(message);
  }

  /** Sends what can be sent. */
  dispatch(): void {
    if (this.consumers.size === 0) return;
    for (const message of this.waiting.inOrder()) {
      // Consumers confirm by id, so two events with one id have to be with them one by one.
      if (this.outstanding.has(message.id)) continue;
      const choice = this.options.strategy.choose(message.lane);
      if (choice === 'full') return;
      if (choice !== 'wait') this.send(message, choice);
    }
  }

  private send(message: Message, consumer: Consumer): void {
    const event = this.options.load(message);
    this.waiting.delete(message);
    message.body = undefined;
    if (event === undefined) {
      // Removed from storage while it waited: there is nothing left to deliver.
      this.options.settled(message);
      return;
    }
    this.outstanding.set(message.id, { message, consumer, sentAtMs: this.options.now() });
    this.options.strategy.sent(message.lane);
    this.sentCount += 1;
    consumer.send(message, event);
  }

  private retryOrPark(message: Message): void {
    const { maxRetryCount } = this.options;
    if (message.retryCount < maxRetryCount) this.giveBack(message);
    else this.options.park(message, `Not confirmed after ${maxRetryCount} retries.`);
  }

  private release(id: string): Delivery | undefined {
    const delivery = this.outstanding.get(id);
    if (delivery === undefined) return undefined;
    this.outstanding.delete(id);
    delivery.consumer.unconfirmed.delete(id);
    this.options.strategy.released(delivery.message.lane);
    return delivery;
  }

  private measure({ consumer, sentAtMs }: Delivery): void {
    if (this.options.measured) consumer.latencies.add(this.options.now() - sentAtMs);
  }
}
