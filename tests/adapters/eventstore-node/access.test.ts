import { binaryEvent, type EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import test, { type ExecutionContext } from 'ava';
import { ADMIN, ALICE, BOB, OPS, type SecureNode, secureNode, USERS } from './secure.js';
import { event, events, failure, revisions, Transcript } from './support.js';

/** As it is in the JSON of metadata: one role may stand alone. */
type Acl = Partial<Record<'$r' | '$w' | '$d' | '$mr' | '$mw', string | readonly string[]>>;

/** A node with users, its administrator and one client each of the others. */
async function house(t: ExecutionContext, options?: Parameters<typeof secureNode>[1]) {
  const node: SecureNode = await secureNode(t, options);
  return {
    node,
    admin: node.clientFor(ADMIN),
    ops: node.clientFor(OPS),
    alice: node.clientFor(ALICE),
    bob: node.clientFor(BOB),
    anonymous: node.clientFor(),
  };
}

async function isDenied(t: ExecutionContext, attempt: Promise<unknown>): Promise<void> {
  t.is((await failure(attempt)).type, 'access-denied');
}

const metadata = (acl: Acl) => ({ $acl: acl });

/** Types of what is answered of everything there is. */
async function everything(client: EventStoreDBClient): Promise<readonly string[]> {
  const types: string[] = [];
  for await (const { event: found } of client.readAll()) types.push(String(found?.type));
  return types;
}

/** Streams that are open to everybody are so to callers without credentials, too. */
const open = { users: USERS, anonymousStreams: true };

const link = (target: string) => binaryEvent({ type: '$>', data: Buffer.from(target) });

test.serial('without lists user streams are open, system streams and $all are not', async (t) => {
  const { admin, ops, alice, anonymous } = await house(t, open);
  for (const client of [ops, alice, anonymous]) {
    await client.appendToStream('s', event(0));
    t.true((await revisions(client, 's')).length > 0);
    await client.setStreamMetadata('s', { $maxCount: 100 });
    t.like(await client.getStreamMetadata('s'), { metadata: { maxCount: 100 } });
    await isDenied(t, client.appendToStream('$s', event(0)));
    await isDenied(t, revisions(client, '$node-information'));
    await isDenied(t, client.setStreamMetadata('$s', { $maxCount: 1 }));
    await isDenied(t, client.getStreamMetadata('$s'));
    await isDenied(t, client.deleteStream('$node-information'));
    await isDenied(t, client.tombstoneStream('$node-information'));
    await isDenied(t, everything(client));
  }
  await admin.appendToStream('$s', event(0));
  t.deepEqual(await revisions(admin, '$s'), [0]);
  t.true((await everything(admin)).includes('$nodeCreated'));
});

test.serial('subscriptions are refused without a confirmation', async (t) => {
  const { alice, admin } = await house(t);
  await admin.setStreamMetadata('s', metadata({ $r: [] }));
  for (const subscription of [
    alice.subscribeToAll(),
    alice.subscribeToStream('$s'),
    alice.subscribeToStream('s'),
  ]) {
    const lines = await new Transcript(subscription).until(({ length }) => length > 0);
    t.deepEqual(lines, ['error access-denied']);
  }
  const own = new Transcript(admin.subscribeToStream('s'));
  await own.untilLine('caught up');
  await own.subscription.unsubscribe();
});

test.serial('a list decides action by action, by user, by group and for all', async (t) => {
  const { admin, alice, bob, anonymous } = await house(t, open);
  await admin.appendToStream('s', events(1));
  await admin.setStreamMetadata('s', { acl: { readRoles: ['readers'] } });
  t.deepEqual(await revisions(alice, 's'), [0]);
  await isDenied(t, revisions(bob, 's'));
  await isDenied(t, revisions(anonymous, 's'));
  // What the list does not name is left as it was.
  await bob.appendToStream('s', event(1));

  await admin.setStreamMetadata('s', metadata({ $r: '$all', $w: ['bob', '$ops'] }));
  t.deepEqual(await revisions(anonymous, 's'), [0, 1]);
  await bob.appendToStream('s', event(2));
  await isDenied(t, alice.appendToStream('s', event(3)));
  // Nobody is on an empty list, and administrators need not be.
  await admin.setStreamMetadata('s', metadata({ $r: [], $w: [] }));
  await isDenied(t, revisions(alice, 's'));
  await isDenied(t, bob.appendToStream('s', event(3)));
  await admin.appendToStream('s', event(3));
  t.deepEqual(await revisions(admin, 's'), [0, 1, 2, 3]);
});

test.serial('to delete is a right of its own, softly or for ever', async (t) => {
  const { admin, alice, bob } = await house(t);
  for (const stream of ['s', 'r']) {
    await admin.appendToStream(stream, event(0));
    await admin.setStreamMetadata(stream, metadata({ $d: 'alice' }));
    await isDenied(t, bob.deleteStream(stream));
    await isDenied(t, bob.tombstoneStream(stream));
  }
  await alice.deleteStream('s');
  await alice.tombstoneStream('r');
  t.is((await failure(revisions(admin, 's'))).type, 'stream-not-found');
  t.is((await failure(revisions(admin, 'r'))).type, 'stream-deleted');
});

test.serial('metadata is guarded by the rights that are named for it', async (t) => {
  const { admin, alice, bob } = await house(t);
  const acl: Acl = { $r: 'bob', $w: 'bob', $mr: 'alice' };
  await admin.setStreamMetadata('s', metadata({ ...acl, $mw: 'alice' }));
  await isDenied(t, bob.getStreamMetadata('s'));
  await isDenied(t, bob.setStreamMetadata('s', {}));
  await isDenied(t, revisions(bob, '$$s'));
  await isDenied(t, bob.appendToStream('$$s', event(0)));
  await isDenied(t, alice.deleteStream('$$s'));
  t.like(await alice.getStreamMetadata('s'), { metadata: { acl: { readRoles: 'bob' } } });
  await alice.setStreamMetadata('s', metadata({ $mr: 'bob' }));
  t.like(await bob.getStreamMetadata('s'), { metadata: { acl: { metaReadRoles: 'bob' } } });
});

test.serial('system streams and $all may be opened by lists of their own', async (t) => {
  const { admin, alice, bob } = await house(t);
  await admin.setStreamMetadata('$s', metadata({ $w: 'alice', $r: '$all' }));
  await admin.setStreamMetadata('$all', metadata({ $r: 'readers' }));
  await alice.appendToStream('$s', event(0));
  t.deepEqual(await revisions(bob, '$s'), [0]);
  await isDenied(t, bob.appendToStream('$s', event(1)));
  t.true((await everything(alice)).includes('$nodeCreated'));
  await isDenied(t, everything(bob));
});

test.serial(
  '$settings sets the defaults, at once, and a list of a stream goes before',
  async (t) => {
    const { admin, alice, bob } = await house(t);
    await admin.appendToStream('s', event(0));
    const settings = (user: object, system: object = {}) =>
      jsonEvent({ type: 'update', data: { $userStreamAcl: user, $systemStreamAcl: system } });
    await admin.appendToStream('$settings', settings({ $r: 'alice' }, { $r: ['readers'] }));
    t.deepEqual(await revisions(alice, 's'), [0]);
    await isDenied(t, revisions(bob, 's'));
    t.deepEqual(await revisions(alice, '$node-information'), [0]);
    await isDenied(t, alice.appendToStream('$x', event(0)));
    await admin.setStreamMetadata('s', metadata({ $r: 'bob' }));
    t.deepEqual(await revisions(bob, 's'), [0]);
    await isDenied(t, revisions(alice, 's'));
    await admin.appendToStream('$settings', settings({ $r: '$all' }));
    await isDenied(t, revisions(alice, '$node-information'));
    await isDenied(t, alice.appendToStream('$settings', settings({})));
  },
);

test.serial('of appends that share a call only those denied fail, each once', async (t) => {
  const { alice, admin } = await house(t);
  await admin.setStreamMetadata('closed', metadata({ $w: [] }));
  const names = ['open', 'closed', 'open', '$s', 'open'];
  const said = await Promise.allSettled(
    names.map((name, n) => alice.appendToStream(name, events(3, 3 * n), { batchAppendSize: 1 })),
  );
  t.deepEqual(
    said.map((one) => (one.status === 'rejected' ? one.reason.type : 'appended')),
    ['appended', 'access-denied', 'appended', 'access-denied', 'appended'],
  );
  t.is((await revisions(alice, 'open')).length, 9);
  t.is((await failure(revisions(admin, 'closed'))).type, 'stream-not-found');
});

test.serial('an append with credentials of its own is judged by these', async (t) => {
  const { alice, admin } = await house(t);
  await admin.setStreamMetadata('s', metadata({ $w: 'bob' }));
  await alice.appendToStream('s', event(0), { credentials: BOB });
  await isDenied(t, admin.appendToStream('s', event(1), { credentials: ALICE }));
  t.deepEqual(await revisions(alice, 's'), [0]);
});

test.serial('a link shows no more than its reader may see', async (t) => {
  const { admin, alice } = await house(t);
  await admin.appendToStream('secret', event(0));
  await admin.appendToStream('open', event(1));
  await admin.setStreamMetadata('secret', metadata({ $r: [] }));
  await admin.setStreamMetadata('$all', metadata({ $r: '$all' }));
  for (const target of ['secret', 'open']) await alice.appendToStream('links', link(`0@${target}`));

  const seen = async (client: EventStoreDBClient): Promise<readonly string[]> => {
    const targets: string[] = [];
    for await (const found of client.readStream('links', { resolveLinkTos: true })) {
      targets.push(found.event?.streamId ?? 'hidden');
    }
    return targets;
  };
  t.deepEqual(await seen(admin), ['secret', 'open']);
  t.deepEqual(await seen(alice), ['hidden', 'open']);

  const resolved: string[] = [];
  for await (const found of alice.readAll({ resolveLinkTos: true })) {
    if (found.link !== undefined) resolved.push(found.event?.streamId ?? 'hidden');
  }
  t.deepEqual(resolved, ['hidden', 'open']);

  const all = new Transcript(alice.subscribeToStream('links', { resolveLinkTos: true }));
  const lines = await all.untilLine('caught up');
  t.deepEqual(lines.slice(1, -1), ['0@links -> gone', '1@links -> 0@open']);
  await all.subscription.unsubscribe();
});

test.serial('whoever uses a stream has to be a user', async (t) => {
  const { alice, anonymous } = await house(t, { users: USERS });
  await alice.appendToStream('s', event(0));
  t.deepEqual(await revisions(alice, 's'), [0]);
  await isDenied(t, anonymous.appendToStream('s', event(1)));
  await isDenied(t, revisions(anonymous, 's'));
});

test.serial('without users lists are kept and hold nobody up', async (t) => {
  const { clientFor } = await secureNode(t, {});
  const client = clientFor(BOB);
  await client.setStreamMetadata('s', metadata({ $r: [], $w: [] }));
  await client.appendToStream('s', event(0));
  t.deepEqual(await revisions(client, 's'), [0]);
  t.true((await everything(client)).includes('$nodeCreated'));
});
