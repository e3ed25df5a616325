/** Writers of all kinds that work on a node until it is killed, and what it owes them then. */
import { randomUUID } from 'node:crypto';
import { ANY, type EventStoreDBClient, NO_STREAM } from '@eventstore/db-client';
import { ask } from './scavenging.js';
import { event, type TestEvent } from './support.js';

/** What was acknowledged, by all nodes so far. */
export class Acknowledged {
  /** Events of streams that nothing is ever taken from. */
  readonly kept = new Set<string>();
  /** The last revision of streams that lose their first events, or all. */
  readonly last = new Map<string, bigint>();
  readonly tombstones = new Set<string>();
  count = 0;

  append(stream: string, batch: readonly TestEvent[], revision: bigint): void {
    this.count += batch.length;
    if (!isShortened(stream)) for (const { id } of batch) this.kept.add(id);
    const before = this.last.get(stream) ?? -1n;
    if (revision > before) this.last.set(stream, revision);
  }
}

/** Streams whose events may be hidden, and so be gone after a scavenge. */
export function isShortened(stream: string): boolean {
  return /^\$|^(capped|deleted|ended)-/.test(stream);
}

export interface Load {
  readonly client: EventStoreDBClient;
  readonly port: number;
  readonly acknowledged: Acknowledged;
  /** Whether scavenges run beside the writers. */
  readonly scavenges: boolean;
  /** Acknowledged events after which the node is killed. */
  readonly eventsUntilKill: number;
  readonly kill: () => Promise<void>;
}

const EVENTS_MAX = 4;
const OUTSTANDING = 8;
const WRITERS_PER_KIND = 3;

/** Runs all writers until the kill has ended them. Rejects if one fails before it. */
export async function writeUntilKilled(load: Load): Promise<void> {
  const { acknowledged } = load;
  const enough = acknowledged.count + load.eventsUntilKill;
  let killed: Promise<void> | undefined;
  const work = async (step: (n: number) => Promise<void>): Promise<void> => {
    for (let n = 0; killed === undefined; n += 1) {
      try {
        await step(n);
      } catch (error) {
        // Whatever was not answered when the node died may or may not be there.
        if (killed === undefined) throw error;
        return;
      }
      if (acknowledged.count >= enough) killed ??= killSoon(load.kill);
    }
  };
  const writers = Array.from({ length: WRITERS_PER_KIND }, (_, number) => [
    ...writersOf(load, number),
  ]).flat();
  const scavenging = load.scavenges ? [scavengerOf(load)] : [];
  await Promise.all([...writers, ...scavenging].map(work));
  await killed;
}

/** Some turns later, so that it is not always the same point of a commit. */
async function killSoon(kill: () => Promise<void>): Promise<void> {
  for (let turns = Math.floor(Math.random() * 300); turns > 0; turns -= 1) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  await kill();
}

type Step = (n: number) => Promise<void>;

function writersOf(load: Load, number: number): Step[] {
  const append = appendsOf(load);
  const { client, acknowledged } = load;
  let revision: bigint | undefined;
  return [
    async (n) => {
      await append(`any-${number}`, 1 + (n % EVENTS_MAX));
    },
    // Its stream is its own, so what it expects is right.
    async () => {
      revision ??= await lastRevisionOf(client, `expected-${number}`);
      const expected = revision < 0n ? NO_STREAM : revision;
      revision = await append(`expected-${number}`, 2, expected);
    },
    async () => {
      const all = Array.from({ length: OUTSTANDING }, () => append(`batch-${number}`, 1));
      await Promise.all(all);
    },
    async (n) => {
      const stream = `capped-${number}`;
      if (n % 20 === 0) await client.setStreamMetadata(stream, { maxCount: 1 + (n % 7) });
      await append(stream, EVENTS_MAX);
    },
    async () => {
      await append(`deleted-${number}`, EVENTS_MAX);
      await client.deleteStream(`deleted-${number}`);
    },
    async () => {
      const stream = `ended-${randomUUID()}`;
      await append(stream, 2);
      await client.tombstoneStream(stream);
      acknowledged.tombstones.add(stream);
    },
  ];
}

function appendsOf({ client, acknowledged }: Load) {
  return async (
    stream: string,
    count: number,
    expectedRevision: bigint | typeof ANY | typeof NO_STREAM = ANY,
  ) => {
    const batch = Array.from({ length: count }, (_, index) => event(index));
    const result = await client.appendToStream(stream, batch, { expectedRevision });
    acknowledged.append(stream, batch, result.nextExpectedRevision);
    return result.nextExpectedRevision;
  };
}

function scavengerOf({ port }: Load): Step {
  return async () => {
    // Whether one is running already makes no difference here.
    await ask({ port }, 'POST', '/admin/scavenge');
  };
}

async function lastRevisionOf(client: EventStoreDBClient, stream: string): Promise<bigint> {
  let revision = -1n;
  try {
    const options = { direction: 'backwards', fromRevision: 'end', maxCount: 1 } as const;
    // To its end: the client waits for ever for reads that were left early.
    for await (const { event: last } of client.readStream(stream, options)) {
      revision = last?.revision ?? revision;
    }
  } catch (error) {
    const isNew = error instanceof Error && 'type' in error && error.type === 'stream-not-found';
    if (!isNew) throw error;
  }
  return revision;
}
