/**
 * Kills the node under load and looks whether it kept its word: every acknowledged event is there
 * exactly once, revisions are dense, `$all` is what it was, plus what came after, and the files
 * are sound. Streams that lose events by a scavenge lose their first ones only.
 *
 * Ten rounds; with LONG=1 two hundred, on a new log now and then.
 */
import { EventStoreDBClient } from '@eventstore/db-client';
import type { ExecutionContext } from 'ava';
import { onOwnNode } from '../../support/event-store-server.js';
import { Acknowledged, isShortened, writeUntilKilled } from './kill-load.js';
import { problemOf } from './log-files.js';
import { startNodeProcess } from './node-process.js';
import { patient, temporaryFolder } from './support.js';

const LOGS = process.env.LONG === '1' ? 10 : 1;
const ROUNDS_PER_LOG = process.env.LONG === '1' ? 20 : 10;
/** A round is cut off somewhere between so many acknowledged events. */
const EVENTS_PER_ROUND = { min: 50, max: 500 };
const ROUND_MS_MAX = 60_000;

interface Seen {
  readonly position: bigint;
  readonly revision: bigint;
  readonly stream: string;
  readonly id: string;
}

const TOMBSTONE_REVISION = 2n ** 63n - 1n;

async function readAll(client: EventStoreDBClient): Promise<Seen[]> {
  const found: Seen[] = [];
  for await (const { event: one } of client.readAll()) {
    if (one === undefined) continue;
    const position = one.position?.commit ?? 0n;
    found.push({ position, revision: one.revision, stream: one.streamId, id: one.id });
  }
  return found;
}

/** What is wrong with the order of a log, in words. */
function disorder(found: readonly Seen[]): string | undefined {
  const next = new Map<string, bigint>();
  let last = 0n;
  for (const { position, revision, stream } of found) {
    if (position <= last) return `position ${position} follows ${last}`;
    last = position;
    const expected = next.get(stream) ?? (isShortened(stream) ? revision : 0n);
    if (revision !== expected && revision !== TOMBSTONE_REVISION) {
      return `${stream} has ${revision} where ${expected} should be`;
    }
    next.set(stream, revision + 1n);
  }
  return undefined;
}

/** What is not as it was, and not as it was acknowledged. */
function broken(found: readonly Seen[], before: readonly Seen[], word: Acknowledged): string[] {
  const byId = new Map(found.map((one) => [one.id, one]));
  const last = new Map(found.map(({ stream, revision }) => [stream, revision]));
  const moved = before.filter(({ id, position, stream }) => {
    const now = byId.get(id);
    return now === undefined ? !isShortened(stream) : now.position !== position;
  });
  const behind = [...word.last].filter(([stream, revision]) => {
    // Of a deleted stream nothing need be left; a tombstone is beyond every revision.
    return !stream.startsWith('deleted-') && (last.get(stream) ?? -1n) < revision;
  });
  const revived = [...word.tombstones].filter((one) => last.get(one) !== TOMBSTONE_REVISION);
  return [
    ...(byId.size === found.length ? [] : ['an event is there twice']),
    ...[...word.kept].filter((id) => !byId.has(id)).map((id) => `${id} is lost`),
    ...moved.map(({ id }) => `${id} is not where it was`),
    ...behind.map(([stream, revision]) => `${stream} does not reach to ${revision}`),
    ...revived.map((stream) => `${stream} has no tombstone`),
  ];
}

/** One log through all its rounds; resolves with how many events were acknowledged. */
async function killAgainAndAgain(t: ExecutionContext): Promise<number> {
  const folder = await temporaryFolder(t);
  const word = new Acknowledged();
  let before: readonly Seen[] = [];
  // The round after the last one only looks.
  for (let round = 0; round <= ROUNDS_PER_LOG; round += 1) {
    if (round > 0) t.is(await problemOf(folder), undefined, `round ${round}: the files`);
    const node = await startNodeProcess(t, folder);
    const client = EventStoreDBClient.connectionString(patient(node.connectionString));
    const found = await readAll(client);
    t.is(disorder(found), undefined, `round ${round}`);
    t.deepEqual(broken(found, before, word), [], `round ${round}`);
    before = found;
    if (round < ROUNDS_PER_LOG) {
      const { min, max } = EVENTS_PER_ROUND;
      await writeUntilKilled({
        client,
        port: Number(new URL(node.connectionString.replace('esdb:', 'http:')).port),
        acknowledged: word,
        scavenges: round % 2 === 1,
        eventsUntilKill: min + Math.floor(Math.random() * (max - min)),
        kill: () => node.kill(),
      });
    }
    await client.dispose();
    await node.kill();
  }
  return word.count;
}

const rounds = LOGS * ROUNDS_PER_LOG;

onOwnNode(`what was acknowledged survives being killed, ${rounds} times over`, async (t) => {
  t.timeout(rounds * ROUND_MS_MAX);
  const startedMs = performance.now();
  let acknowledged = 0;
  for (let log = 0; log < LOGS; log += 1) acknowledged += await killAgainAndAgain(t);
  const seconds = Math.round((performance.now() - startedMs) / 1_000);
  t.log(`${rounds} rounds, ${acknowledged} acknowledged events, ${seconds} s`);
  t.true(acknowledged >= rounds * EVENTS_PER_ROUND.min);
});
