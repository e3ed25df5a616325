import shared from '@eventstore/db-client/generated/shared_pb.js';
import type { ReadReq } from '@eventstore/db-client/generated/streams_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { status } from '@grpc/grpc-js';
import test from 'ava';
import { event, events, rawClient, running } from './support.js';
import { allRead, eventsOf, filter, read, streamRead } from './wire.js';

const { Options } = streams.ReadReq;
const BACKWARDS = Options.ReadDirection.BACKWARDS;
const empty = () => new shared.Empty();

test.serial('reads that make no sense are invalid arguments', async (t) => {
  const { node, own } = await running(t);
  const raw = rawClient(t, node);
  const position = (commit: string, prepare: string) => {
    const made = new Options.Position();
    made.setCommitPosition(commit);
    made.setPreparePosition(prepare);
    return made;
  };
  const subscription = () => new Options.SubscriptionOptions();
  const requests: Record<string, ReadReq> = {
    'no options': new streams.ReadReq(),
    'no form for ids': allRead((options) => options.clearUuidOption()),
    'neither filter nor none': allRead((options) => options.clearNoFilter()),
    'a filter on a stream': streamRead(own('s'), (options) =>
      options.setFilter(filter('type', { prefixes: ['a'] })),
    ),
    'neither stream nor $all': allRead((options) => options.clearAll()),
    'no count': allRead((options) => options.clearCount()),
    'no start': allRead((_options, all) => all.clearStart()),
    'no starting revision': streamRead(own('s'), (_options, stream) => stream.clearStart()),
    'commit before prepare': allRead((_options, all) => all.setPosition(position('1', '2'))),
    'no name': streamRead(''),
    'the metadata of no name': streamRead('$$'),
    'a subscription backwards': allRead((options) => {
      options.setReadDirection(BACKWARDS);
      options.setSubscription(subscription());
    }),
    'a regular expression that does not parse': allRead((options) =>
      options.setFilter(filter('type', { regex: '(' })),
    ),
    'a filter of nothing': allRead((options) => options.setFilter(filter('type', {}))),
    'no checkpoint interval': allRead((options) => {
      const made = filter('type', { prefixes: ['a'] });
      made.setCheckpointintervalmultiplier(0);
      options.setFilter(made);
      options.setSubscription(subscription());
    }),
  };
  for (const [name, request] of Object.entries(requests)) {
    const { error } = await read(raw, request);
    t.is(error?.code, status.INVALID_ARGUMENT, name);
  }
});

test.serial('a counted read of $all can be filtered, both ways, up to a count', async (t) => {
  const { node, client, own } = await running(t);
  const raw = rawClient(t, node);
  const [red, green] = [own('red'), own('green')];
  await client.appendToStream(own('cat-a'), [event(0, red), event(1, green)]);
  await client.appendToStream(own('noise'), events(300));
  await client.appendToStream(own('Cat-b'), [event(0, red)]);
  const filtered = async (
    on: 'stream' | 'type',
    by: { regex?: string; prefixes?: string[] },
    change: (options: ReadReq.Options) => void = () => undefined,
  ) => {
    const request = allRead((options) => {
      options.setFilter(filter(on, by));
      change(options);
    });
    return eventsOf(await read(raw, request));
  };
  t.deepEqual(await filtered('stream', { prefixes: [own('cat-'), own('Cat-')] }), [
    '0@cat-a',
    '1@cat-a',
    '0@Cat-b',
  ]);
  t.deepEqual(await filtered('stream', { prefixes: [own('cat-')] }), ['0@cat-a', '1@cat-a']);
  t.deepEqual(await filtered('type', { regex: `^${own('re')}` }), ['0@cat-a', '0@Cat-b']);
  // Searched for, not anchored.
  t.deepEqual(await filtered('type', { regex: `${own('').slice(1)}gre*n` }), ['1@cat-a']);
  t.deepEqual(await filtered('stream', { regex: `(?i)\\A${own('CAT-b')}\\z` }), ['0@Cat-b']);
  t.deepEqual(await filtered('stream', { regex: `^${own('cat')}` }, (o) => o.setCount('1')), [
    '0@cat-a',
  ]);
  const backwards = (options: ReadReq.Options) => {
    options.setReadDirection(BACKWARDS);
    options.getAll()?.setEnd(empty());
    options.setCount('2');
  };
  t.deepEqual(await filtered('type', { prefixes: [red] }, backwards), ['0@Cat-b', '0@cat-a']);
  const first = await filtered('type', { prefixes: [red] }, (options) => {
    backwards(options);
    options.setCount('1');
  });
  t.deepEqual(first, ['0@Cat-b']);
});

test.serial('ids come as text or as two halves, as the request says', async (t) => {
  const { node, client, own } = await running(t);
  const raw = rawClient(t, node);
  const written = event(0);
  await client.appendToStream(own('s'), written);
  const structured = await read(
    raw,
    streamRead(own('s'), (options) => {
      const form = new Options.UUIDOption();
      form.setStructured(empty());
      options.setUuidOption(form);
    }),
  );
  const halves = structured.messages[0]?.getEvent()?.getEvent()?.getId()?.getStructured();
  const hex = [halves?.getMostSignificantBits(), halves?.getLeastSignificantBits()]
    .map((half) =>
      BigInt.asUintN(64, BigInt(half ?? '0'))
        .toString(16)
        .padStart(16, '0'),
    )
    .join('');
  t.is(hex, written.id.replaceAll('-', ''));
});

test.serial('clients that ask for it are told the ends of the stream', async (t) => {
  const { node, client, own } = await running(t);
  const raw = rawClient(t, node);
  await client.appendToStream(own('s'), events(10));
  await client.setStreamMetadata(own('s'), { truncateBefore: 6 });
  const ask = async (change: (stream: ReadReq.Options.StreamOptions) => void, level = 1) => {
    const request = streamRead(own('s'), (options, stream) => {
      const control = new Options.ControlOption();
      control.setCompatibility(level);
      options.setControlOption(control);
      change(stream);
    });
    const { messages } = await read(raw, request);
    return messages.map((message) => {
      if (message.hasFirstStreamPosition()) return `first ${message.getFirstStreamPosition()}`;
      if (message.hasLastStreamPosition()) return `last ${message.getLastStreamPosition()}`;
      return message.getEvent()?.getEvent()?.getStreamRevision();
    });
  };
  t.deepEqual(await ask((stream) => stream.setStart(empty())), ['6', '7', '8', '9', 'last 9']);
  t.deepEqual(await ask((stream) => stream.setRevision('50')), ['first 6', 'last 9']);
  t.deepEqual(await ask((stream) => stream.setStart(empty()), 0), ['6', '7', '8', '9']);
});

test.serial('progress of persistent subscriptions to $all is not in $all', async (t) => {
  const { node, client, own } = await running(t);
  const raw = rawClient(t, node);
  const { position } = await client.appendToStream(own('first'), event(0));
  const hidden = [
    `$persistentsubscription-$all::${own('g')}-checkpoint`,
    `$persistentsubscription-$all::${own('g')}-parked`,
  ];
  const shown = `$persistentsubscription-s::${own('g')}-checkpoint`;
  for (const name of [...hidden, shown]) await client.appendToStream(name, event(0));
  const request = allRead((_options, all) => {
    const start = new Options.Position();
    start.setCommitPosition(String(position?.commit));
    start.setPreparePosition(String(position?.prepare));
    all.setPosition(start);
  });
  const found = eventsOf(await read(raw, request));
  t.deepEqual(
    found.filter((one) => one.includes(own(''))),
    [`0@${shown}`],
  );
  t.deepEqual(eventsOf(await read(raw, streamRead(hidden[0] ?? ''))), [`0@${hidden[0]}`]);
});
