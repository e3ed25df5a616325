/** What the tests of persistent subscriptions share. */
import {
  type EventStoreDBClient,
  type PersistentSubscriptionToAll,
  type PersistentSubscriptionToAllSettings,
  type PersistentSubscriptionToStream,
  type PersistentSubscriptionToStreamSettings,
  persistentSubscriptionToAllSettingsFromDefaults,
  persistentSubscriptionToStreamSettingsFromDefaults,
  type ResolvedEvent,
  START,
} from '@eventstore/db-client';
import { PersistentSubscriptionsClient } from '@eventstore/db-client/generated/persistent_grpc_pb.js';
import { credentials } from '@grpc/grpc-js';
import type { ExecutionContext } from 'ava';
import type { EventStoreNode } from '../../../adapters/embedded/eventstore/index.js';
import { type Running, running, temporaryFolder } from './support.js';

type ToStream = PersistentSubscriptionToStream;
type ToAll = PersistentSubscriptionToAll;
/** An event as a consumer gets it. */
export type Delivered = ResolvedEvent & { readonly retryCount: number };

/** From the start of a stream, with what a test changes. */
export function streamSettings(
  changes: Partial<PersistentSubscriptionToStreamSettings> = {},
): PersistentSubscriptionToStreamSettings {
  return persistentSubscriptionToStreamSettingsFromDefaults({ startFrom: START, ...changes });
}

/** From the start of everything, with what a test changes. */
export function allSettings(
  changes: Partial<PersistentSubscriptionToAllSettings> = {},
): PersistentSubscriptionToAllSettings {
  return persistentSubscriptionToAllSettingsFromDefaults({ startFrom: START, ...changes });
}

/** Where the node of a test keeps its events; both have to behave the same. */
export const PLACES = ['memory', 'folder'] as const;

/** A node of the test's own, even if a server is given: groups have the same names everywhere. */
export async function ownNode(
  t: ExecutionContext,
  place: (typeof PLACES)[number] = 'memory',
): Promise<Running<EventStoreNode>> {
  return running(t, place === 'folder' ? { dataDir: await temporaryFolder(t) } : {});
}

/** A group on a stream, named "g" and from its start unless the test wants something else. */
export async function createGroup(
  client: EventStoreDBClient,
  stream: string,
  changes: Partial<PersistentSubscriptionToStreamSettings> = {},
  groupName = 'g',
): Promise<void> {
  await client.createPersistentSubscriptionToStream(stream, groupName, streamSettings(changes));
}

/** `<revision>@<stream>`; behind `->` the target of a link; behind `#` the retries, if any. */
export function textOf({ event, link, retryCount }: Delivered): string {
  const target = event ? `${event.revision}@${event.streamId}` : 'gone';
  const text = link ? `${link.revision}@${link.streamId} -> ${target}` : target;
  return retryCount > 0 ? `${text} #${retryCount}` : text;
}

/** A consumer that writes down what it gets, and does nothing unless the test says so. */
export class Inbox {
  readonly events: Delivered[] = [];
  readonly lines: string[] = [];
  readonly confirmed: Promise<void>;
  private wake: () => void = () => undefined;

  constructor(
    readonly subscription: ToStream | ToAll,
    onEvent: (event: Delivered, inbox: Inbox) => void = () => undefined,
  ) {
    this.confirmed = new Promise((resolve) => {
      subscription.on('confirmation', () => resolve());
      subscription.on('error', () => resolve());
    });
    subscription.on('error', (error: Error & { type?: string }) => {
      this.add(`error ${error.type ?? error.message}`);
    });
    subscription.on('data', (event: Delivered) => {
      this.events.push(event);
      onEvent(event, this);
      this.add(textOf(event));
    });
  }

  ack(...events: readonly Delivered[]): Promise<void> {
    return this.subscription.ack(...events);
  }

  nack(action: 'park' | 'retry' | 'skip' | 'stop', ...events: readonly Delivered[]): Promise<void> {
    return this.subscription.nack(action, `to ${action}`, ...events);
  }

  /** The event of a line; the last one if there are several. */
  event(line: string): Delivered {
    const found = this.events.findLast((event) => textOf(event) === line);
    if (found === undefined) throw new Error(`${line} was not delivered`);
    return found;
  }

  /** Resolves with all lines when there are so many. */
  async untilCount(count: number): Promise<readonly string[]> {
    return this.until((lines) => lines.length >= count);
  }

  async untilLine(line: string): Promise<readonly string[]> {
    return this.until((lines) => lines.includes(line));
  }

  async until(condition: (lines: readonly string[]) => boolean): Promise<readonly string[]> {
    while (!condition(this.lines)) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
    return this.lines;
  }

  private add(line: string): void {
    this.lines.push(line);
    this.wake();
  }
}

interface JoinOptions {
  readonly groupName?: string;
  readonly bufferSize?: number;
  readonly onEvent?: (event: Delivered, inbox: Inbox) => void;
}

/** Joins a group of a stream, "g" by default; resolves when the node said yes or no. */
export async function join(
  client: EventStoreDBClient,
  stream: string,
  { groupName = 'g', bufferSize = 10, onEvent }: JoinOptions = {},
): Promise<Inbox> {
  const inbox = new Inbox(
    client.subscribeToPersistentSubscriptionToStream(stream, groupName, { bufferSize }),
    onEvent,
  );
  await inbox.confirmed;
  return inbox;
}

/** Like `join`, for a group on everything. */
export async function joinAll(
  client: EventStoreDBClient,
  { groupName = 'g', bufferSize = 10, onEvent }: JoinOptions = {},
): Promise<Inbox> {
  const inbox = new Inbox(
    client.subscribeToPersistentSubscriptionToAll(groupName, { bufferSize }),
    onEvent,
  );
  await inbox.confirmed;
  return inbox;
}

/** For a consumer that confirms whatever it gets. */
export function ackAll(event: Delivered, inbox: Inbox): void {
  void inbox.ack(event);
}

/** `<n>@<stream>` for each n. */
export function lines(stream: string, from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, index) => `${from + index}@${stream}`);
}

/** Asks again and again until the answer satisfies the condition. */
export async function eventually<A>(
  ask: () => Promise<A>,
  condition: (answer: A) => boolean,
): Promise<A> {
  for (;;) {
    const answer = await ask();
    if (condition(answer)) return answer;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The first event of a stream, as soon as there is one. */
export async function firstEvent(
  client: EventStoreDBClient,
  stream: string,
): Promise<Delivered['event']> {
  for await (const { event } of client.subscribeToStream(stream)) return event;
  throw new Error(`the subscription to ${stream} ended`);
}

/** Resolves when so many consumers are in the group "g" of a stream. */
export async function untilConsumers(
  client: EventStoreDBClient,
  stream: string,
  count: number,
): Promise<void> {
  await eventually(
    () => client.getPersistentSubscriptionToStreamInfo(stream, 'g'),
    ({ connections }) => connections.length === count,
  );
}

/** A clock that stands still until it is moved. */
export class TestClock {
  private nowMs = Date.UTC(2026, 0, 1);
  readonly now = (): number => this.nowMs;

  advance(ms: number): void {
    this.nowMs += ms;
  }
}

/** The generated client, for what the public one hides. */
export function rawGroupClient(
  t: ExecutionContext,
  node: EventStoreNode,
): PersistentSubscriptionsClient {
  const address = `127.0.0.1:${node.port}`;
  const client = new PersistentSubscriptionsClient(address, credentials.createInsecure());
  t.teardown(() => client.close());
  return client;
}
