/** Copies that are broken off, by whatever end, and started again. */
import { EventStoreDBClient } from '@eventstore/db-client';
import type { ExecutionContext } from 'ava';
import { onOwnNode } from '../../support/event-store-server.js';
import { run, startProgram } from '../../support/program.js';
import { startNodeProcess } from '../eventstore-node/node-process.js';
import { events, temporaryFolder } from '../eventstore-node/support.js';
import { contents, copied, copy, openSide, type Side, withoutServersIds } from './copying.js';

const kills = process.env.LONG === '1' ? 20 : 3;
const total = 6_000;

/** Fills a store so that a copy of it takes a while: small appends, some of them special. */
const fill = async ({ client }: Pick<Side, 'client'>): Promise<void> => {
  const appends: Promise<unknown>[] = [];
  for (let n = 0; n < total / 3; n += 1) {
    appends.push(client.appendToStream(`wallet-${n % 101}`, events(3)));
  }
  await Promise.all(appends);
  await client.setStreamMetadata('wallet-1', { maxCount: 10 });
  await client.deleteStream('wallet-2');
  await client.appendToStream('wallet-2', events(5));
  await client.tombstoneStream('wallet-3');
};

const sameContents = async (t: ExecutionContext, one: Side, other: Side): Promise<void> => {
  const [found, expected] = [await contents(t, one), await contents(t, other)];
  t.deepEqual(withoutServersIds(found), withoutServersIds(expected));
};

/** Resolves when the target holds at least so many events of the source. */
const untilHolds = async ({ client }: Pick<Side, 'client'>, count: number): Promise<void> => {
  for (let held = 0; held < count; ) {
    held = 0;
    for await (const { event } of client.readAll()) if (event?.type === 'tested') held += 1;
  }
};

onOwnNode(`a copy that is killed goes on where it was, ${kills} times over`, async (t) => {
  t.timeout(120_000 + kills * 60_000);
  const [source, target] = [await openSide(t), await openSide(t)];
  await fill(source);
  const args = ['eventstore', 'copy', '--from', source.url, '--to', target.url];
  for (let round = 1; round <= kills; round += 1) {
    const program = startProgram(t, args, {});
    await untilHolds(target, Math.floor((total * round) / (kills + 1)));
    program.kill('SIGKILL');
    await program.exit;
  }
  const { code, stdout } = await run(args, {});
  t.is(code, 0);
  t.regex(stdout, /the same, event for event/);
  await sameContents(t, target, source);
});

onOwnNode('Ctrl-C ends a copy in order; the same command goes on', async (t) => {
  t.timeout(180_000);
  const [source, target] = [await openSide(t), await openSide(t)];
  await fill(source);
  const args = ['eventstore', 'copy', '--from', source.url, '--to', target.url];
  const program = startProgram(t, args, {});
  await untilHolds(target, 100);
  program.kill('SIGINT');
  t.is(await program.exit, 1);
  const { copied: rest, verification } = await copied(t, source, target);
  t.true(rest < verification.source.events);
  await sameContents(t, target, source);
});

onOwnNode('a copy that is told to stop says so, while copying and while comparing', async (t) => {
  const [source, target] = [await openSide(t), await openSide(t)];
  await fill(source);
  for (const wanted of ['copying', 'comparing']) {
    const stopping = new AbortController();
    const result = await copy(source, target, {
      signal: stopping.signal,
      onProgress: ({ stage, events: count }) => {
        if (stage === wanted && count > 200) stopping.abort();
      },
    });
    t.is(result.kind, 'stopped');
  }
  await copied(t, source, target);
});

/** A node in a process of its own on a folder, as one side of a copy. */
const openMortal = async (t: ExecutionContext, folder: string) => {
  const { connectionString: url, kill } = await startNodeProcess(t, folder);
  const client = EventStoreDBClient.connectionString(url);
  t.teardown(() => client.dispose());
  return { url, client, kill };
};

for (const end of ['source', 'target'] as const) {
  onOwnNode(
    `when the ${end} goes away the copy says so, and goes on when it is back`,
    async (t) => {
      t.timeout(180_000);
      const folders = { source: await temporaryFolder(t), target: await temporaryFolder(t) };
      const sides = {
        source: await openMortal(t, folders.source),
        target: await openMortal(t, folders.target),
      };
      await fill(sides.source);
      // What was sent and not yet stored dies with a target: there would be nothing to go on from.
      const killed = untilHolds(sides.target, 100).then(() => sides[end].kill());
      const result = await copy(sides.source, sides.target);
      await killed;
      t.like(result, { kind: 'trouble', end });
      t.true(result.copied > 0);

      sides[end] = await openMortal(t, folders[end]);
      const second = await copy(sides.source, sides.target);
      t.is(second.kind, 'same');
      t.true(second.copied < total);
    },
  );
}
