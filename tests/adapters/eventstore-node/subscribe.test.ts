import {
  END,
  eventTypeFilter,
  NO_STREAM,
  type Position,
  START,
  streamNameFilter,
} from '@eventstore/db-client';
import test from 'ava';
import { onOwnNode } from '../../support/event-store-server.js';
import { event, events, positionOf, running, runningOn, STORAGES, Transcript } from './support.js';

const lines = (stream: string, from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => `${from + index}@${stream}`);

for (const storage of STORAGES) {
  test.serial(
    `${storage}: a subscription says confirmed, what exists, caught up, what comes`,
    async (t) => {
      const { client, own } = await runningOn(t, storage);
      await client.appendToStream(own('s'), events(300));
      const said = new Transcript(client.subscribeToStream(own('s')));
      await said.untilLine('caught up');
      await client.appendToStream(own('other'), event(0));
      await client.appendToStream(own('s'), events(2, 300));
      await said.untilLine('301@s');
      t.deepEqual(said.lines, ['confirmed', ...lines('s', 0, 299), 'caught up', '300@s', '301@s']);
    },
  );

  test.serial(`${storage}: a subscription begins after its starting point`, async (t) => {
    const { client, own } = await runningOn(t, storage);
    await client.appendToStream(own('s'), events(2));
    const third = await client.appendToStream(own('s'), event(2));
    await client.appendToStream(own('s'), event(3));
    const position: Position = { commit: positionOf(third), prepare: positionOf(third) };
    const filter = streamNameFilter({ prefixes: [own('')] });
    const cases = [
      { said: client.subscribeToStream(own('s'), { fromRevision: 1n }), expected: ['2@s', '3@s'] },
      { said: client.subscribeToStream(own('s'), { fromRevision: END }), expected: [] },
      { said: client.subscribeToAll({ fromPosition: position, filter }), expected: ['3@s'] },
      { said: client.subscribeToAll({ fromPosition: END, filter }), expected: [] },
      // A start in the future skips events up to it.
      {
        said: client.subscribeToStream(own('s'), { fromRevision: 4n }),
        future: true,
        expected: [],
      },
    ];
    const transcripts = cases.map(({ said }) => new Transcript(said));
    await Promise.all(transcripts.map((one) => one.untilLine('caught up')));
    await client.appendToStream(own('s'), events(2, 4));
    await Promise.all(transcripts.map((one) => one.untilLine('5@s')));
    transcripts.forEach((one, index) => {
      const live = cases[index]?.future ? ['5@s'] : ['4@s', '5@s'];
      const expected = cases[index]?.expected ?? [];
      t.deepEqual(one.lines, ['confirmed', ...expected, 'caught up', ...live]);
    });
  });

  test.serial(
    `${storage}: nothing is missed or doubled while catching up under load`,
    async (t) => {
      const { client, own } = await runningOn(t, storage);
      await client.appendToStream(own('first'), event(0));
      const total = 1200;
      const appends = events(total).map((one, n) => client.appendToStream(own(`s-${n % 3}`), one));
      const options = { filter: streamNameFilter({ prefixes: [own('s-')] }) };
      const transcripts: Transcript[] = [];
      // Subscriptions begin all along the load, so the hand-over happens at many different points.
      for (let begun = 0; begun < 6; begun += 1) {
        await appends[Math.floor((begun * total) / 6)];
        transcripts.push(
          new Transcript(client.subscribeToAll({ fromPosition: START, ...options })),
        );
        transcripts.push(new Transcript(client.subscribeToStream(own('s-1'))));
      }
      await Promise.all(appends);
      const count = (said: readonly string[]) => said.filter((line) => line.includes('@')).length;
      for (const [index, one] of transcripts.entries()) {
        const expected = index % 2 === 0 ? total : total / 3;
        const said = await one.until((found) => count(found) >= expected);
        for (const stream of index % 2 === 0 ? ['s-0', 's-1', 's-2'] : ['s-1']) {
          const ofStream = said.filter((line) => line.endsWith(`@${stream}`));
          t.deepEqual(ofStream, lines(stream, 0, total / 3 - 1));
        }
        t.is(said[0], 'confirmed');
      }
    },
  );

  test.serial(`${storage}: a tombstone is delivered, then ends the subscription`, async (t) => {
    const { client, own } = await runningOn(t, storage);
    await client.appendToStream(own('s'), event(0));
    const said = new Transcript(client.subscribeToStream(own('s')));
    await said.untilLine('caught up');
    await client.tombstoneStream(own('s'));
    await said.untilLine('error stream-deleted');
    t.deepEqual(said.lines, [
      'confirmed',
      '0@s',
      'caught up',
      '9223372036854775807@s',
      'error stream-deleted',
    ]);
    const late = new Transcript(client.subscribeToStream(own('s')));
    t.deepEqual(await late.untilLine('error stream-deleted'), ['error stream-deleted']);
  });

  test.serial(`${storage}: a soft deletion does not end a subscription`, async (t) => {
    const { client, own } = await runningOn(t, storage);
    await client.appendToStream(own('s'), events(2));
    const said = new Transcript(client.subscribeToStream(own('s')));
    await said.untilLine('caught up');
    await client.deleteStream(own('s'));
    await client.appendToStream(own('s'), event(2), { expectedRevision: NO_STREAM });
    await said.untilLine('2@s');
    t.deepEqual(said.lines, ['confirmed', '0@s', '1@s', 'caught up', '2@s']);
    const late = new Transcript(client.subscribeToStream(own('s')));
    t.deepEqual(await late.untilLine('caught up'), ['confirmed', '2@s', 'caught up']);
  });

  test.serial(
    `${storage}: who comes while a stream is deleted sees what follows only`,
    async (t) => {
      const { client, own } = await runningOn(t, storage);
      await client.appendToStream(own('s'), events(3));
      await client.deleteStream(own('s'));
      const said = new Transcript(client.subscribeToStream(own('s')));
      await said.untilLine('caught up');
      await client.appendToStream(own('s'), event(3));
      await said.untilLine('3@s');
      t.deepEqual(said.lines, ['confirmed', 'caught up', '3@s']);
    },
  );
}

test.serial('$maxCount hides nothing from a subscriber that was there', async (t) => {
  const { client, own } = await running(t);
  await client.setStreamMetadata(own('s'), { maxCount: 2 });
  await client.appendToStream(own('s'), events(5));
  const said = new Transcript(client.subscribeToStream(own('s')));
  const metadata = new Transcript(client.subscribeToStream(`$$${own('s')}`));
  await Promise.all([said.untilLine('caught up'), metadata.untilLine('caught up')]);
  await Promise.all(
    Array.from({ length: 100 }, (_, n) => client.appendToStream(own('s'), event(n + 5))),
  );
  for (let n = 0; n < 5; n += 1) await client.setStreamMetadata(own('s'), { maxCount: 2 + n });
  await Promise.all([said.untilLine('104@s'), metadata.untilLine('5@$$s')]);
  t.deepEqual(said.lines, ['confirmed', '3@s', '4@s', 'caught up', ...lines('s', 5, 104)]);
  t.deepEqual(metadata.lines, ['confirmed', '0@$$s', 'caught up', ...lines('$$s', 1, 5)]);
});

test.serial('a subscription to a stream that nobody wrote waits for it', async (t) => {
  const { client, own } = await running(t);
  const said = new Transcript(client.subscribeToStream(own('later')));
  await said.untilLine('caught up');
  await client.appendToStream(own('later'), event(0));
  await said.untilLine('0@later');
  t.deepEqual(said.lines, ['confirmed', 'caught up', '0@later']);
});

test.serial('checkpoints come in order, and cover what does not match', async (t) => {
  const { client, own } = await running(t);
  const { position } = await client.appendToStream(own('first'), event(0));
  const last = await client.appendToStream(own('noise'), events(1000));
  const reached: bigint[] = [];
  const subscription = client.subscribeToAll({
    fromPosition: position ?? START,
    filter: streamNameFilter({
      prefixes: [own('wanted')],
      checkpointInterval: 1,
      maxSearchWindow: 100,
      checkpointReached: (_subscription, { commit }) => {
        reached.push(commit);
        said.add('checkpoint');
      },
    }),
  });
  const said = new Transcript(subscription);
  await said.until(() => (reached.at(-1) ?? 0n) >= positionOf(last));
  t.true(reached.length >= 10);
  t.deepEqual(
    reached,
    [...new Set(reached)].sort((a, b) => Number(a - b)),
  );
});

onOwnNode('checkpoints: 8 events to catch up on and 376 live ones make 1 + 5', async (t) => {
  const { client, own } = await running(t);
  await client.appendToStream(own('s'), events(8));
  let checkpoints = 0;
  const positions: bigint[] = [];
  const subscription = client.subscribeToAll({
    fromPosition: START,
    filter: eventTypeFilter({
      prefixes: ['tested'],
      checkpointInterval: 2,
      maxSearchWindow: 32,
      checkpointReached: (_subscription, position) => {
        checkpoints += 1;
        positions.push(position.commit);
        said.add(`checkpoint ${position.commit}`);
      },
    }),
  });
  const said = new Transcript(subscription);
  await said.untilLine('caught up');
  t.is(checkpoints, 1);
  for (let n = 8; n < 8 + 376; n += 47) await client.appendToStream(own('s'), events(47, n));
  await said.untilLine('383@s');
  t.is(checkpoints, 6);
  t.deepEqual(
    positions,
    [...positions].sort((a, b) => Number(a - b)),
  );
});

onOwnNode('checkpoints come while nothing matches', async (t) => {
  const { client, own } = await running(t);
  await client.appendToStream(own('noise'), events(1000));
  const reached: bigint[] = [];
  const subscription = client.subscribeToAll({
    fromPosition: START,
    filter: streamNameFilter({
      prefixes: [own('wanted')],
      checkpointInterval: 1,
      maxSearchWindow: 100,
      checkpointReached: (_subscription, { commit }) => {
        reached.push(commit);
      },
    }),
  });
  const said = new Transcript(subscription);
  await said.untilLine('caught up');
  t.is(reached.length, 10);
  await client.appendToStream(own('noise'), events(250));
  await client.appendToStream(own('wanted'), event(0));
  await said.untilLine('0@wanted');
  t.is(reached.length, 12);
  t.deepEqual([...new Set(reached)], reached);
});

test.serial('a subscriber that stops reading holds nobody up, and catches up later', async (t) => {
  const { client, own } = await running(t);
  await client.appendToStream(own('first'), event(0));
  const said = new Transcript(client.subscribeToStream(own('s')));
  await said.untilLine('caught up');
  said.subscription.pause();
  const total = 10_000;
  const batches = Array.from({ length: total / 50 }, (_, n) => events(50, n * 50));
  await Promise.all(batches.map((batch) => client.appendToStream(own('s'), batch)));
  // Another subscriber of the same connection gets everything meanwhile.
  const filter = streamNameFilter({ prefixes: [own('')] });
  const other = new Transcript(client.subscribeToAll({ filter }));
  await other.untilLine(`${total - 1}@s`);
  t.false(said.lines.includes(`${total - 1}@s`));
  said.subscription.resume();
  const isCaughtUp = (line: string) => line === 'caught up';
  // The second time tells that it went back to reading from storage in between.
  await said.until((found) => found.filter(isCaughtUp).length === 2);
  t.deepEqual(
    said.lines.filter((line) => line.endsWith('@s')),
    lines('s', 0, total - 1),
  );
});

test.serial('an unsubscribed subscription hears no more, and the rest go on', async (t) => {
  const { client, own } = await running(t);
  const one = new Transcript(client.subscribeToStream(own('s')));
  const other = new Transcript(client.subscribeToStream(own('s')));
  await Promise.all([one.untilLine('caught up'), other.untilLine('caught up')]);
  await one.subscription.unsubscribe();
  await client.appendToStream(own('s'), event(0));
  await other.untilLine('0@s');
  t.deepEqual(one.lines, ['confirmed', 'caught up']);
});

onOwnNode('when the node stops, subscribers are told to reconnect', async (t) => {
  const { client, node } = await running(t);
  const said = new Transcript(client.subscribeToAll());
  await said.untilLine('caught up');
  await node.stop();
  await said.untilLine('error unavailable');
  t.is(said.lines.at(-1), 'error unavailable');
});
