/** One of the competing consumers of a group, as the group sees it. */
import type { ResolvedEvent } from '../log/links.js';
import type { Message } from './message.js';
import { LatencySample } from './statistics.js';

/** What a consumer's call does for the group. */
export interface ConsumerCall {
  /** Writes an event; false if the caller should take some before the next one is written. */
  readonly send: (event: ResolvedEvent, retryCount: number) => boolean;
  /** Ends the call: the group was changed or is gone. */
  readonly drop: () => void;
}

export interface ConsumerDescription {
  /** Address of the other end. */
  readonly from: string;
  readonly userName: string;
  readonly connectionName: string;
  /** Events that may be unconfirmed at one time. */
  readonly slots: number;
}

export class Consumer {
  /** Events sent, repeated ones included. */
  sentCount = 0;
  /** What `sentCount` was when it was last asked for. */
  sentCountAtLastLook = 0;
  /** Times between sending and confirming; measured if the group asks for it. */
  readonly latencies = new LatencySample();
  /** Unconfirmed events by id. */
  readonly unconfirmed = new Map<string, Message>();
  private blocked = false;

  constructor(
    readonly description: ConsumerDescription,
    private readonly call: ConsumerCall,
  ) {}

  /** Whether another event may be sent now. */
  get hasRoom(): boolean {
    return !this.blocked && this.freeSlots > 0;
  }

  get freeSlots(): number {
    return Math.max(this.description.slots - this.unconfirmed.size, 0);
  }

  send(message: Message, event: ResolvedEvent): void {
    this.unconfirmed.set(message.id, message);
    this.sentCount += 1;
    if (!this.call.send(event, message.retryCount)) this.blocked = true;
  }

  /** The caller took what was written. */
  unblock(): void {
    this.blocked = false;
  }

  drop(): void {
    this.call.drop();
  }
}
