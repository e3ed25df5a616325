/**
 * What the tests of the embedded node share: nodes, clients, and ways to wait.
 *
 * Tests that append have to be serial within their file: the client keeps the outstanding batch
 * appends of all clients of a process in one table, and rejects them all when one connection ends.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type AllStreamSubscription,
  type AppendResult,
  EventStoreDBClient,
  type JSONEventData,
  jsonEvent,
  type ReadStreamOptions,
  type StreamSubscription,
} from '@eventstore/db-client';
import { StreamsClient } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type { ExecutionContext } from 'ava';
import {
  type EventStoreNode,
  type EventStoreNodeOptions,
  startEventStoreNode,
} from '../../../adapters/embedded/eventstore/index.js';
import { channelTo } from '../../support/event-store-channel.js';
import { uniqueWord, withOption } from '../../support/event-store-server.js';
import { givenServerUrl } from '../../support/given-server.js';

/** What tests may know of a node, wherever it runs. */
export type ReachableNode = Pick<EventStoreNode, 'connectionString' | 'port' | 'stop'>;

export interface Running<Node extends ReachableNode = ReachableNode> {
  readonly node: Node;
  readonly client: EventStoreDBClient;
  /** The name of a stream that no other test has; all those of one test begin with `own('')`. */
  readonly own: (name: string) => string;
}

/**
 * A server and a client of it, both gone when the test ends: the one at `ESDB_URL` when that is
 * set and the test asks for no options, else a node of its own.
 */
export async function running(t: ExecutionContext): Promise<Running>;
export async function running(
  t: ExecutionContext,
  options: Partial<EventStoreNodeOptions>,
): Promise<Running<EventStoreNode>>;
export async function running(
  t: ExecutionContext,
  options?: Partial<EventStoreNodeOptions>,
): Promise<Running> {
  const node = options === undefined && givenServerUrl ? givenNode() : await ownNode(t, options);
  const word = uniqueWord();
  return { node, client: clientOf(t, node), own: (name) => `${word}-${name}` };
}

async function ownNode(
  t: ExecutionContext,
  options: Partial<EventStoreNodeOptions> = {},
): Promise<EventStoreNode> {
  const node = await startEventStoreNode({ port: 0, ...options });
  t.teardown(() => node.stop());
  if (givenServerUrl !== null) t.log('on a node of its own, not on the server that was given');
  return node;
}

function givenNode(): ReachableNode {
  const connectionString = givenServerUrl ?? '';
  return {
    connectionString,
    port: channelTo(connectionString).port,
    stop: () => Promise.reject(new Error('the server was given to the tests: nobody stops it')),
  };
}

/** On a loaded machine calls may take long; deadlines have tests of their own. */
export function patient(connectionString: string): string {
  return withOption(connectionString, 'defaultDeadline', 120_000);
}

type Addressed = Pick<EventStoreNode, 'connectionString'>;

export function clientOf(t: ExecutionContext, node: Addressed): EventStoreDBClient {
  const client = EventStoreDBClient.connectionString(patient(node.connectionString));
  t.teardown(() => client.dispose());
  return client;
}

/** The generated client, for what the public one hides. */
export function rawClient(t: ExecutionContext, node: Addressed): StreamsClient {
  const { address, credentials } = channelTo(node.connectionString);
  const client = new StreamsClient(address, credentials);
  t.teardown(() => client.close());
  return client;
}

/** Credentials for a call, which make the client use the classic append: a node asks for none. */
export function anyLogin(): { readonly username: string; readonly password: string } {
  const { login } = channelTo(givenServerUrl ?? 'esdb://a:b@localhost?tls=false');
  return login ?? { username: 'a', password: 'b' };
}

/** An empty folder, removed when the test ends. */
export async function temporaryFolder(t: ExecutionContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'node-test-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A test body runs against memory and against a folder, or else against the given server. */
export type Storage = 'memory' | 'folder' | 'server';
export const STORAGES: readonly Storage[] =
  givenServerUrl === null ? ['memory', 'folder'] : ['server'];

export async function runningOn(
  t: ExecutionContext,
  storage: Storage,
  options: Partial<EventStoreNodeOptions> = {},
): Promise<Running> {
  if (storage === 'folder') return running(t, { dataDir: await temporaryFolder(t), ...options });
  return Object.keys(options).length === 0 ? running(t) : running(t, options);
}

/** The name as the test wrote it, without what `own` put before it. */
export function shortName(name: string): string {
  return name.replace(/^(\$\$)?t[0-9a-f]{12}-/, '$1');
}

export type TestEvent = JSONEventData<{ type: string; data: { n: number } }>;

export function event(n: number, type = 'tested'): TestEvent {
  return jsonEvent({ type, data: { n } });
}

export function events(count: number, from = 0): TestEvent[] {
  return Array.from({ length: count }, (_, index) => event(from + index));
}

/** `<revision>@<stream>` of each event of a stream, as read. */
export async function revisions(
  client: EventStoreDBClient,
  stream: string,
  options: ReadStreamOptions = {},
): Promise<number[]> {
  const found: number[] = [];
  for await (const { event: recorded } of client.readStream(stream, options)) {
    if (recorded !== undefined) found.push(Number(recorded.revision));
  }
  return found;
}

/** The position an append answered with. */
export function positionOf(result: AppendResult): bigint {
  if (result.position === undefined) throw new Error('the append has no position');
  return result.position.commit;
}

/** The type of the error that a promise rejects with, and the error's own properties. */
export async function failure(attempt: Promise<unknown>): Promise<Record<string, unknown>> {
  try {
    await attempt;
  } catch (error) {
    if (error instanceof Error)
      return { ...Object.fromEntries(Object.entries(error)), message: error.message };
    throw error;
  }
  throw new Error('the call succeeded');
}

/** Everything a subscription says, in order, as short texts, and a way to wait for more of it. */
export class Transcript {
  readonly lines: string[] = [];
  private wake: () => void = () => undefined;

  constructor(readonly subscription: AllStreamSubscription | StreamSubscription) {
    subscription.on('confirmation', () => this.add('confirmed'));
    subscription.on('caughtUp', () => this.add('caught up'));
    subscription.on('error', (error: Error & { type?: string }) => {
      this.add(`error ${error.type ?? error.message}`);
    });
    subscription.on('data', ({ event: recorded, link }) => {
      const target = recorded ? `${recorded.revision}@${shortName(recorded.streamId)}` : 'gone';
      this.add(link ? `${link.revision}@${shortName(link.streamId)} -> ${target}` : target);
    });
  }

  add(line: string): void {
    this.lines.push(line);
    this.wake();
  }

  /** Resolves when the lines satisfy the condition. */
  async until(condition: (lines: readonly string[]) => boolean): Promise<readonly string[]> {
    while (!condition(this.lines)) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
    return this.lines;
  }

  async untilLine(line: string): Promise<readonly string[]> {
    return this.until((lines) => lines.includes(line));
  }
}
