import type { ExecutionContext } from 'ava';
import test from 'ava';
import * as E from 'fp-ts/lib/Either.js';
import { registerDevice } from '../../commands/account/devices.js';
import { createHandlers } from '../../commands/handlers.js';
import { registrationByOperator } from '../../domain/user/index.js';
import { openGround, storedText, user, userId } from '../adapters/accounts/support.js';
import { testContext } from '../support/house.js';
import { createMemoryEventStore } from '../support/memory-event-store.js';
import { noMetrics } from '../support/no-metrics.js';

const maya = userId('maya');
const body = {
  device_id: 'phone',
  fcm_token: 'a-push-token',
  device_type: 'IOS',
  device_name: 'phone of Maya',
};

/** Maya is signed in and asks to register her device; what happens meanwhile is up to the test. */
const registering = async (t: ExecutionContext) => {
  const { accounts, clock, database } = await openGround(t);
  const store = createMemoryEventStore(clock);
  const handlers = createHandlers({ store, metrics: noMetrics });
  const at = clock.now();
  await handlers.user.execute(maya, registrationByOperator(maya, at), testContext());
  const holder = user('maya');
  const { session } = await accounts.sessions.open({ holder, realm: 'app', deviceId: null });
  const { sessionId } = session;
  const prepared = registerDevice({ accounts, handlers }).prepare(
    { params: {}, query: {}, body },
    {
      principal: { kind: 'user', id: 'maya', roles: ['user'], sessionId },
      commandId: 'c-1',
      correlationId: 'c-1',
      waitSeconds: 0,
      minPosition: null,
      client: { address: '127.0.0.1', network: '127.0.0.1', agent: null },
      cookie: null,
      now: at,
      signal: new AbortController().signal,
    },
  );
  if (E.isLeft(prepared)) throw new Error(JSON.stringify(prepared.left));
  const devices = async () =>
    (await accounts.devices.current(maya)).map(({ deviceId }) => deviceId);
  return { accounts, handlers, database, sessionId, devices, at, register: prepared.right.run };
};

test('the device that registers is noted for the session', async (t) => {
  const { register, devices, accounts } = await registering(t);
  t.like(await register(), { kind: 'success', status: 200 });
  t.deepEqual(await devices(), ['phone']);
  const [session] = await accounts.sessions.list(user('maya'));
  t.is(session?.deviceId, 'phone');
});

test('a session that ends while its device registers leaves no device with messages (P-042)', async (t) => {
  const { register, devices, accounts, sessionId } = await registering(t);
  await accounts.sessions.revoke(sessionId, 'logout');
  t.like(await register(), { kind: 'problem', code: 'token_invalid' });
  t.deepEqual(await devices(), []);
});

test('of an account that is deleted meanwhile no device stays at all (AUTH-11)', async (t) => {
  const { register, accounts, handlers, database, at } = await registering(t);
  await handlers.user.execute(maya, { type: 'DeleteAccount', at }, testContext());
  await accounts.forget(user('maya'), { identifierIndexes: [] });
  t.like(await register(), { kind: 'problem', code: 'token_invalid' });
  t.false((await storedText(database)).includes('phone of Maya'));
});
