/** `powerbank start --no-demo` in a process of its own, on a new data folder. */

import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { systemClock } from '../adapters/clock.js';
import { connectEventStore } from '../adapters/eventstore/index.js';
import { createTokens } from '../adapters/http/tokens.js';
import { createMetrics } from '../adapters/metrics.js';
import { findRunning } from '../bin/running.js';
import { createHandlers, type Handlers } from '../commands/handlers.js';
import type { EventStore } from '../ports/event-store.js';
import { type ApiClient, createApiClient } from './api-client.js';
import { type Child, startChild, temporaryFolder } from './children.js';
import type { Cleanup } from './cleanup.js';
import { freePort, loopback } from './free-port.js';
import { quietLog } from './quiet-log.js';

const lookEveryMs = 10;
/** Longer than the whole benchmark. */
const tokenTtlSeconds = 900;
const mebibyte = 2 ** 20;

export interface Program {
  readonly api: ApiClient;
  readonly cabinetHttpUrl: string;
  readonly pid: number;
  /** The log of the program, by a connection of the benchmark's own. */
  readonly store: EventStore;
  /** Command handlers in this process, on that connection: nothing of them is in the program. */
  readonly handlers: Handlers;
  /** From the start of the process, with a new data folder, to the first request that it served. */
  readonly startMs: number;
  /** Resident memory of the program; Postgres has processes of its own, which are not in it. */
  residentMebibytes(): Promise<number>;
  /** The sum of one of its metrics over the lines that hold `labels`. */
  metric(name: string, labels?: string): Promise<number>;
}

/** Resolves when it answers; rejects with what it said when it ends instead. */
export const firstServed = async (url: string, child: Child): Promise<void> => {
  for (;;) {
    // Refused while nobody listens yet, which is what is waited for.
    const answer = await fetch(`${url}/api/app/health`).catch(() => null);
    await answer?.arrayBuffer();
    if (answer?.ok === true) return;
    // It says why on its standard error, which is told to whoever waits for a line of it.
    if (child.hasEnded()) await child.untilLine(/^Ready\./);
    await delay(lookEveryMs);
  }
};

/** The sum of a metric over those of its lines that hold `labels`; 0 when there is none. */
const metricOf = async (url: string, name: string, labels = ''): Promise<number> => {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  const lines = metrics.split('\n').filter((line) => line.startsWith(name));
  return lines
    .filter((line) => line.includes(labels))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
};

const residentOf = async (url: string): Promise<number> => {
  const bytes = await metricOf(url, 'process_resident_memory_bytes');
  if (bytes === 0) throw new Error('the program does not tell its memory');
  return bytes / mebibyte;
};

const settingsFor = (
  listening: { readonly http: number; readonly cabinets: number },
  { folder, tokenSecret }: { readonly folder: string; readonly tokenSecret: string },
): Readonly<Record<string, string>> => ({
  POWERBANK_DATA_DIR: folder,
  POWERBANK_LOG_LEVEL: 'warn',
  POWERBANK_EMBEDDED_ESDB_PORT: '0',
  POWERBANK_MAILBOX_PORT: '0',
  POWERBANK_EMBEDDED_POSTGRES_PORT: '0',
  POWERBANK_EMBEDDED_MQTT_PORT: '0',
  POWERBANK_HTTP_PORT: String(listening.http),
  POWERBANK_CABINET_HTTP_PORT: String(listening.cabinets),
  // All requests come from one address, and its limit is not what is measured.
  POWERBANK_HTTP_REQUESTS_PER_MINUTE_MAX: '10000000',
  POWERBANK_TOKEN_SECRET: tokenSecret,
  POWERBANK_TOKEN_ISSUER: 'bench',
  POWERBANK_TOKEN_AUDIENCE: 'bench',
});

/** Starts it, with `more` settings, and measures how long that takes; it ends with the run. */
export const startProgram = async (
  cleanup: Cleanup,
  more: Readonly<Record<string, string>> = {},
): Promise<Program> => {
  const folder = await temporaryFolder(cleanup);
  const tokenSecret = randomBytes(32).toString('hex');
  const listening = { http: await freePort(), cabinets: await freePort() };
  const apiUrl = `http://${loopback}:${listening.http}`;
  const settings = { ...settingsFor(listening, { folder, tokenSecret }), ...more };
  const startedMs = performance.now();
  const child = startChild(cleanup, { args: ['start', '--no-demo'], settings, folder });
  await firstServed(apiUrl, child);
  const startMs = performance.now() - startedMs;
  await child.untilLine(/^Ready\./);
  const running = await findRunning(folder);
  if (running === null) throw new Error('the program does not tell where its log is');
  const place = { url: running.esdbUrl, namespace: running.esdbNamespace };
  const store = connectEventStore(place, quietLog);
  cleanup.add(() => store.close());
  const metrics = createMetrics({ log: quietLog, withProcessMetrics: false });
  const names = { issuer: 'bench', audience: 'bench', ttlSeconds: tokenTtlSeconds };
  const tokens = createTokens(
    { ...names, secret: tokenSecret, previousSecret: null },
    { clock: systemClock, newId: randomUUID },
  );
  return {
    api: createApiClient(apiUrl, tokens),
    cabinetHttpUrl: `http://${loopback}:${listening.cabinets}`,
    store,
    handlers: createHandlers({ store, metrics }),
    startMs,
    pid: child.pid,
    residentMebibytes: () => residentOf(apiUrl),
    metric: (name, labels) => metricOf(apiUrl, name, labels),
  };
};
