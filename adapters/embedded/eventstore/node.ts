/** Puts a node together: storage, log and server, and takes it apart again. */
import { randomUUID } from 'node:crypto';
import { UserLogin } from './access/login.js';
import { type UserOptions, Users } from './access/users.js';
import { CategoryStreams } from './category-streams/follower.js';
import type { NodeAddress } from './gossip.js';
import { APPEND_SIZE_BYTES_DEFAULT, APPEND_SIZE_BYTES_MAX } from './limits.js';
import { EventLog } from './log/event-log.js';
import { Scavenger, type ScavengeStatus } from './scavenge/scavenger.js';
import { NodeServer, type ServerOptions } from './server.js';
import { EventStoreStartError } from './start-errors.js';
import { openFolder } from './storage/folder.js';
import { memoryStorage } from './storage/memory.js';
import { checkCertificate, type TlsOptions } from './transport/certificate.js';

/** A line for the operator. */
export interface LogLine {
  readonly level: 'info' | 'warn' | 'error';
  readonly msg: string;
  readonly [detail: string]: unknown;
}

export interface EventStoreNodeOptions {
  /** Folder of the log; created if it is not there. Absent: events are kept in memory only. */
  readonly dataDir?: string;
  /** Address to listen on. Default 127.0.0.1: this machine only. */
  readonly host?: string;
  /** Port to listen on; 0 for one of the system's choice. */
  readonly port: number;
  /** Encrypts connections. Absent: clear text, for this machine or a network of one's own. */
  readonly tls?: TlsOptions;
  /**
   * Who may use the node, and with which password; needs TLS. Absent: everybody may do
   * everything. Present: access lists hold, see README.md.
   */
  readonly users?: readonly UserOptions[];
  /** With users: whether callers without credentials may use open streams. Default false. */
  readonly anonymousStreams?: boolean;
  /**
   * For tests of how a client finds the leader: this node says that the one at this address
   * leads, and refuses every call that requires the leader.
   */
  readonly leader?: NodeAddress;
  /** Time stamps of events, milliseconds since the epoch. Default: the machine's clock. */
  readonly clock?: () => number;
  /** Largest append, bytes, up to 16 MiB. Default 1 MiB. */
  readonly maxAppendSizeBytes?: number;
  /** Links each event into `$ce-<category>`: its stream's name up to the first dash. */
  readonly categoryStreams?: boolean;
  /** Hears what the operator should know. Default: nobody does. */
  readonly log?: (line: LogLine) => void;
}

/** A running node. */
export interface EventStoreNode {
  readonly port: number;
  /**
   * For `EventStoreDBClient.connectionString`. With TLS a client has to trust the certificate's
   * issuer as well: by `tlsCAFile`, or by the environment variable of Node.
   */
  readonly connectionString: string;
  /** Answers queued appends, ends all calls and closes the log. May be called again. */
  stop(): Promise<void>;
}

const DEFAULT_HOST = '127.0.0.1';
const PORT_MAX = 65_535;
/** Addresses that stand for every interface; a client on this machine uses the loopback one. */
const EVERY_INTERFACE = new Set(['0.0.0.0', '::']);

/** What the node itself writes into a new log, see `writeFirstEvent`. */
const NODE_STREAM = '$node-information';
const NODE_CREATED = '$nodeCreated';

/** Starts a node. Rejects with `EventStoreStartError` if it cannot. */
export async function startEventStoreNode(options: EventStoreNodeOptions): Promise<EventStoreNode> {
  const { host = DEFAULT_HOST, clock = Date.now, dataDir, log = () => undefined } = options;
  const { tls, leader } = options;
  const maxAppendSizeBytes = checkOptions(options);
  if (tls !== undefined) checkCertificate(tls, clock());
  const users = await loginOf(options, clock);
  const onFailure = (error: unknown): void =>
    log({ level: 'error', msg: 'event store node failed to read or write', error });
  const server = await NodeServer.open({
    host,
    port: options.port,
    tls,
    users,
    leader,
    clock,
    maxAppendSizeBytes,
    onFailure,
  });
  const eventLog = await orClose(server, () => openLog({ dataDir, clock, onFailure }));
  const scavenger = new Scavenger(eventLog, {
    newId: randomUUID,
    elapsedMs: () => performance.now(),
    onEnd: (status, error) => log(scavengeLine(status, error)),
  });
  server.serve(eventLog, scavenger);
  const categories =
    options.categoryStreams === true ? new CategoryStreams(eventLog, randomUUID) : undefined;
  log({ level: 'info', msg: 'event store node listens', host, port: server.port, dataDir });
  let stopped: Promise<void> | undefined;
  return {
    port: server.port,
    connectionString: connectionStringFor(host, server.port, tls !== undefined),
    stop: () => {
      stopped ??= stop({ server, scavenger, categories, eventLog }).then(() => {
        log({ level: 'info', msg: 'event store node stopped', port: server.port });
      });
      return stopped;
    },
  };
}

function scavengeLine(status: ScavengeStatus, error: unknown): LogLine {
  const { result, ...numbers } = status;
  if (result === 'Errored') return { level: 'error', msg: 'scavenge failed', error, ...numbers };
  return {
    level: 'info',
    msg: `scavenge ${result === 'Success' ? 'done' : 'stopped'}`,
    ...numbers,
  };
}

function connectionStringFor(host: string, port: number, isSecure: boolean): string {
  const address = EVERY_INTERFACE.has(host) ? DEFAULT_HOST : host;
  return `esdb://${address.includes(':') ? `[${address}]` : address}:${port}?tls=${isSecure}`;
}

function checkOptions(options: EventStoreNodeOptions): number {
  const { port, maxAppendSizeBytes = APPEND_SIZE_BYTES_DEFAULT } = options;
  if (!Number.isInteger(port) || port < 0 || port > PORT_MAX) {
    throw new EventStoreStartError('invalid-options', `${port} is not a port number`);
  }
  const fits = maxAppendSizeBytes > 0 && maxAppendSizeBytes <= APPEND_SIZE_BYTES_MAX;
  if (!Number.isInteger(maxAppendSizeBytes) || !fits) {
    const message = `maxAppendSizeBytes must be between 1 and ${APPEND_SIZE_BYTES_MAX}`;
    throw new EventStoreStartError('invalid-options', message);
  }
  return maxAppendSizeBytes;
}

async function loginOf(
  { users, tls, anonymousStreams = false }: EventStoreNodeOptions,
  clock: () => number,
): Promise<ServerOptions['users']> {
  if (users === undefined) return undefined;
  if (tls === undefined) {
    const message = 'users need TLS: clients send no passwords in clear text';
    throw new EventStoreStartError('users-unusable', message);
  }
  return { login: new UserLogin(await Users.from(users), clock), anonymousStreams };
}

interface LogOptions {
  readonly dataDir: string | undefined;
  readonly clock: () => number;
  readonly onFailure: (error: unknown) => void;
}

async function openLog({ dataDir, clock, onFailure }: LogOptions): Promise<EventLog> {
  const storage = dataDir === undefined ? memoryStorage() : await openFolder(dataDir);
  return orClose(storage, async () => {
    const eventLog = new EventLog(storage, { clock, onFailure });
    if (eventLog.head === 0) await writeFirstEvent(eventLog);
    return eventLog;
  });
}

/** Does `work`; closes what it was for if it fails. */
async function orClose<T>(
  resource: { close(): Promise<void> },
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await resource.close();
    throw error;
  }
}

interface Parts {
  readonly server: NodeServer;
  readonly scavenger: Scavenger;
  readonly categories: CategoryStreams | undefined;
  readonly eventLog: EventLog;
}

/** The port closes last: until then health checks hear that the node is stopping. */
async function stop({ server, scavenger, categories, eventLog }: Parts): Promise<void> {
  await server.endCalls();
  await scavenger.stop();
  await categories?.stop();
  await eventLog.close();
  await server.close();
}

/** Clients take positions from `$all` before they write anything, so a log is never empty. */
async function writeFirstEvent(eventLog: EventLog): Promise<void> {
  const data = Buffer.from(JSON.stringify({ instanceId: randomUUID() }), 'utf8');
  const event = {
    id: randomUUID(),
    type: NODE_CREATED,
    isJson: true,
    data,
    customMetadata: new Uint8Array(0),
  };
  const outcome = await eventLog.write({
    kind: 'append',
    streamName: NODE_STREAM,
    expected: { kind: 'no-stream' },
    events: [event],
  });
  if (outcome.kind !== 'done') throw new Error(`the first event was not written: ${outcome.kind}`);
}
