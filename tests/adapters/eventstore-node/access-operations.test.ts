/** Who may run operations: scavenges over HTTP, and groups of persistent subscriptions. */
import { request } from 'node:https';
import {
  type EventStoreDBClient,
  persistentSubscriptionToStreamSettingsFromDefaults,
} from '@eventstore/db-client';
import test, { type ExecutionContext } from 'ava';
import { ADMIN, ALICE, BOB, type Login, OPS, type SecureNode, secureNode } from './secure.js';
import { event, failure } from './support.js';

const STREAM = 's';
const GROUP = 'g';
const settings = persistentSubscriptionToStreamSettingsFromDefaults({ startFrom: 'start' });

/** What the node answers over HTTP to a user, or to somebody who says nothing of himself. */
function ask(
  { node, ca }: SecureNode,
  what: { readonly method: string; readonly path: string; readonly login?: Login },
): Promise<number | undefined> {
  const { method, path, login } = what;
  const auth = login === undefined ? {} : { auth: `${login.username}:${login.password}` };
  const asked = request({ host: '127.0.0.1', port: node.port, method, path, ca, ...auth });
  return new Promise((resolve, reject) => {
    asked.once('response', (response) => {
      response.resume();
      response.once('close', () => resolve(response.statusCode));
    });
    asked.once('error', reject).end();
  });
}

async function isDenied(t: ExecutionContext, attempt: Promise<unknown>): Promise<void> {
  t.is((await failure(attempt)).type, 'access-denied');
}

/** Takes one event from the group, as a consumer that then leaves. */
async function consumeOne(client: EventStoreDBClient): Promise<string | undefined> {
  const subscription = client.subscribeToPersistentSubscriptionToStream(STREAM, GROUP);
  for await (const found of subscription) {
    await subscription.ack(found);
    return found.event?.streamId;
  }
  return undefined;
}

test.serial('scavenges are the business of operators and administrators', async (t) => {
  const node = await secureNode(t);
  const path = '/admin/scavenge/current';
  t.is(await ask(node, { method: 'GET', path }), 401);
  t.is(await ask(node, { method: 'GET', path, login: ALICE }), 403);
  t.is(await ask(node, { method: 'POST', path: '/admin/scavenge', login: BOB }), 403);
  t.is(await ask(node, { method: 'GET', path, login: OPS }), 200);
  t.is(await ask(node, { method: 'POST', path: '/admin/scavenge', login: ADMIN }), 200);
});

test.serial('groups are managed by operators and administrators', async (t) => {
  const { clientFor } = await secureNode(t);
  for (const login of [undefined, ALICE]) {
    const client = clientFor(login);
    await isDenied(t, client.createPersistentSubscriptionToStream(STREAM, GROUP, settings));
    await isDenied(t, client.updatePersistentSubscriptionToStream(STREAM, GROUP, settings));
    await isDenied(t, client.deletePersistentSubscriptionToStream(STREAM, GROUP));
    await isDenied(t, client.replayParkedMessagesToStream(STREAM, GROUP));
    await isDenied(t, client.restartPersistentSubscriptionSubsystem());
  }
  const ops = clientFor(OPS);
  await ops.createPersistentSubscriptionToStream(STREAM, GROUP, settings);
  await ops.updatePersistentSubscriptionToStream(STREAM, GROUP, settings);
  await ops.replayParkedMessagesToStream(STREAM, GROUP);
  await ops.restartPersistentSubscriptionSubsystem();
  await clientFor(ADMIN).deletePersistentSubscriptionToStream(STREAM, GROUP);
});

test.serial('groups are looked at by users', async (t) => {
  const { clientFor } = await secureNode(t);
  await clientFor(OPS).createPersistentSubscriptionToStream(STREAM, GROUP, settings);
  const anonymous = clientFor();
  await isDenied(t, anonymous.getPersistentSubscriptionToStreamInfo(STREAM, GROUP));
  await isDenied(t, anonymous.listAllPersistentSubscriptions());
  const alice = clientFor(ALICE);
  t.is((await alice.getPersistentSubscriptionToStreamInfo(STREAM, GROUP)).groupName, GROUP);
  t.is((await alice.listAllPersistentSubscriptions()).length, 1);
});

test.serial('groups are consumed by users who may read the stream', async (t) => {
  const { clientFor } = await secureNode(t);
  const admin = clientFor(ADMIN);
  await admin.appendToStream(STREAM, event(0));
  await admin.setStreamMetadata(STREAM, { acl: { readRoles: ['alice'] } });
  await admin.createPersistentSubscriptionToStream(STREAM, GROUP, settings);
  await isDenied(t, consumeOne(clientFor(BOB)));
  await isDenied(t, consumeOne(clientFor()));
  t.is(await consumeOne(clientFor(ALICE)), STREAM);
  // An open stream is read by anybody, but who consumes is written down with his name.
  await admin.setStreamMetadata(STREAM, {});
  await isDenied(t, consumeOne(clientFor()));
});
