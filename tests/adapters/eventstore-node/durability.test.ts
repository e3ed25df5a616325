/**
 * Kills the node under load and looks whether it kept its word: every acknowledged event is there
 * exactly once, revisions are dense, and `$all` is what it was, plus what came after.
 *
 * Ten rounds; with LONG=1 a hundred.
 */
import { EventStoreDBClient } from '@eventstore/db-client';
import { onOwnNode } from '../../support/event-store-server.js';
import { startNodeProcess } from './node-process.js';
import { event, patient, type TestEvent, temporaryFolder } from './support.js';

const ROUNDS = process.env.LONG === '1' ? 100 : 10;
const WRITERS = 16;
/** A round is cut off at the first kill after so many acknowledgements. */
const ACKNOWLEDGED_PER_ROUND = 120;

interface Seen {
  readonly position: bigint;
  readonly revision: bigint;
  readonly stream: string;
  readonly id: string;
}

async function readAll(client: EventStoreDBClient): Promise<Seen[]> {
  const found: Seen[] = [];
  for await (const { event: one } of client.readAll()) {
    if (one === undefined || one.streamId.startsWith('$')) continue;
    const position = one.position?.commit ?? 0n;
    found.push({ position, revision: one.revision, stream: one.streamId, id: one.id });
  }
  return found;
}

/** Appends from many writers at once until the node is killed; answers the ids acknowledged. */
async function appendUntilKilled(
  client: EventStoreDBClient,
  kill: () => Promise<void>,
): Promise<Set<string>> {
  const acknowledged = new Set<string>();
  let killed: Promise<void> | undefined;
  const writer = async (number: number): Promise<void> => {
    for (let n = 0; ; n += 1) {
      const batch: TestEvent[] = Array.from({ length: 1 + (n % 3) }, () => event(n));
      try {
        await client.appendToStream(`writer-${number}`, batch);
        for (const { id } of batch) acknowledged.add(id);
      } catch {
        // The kill: whatever was not answered may or may not be there.
        return;
      }
      if (acknowledged.size >= ACKNOWLEDGED_PER_ROUND) killed ??= kill();
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, (_, number) => writer(number)));
  await killed;
  return acknowledged;
}

/** What is wrong with the order of a log, in words. */
function disorder(found: readonly Seen[]): string | undefined {
  const next = new Map<string, bigint>();
  let last = 0n;
  for (const { position, revision, stream } of found) {
    if (position <= last) return `position ${position} follows ${last}`;
    last = position;
    const expected = next.get(stream) ?? 0n;
    if (revision !== expected) return `${stream} has ${revision} where ${expected} should be`;
    next.set(stream, expected + 1n);
  }
  return undefined;
}

onOwnNode(`what was acknowledged survives being killed, ${ROUNDS} times over`, async (t) => {
  t.timeout(ROUNDS * 20_000);
  const folder = await temporaryFolder(t);
  const acknowledged = new Set<string>();
  let before: Seen[] = [];
  // The round after the last one only looks.
  for (let round = 0; round <= ROUNDS; round += 1) {
    const node = await startNodeProcess(t, folder);
    const client = EventStoreDBClient.connectionString(patient(node.connectionString));
    const found = await readAll(client);
    t.deepEqual(found.slice(0, before.length), before, `round ${round}: the log changed`);
    t.is(disorder(found), undefined, `round ${round}`);
    const present = new Map(found.map(({ id, position }) => [id, position]));
    t.is(present.size, found.length, `round ${round}: an event is there twice`);
    const lost = [...acknowledged.keys()].filter((id) => !present.has(id));
    t.deepEqual(lost, [], `round ${round}: acknowledged events are lost`);
    before = found;
    if (round < ROUNDS) {
      const confirmed = await appendUntilKilled(client, () => node.kill());
      t.true(confirmed.size >= ACKNOWLEDGED_PER_ROUND);
      for (const id of confirmed) acknowledged.add(id);
    }
    await client.dispose();
  }
  t.true(acknowledged.size >= ROUNDS * ACKNOWLEDGED_PER_ROUND);
});
