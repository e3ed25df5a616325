import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { ServerFeaturesClient } from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import { Metadata, status } from '@grpc/grpc-js';
import test, { type ExecutionContext } from 'ava';
import { UserLogin } from '../../../adapters/embedded/eventstore/access/login.js';
import { Users } from '../../../adapters/embedded/eventstore/access/users.js';
import {
  EventStoreStartError,
  startEventStoreNode,
} from '../../../adapters/embedded/eventstore/index.js';
import {
  LOGIN_ATTEMPTS_MAX,
  LOGIN_PAUSE_MS,
} from '../../../adapters/embedded/eventstore/limits.js';
import { channelTo } from '../../support/event-store-channel.js';
import { makeCertificate } from './certificates.js';
import {
  ADMIN,
  ALICE,
  BOB,
  type Login,
  OPS,
  type SecureNode,
  secureNode,
  USERS,
} from './secure.js';
import { event, events, failure, revisions, Transcript } from './support.js';

const HERE = '192.0.2.1';
const ELSEWHERE = '192.0.2.2';

const basic = ({ username, password }: Login): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;

const wrong = ({ username }: Login, attempt = 0): Login => ({
  username,
  password: `wrong-${attempt}`,
});

/** A login whose clock the test sets. */
async function loginAt(start: number): Promise<{ login: UserLogin; clock: { now: number } }> {
  const clock = { now: start };
  return { login: new UserLogin(await Users.from(USERS), () => clock.now), clock };
}

/** What the node says to a call with this header. */
function statusWith(t: ExecutionContext, { urlFor }: SecureNode, header: string): Promise<number> {
  const { address, credentials } = channelTo(urlFor());
  const client = new ServerFeaturesClient(address, credentials);
  t.teardown(() => client.close());
  const metadata = new Metadata();
  metadata.set('authorization', header);
  return new Promise((resolve) => {
    client.getSupportedMethods(new shared.Empty(), metadata, (error) => {
      resolve(error === null ? status.OK : error.code);
    });
  });
}

async function startFailure(
  options: Partial<Parameters<typeof startEventStoreNode>[0]>,
): Promise<EventStoreStartError> {
  try {
    const node = await startEventStoreNode({ port: 0, ...options });
    await node.stop();
  } catch (error) {
    if (error instanceof EventStoreStartError) return error;
    throw error;
  }
  throw new Error('the node started');
}

test.serial(
  'credentials in the connection string open everything to an administrator',
  async (t) => {
    const { clientFor } = await secureNode(t);
    const client = clientFor(ADMIN);
    const subscription = new Transcript(client.subscribeToStream('s'));
    await subscription.untilLine('caught up');
    await client.appendToStream('s', events(2));
    t.deepEqual(await revisions(client, 's'), [0, 1]);
    await subscription.untilLine('1@s');
    const types: string[] = [];
    for await (const { event: found } of client.readAll()) types.push(found?.type ?? '');
    t.true(types.includes('$nodeCreated'));
  },
);

test.serial(
  'a wrong password is refused, by every method, and so is an unknown user',
  async (t) => {
    const { clientFor } = await secureNode(t);
    for (const login of [wrong(ADMIN), { username: 'nobody', password: ADMIN.password }]) {
      const client = clientFor(login);
      // The features are asked first; with credentials for the call the append goes by itself.
      t.is((await failure(client.appendToStream('s', event(0)))).code, status.UNAUTHENTICATED);
      const own = client.appendToStream('s', event(0), { credentials: login });
      t.like(await failure(own), { type: 'access-denied', code: status.UNAUTHENTICATED });
      t.like(await failure(revisions(client, 's')), { type: 'access-denied' });
      t.like(await failure(client.deleteStream('s')), { type: 'access-denied' });
    }
  },
);

test.serial('credentials for one call go before those of the client', async (t) => {
  const { clientFor } = await secureNode(t);
  const client = clientFor(BOB);
  await client.setStreamMetadata('s', { acl: { readRoles: [ADMIN.username] } });
  await client.appendToStream('s', events(1), { credentials: ADMIN });
  t.like(await failure(revisions(client, 's')), { type: 'access-denied' });
  t.deepEqual(await revisions(client, 's', { credentials: ADMIN }), [0]);
});

test.serial('headers that are no credentials are wrong credentials', async (t) => {
  const node = await secureNode(t);
  t.is(await statusWith(t, node, basic(OPS)), status.OK);
  t.is(await statusWith(t, node, basic(OPS).replace('Basic', 'basic')), status.OK);
  for (const header of ['Basic', 'Basic !', 'Bearer abc', `Basic ${btoa('no colon')}`]) {
    t.is(await statusWith(t, node, header), status.UNAUTHENTICATED, header);
  }
});

test.serial('over HTTP wrong credentials are 401, and none are needed for health', async (t) => {
  const { node, ca } = await secureNode(t);
  const ask = async (headers: Record<string, string>): Promise<IncomingMessage> => {
    const asked = request({ host: '127.0.0.1', port: node.port, path: '/info', ca, headers });
    return new Promise((resolve) => asked.once('response', resolve).end());
  };
  t.is((await ask({})).statusCode, 200);
  t.is((await ask({ authorization: basic(BOB) })).statusCode, 200);
  const refused = await ask({ authorization: basic(wrong(BOB)) });
  t.is(refused.statusCode, 401);
  t.regex(refused.headers['www-authenticate'] ?? '', /^Basic realm=/);
});

test.serial('users that make no sense stop the node at its start, in one line', async (t) => {
  const tls = makeCertificate();
  const admin = { name: 'admin', password: 'x', groups: ['$admins'] };
  const cases = [
    [{ users: USERS }, /^users need TLS: /],
    [{ tls, users: [] }, /^none of the users is in \$admins$/],
    [{ tls, users: [admin, admin] }, /^there are two users with the name admin$/],
    [{ tls, users: [{ ...admin, password: '' }] }, /^the password of admin is empty$/],
    [{ tls, users: [{ ...admin, name: '$admins' }] }, /^"\$admins" is no name for a user$/],
    [{ tls, users: [{ ...admin, name: 'a:b' }] }, /^"a:b" is no name for a user$/],
  ] as const;
  for (const [options, message] of cases) {
    const error = await startFailure(options);
    t.is(error.kind, 'users-unusable');
    t.regex(error.message, message);
  }
});

test('who is right is known at once from the second time on', async (t) => {
  const { login } = await loginAt(0);
  const header = basic(ALICE);
  const first = login.identify(header, HERE);
  // Calls that come together wait for one check.
  t.is(login.identify(header, HERE), first);
  t.like(await first, { kind: 'principal', principal: { name: 'alice' } });
  const second = login.identify(header, ELSEWHERE);
  t.false(second instanceof Promise);
  t.like(second, { kind: 'principal', principal: { name: 'alice' } });
  t.like(await login.identify(undefined, HERE), { principal: { name: 'anonymous' } });
});

test('who guesses has to wait, and nobody else has', async (t) => {
  const { login, clock } = await loginAt(0);
  const known = await login.identify(basic(ADMIN), HERE);
  const guesses = Array.from({ length: LOGIN_ATTEMPTS_MAX + 1 }, async (_, attempt) =>
    login.identify(basic(wrong(ADMIN, attempt)), HERE),
  );
  const said = (await Promise.all(guesses)).map(({ kind }) => kind);
  t.deepEqual(said.slice(0, -1), said.slice(0, -1).fill('wrong-credentials'));
  t.is(said.at(-1), 'too-many-attempts');
  // The administrator, another user, and the same name from elsewhere go on.
  t.deepEqual(await login.identify(basic(ADMIN), HERE), known);
  t.like(await login.identify(basic(BOB), HERE), { kind: 'principal' });
  t.is((await login.identify(basic(wrong(ADMIN)), ELSEWHERE)).kind, 'wrong-credentials');
  clock.now = LOGIN_PAUSE_MS - 1;
  t.is((await login.identify(basic(wrong(ADMIN)), HERE)).kind, 'too-many-attempts');
  clock.now = LOGIN_PAUSE_MS;
  t.is((await login.identify(basic(wrong(ADMIN)), HERE)).kind, 'wrong-credentials');
});

test('made up names are no new chance each', async (t) => {
  const { login } = await loginAt(0);
  for (let attempt = 0; attempt < LOGIN_ATTEMPTS_MAX; attempt += 1) {
    const guess = basic({ username: `u${attempt}`, password: 'x' });
    t.is((await login.identify(guess, HERE)).kind, 'wrong-credentials');
  }
  const guess = basic({ username: 'another', password: 'x' });
  t.is((await login.identify(guess, HERE)).kind, 'too-many-attempts');
});

test('a right password takes away what wrong ones counted', async (t) => {
  const { login } = await loginAt(0);
  for (let attempt = 1; attempt < LOGIN_ATTEMPTS_MAX; attempt += 1) {
    await login.identify(basic(wrong(BOB, attempt)), HERE);
  }
  t.is((await login.identify(basic(BOB), HERE)).kind, 'principal');
  t.is((await login.identify(basic(wrong(BOB)), HERE)).kind, 'wrong-credentials');
});
