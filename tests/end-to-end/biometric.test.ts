import type { ExecutionContext } from 'ava';
import test from 'ava';
import { brandOrThrow } from '../../domain/shared/brand.js';
import { UserId } from '../../domain/shared/ids.js';
import { testContext } from '../support/house.js';
import { networkOfThisFile } from '../support/network.js';
import type { Caller } from '../support/openapi-client.js';
import { signingIn } from '../support/signing-in.js';

const network = networkOfThisFile();
const { registered } = signingIn(network);

let devices = 0;
/** A phone that nobody else has, with what it keeps behind a finger. */
const somePhone = () => {
  devices += 1;
  return {
    deviceId: `phone-${devices}`,
    pushToken: `push-token-of-phone-${devices}`,
    secret: `what only phone ${devices} knows, and is long enough`,
  };
};
type Phone = ReturnType<typeof somePhone>;

const register = async (t: ExecutionContext, caller: Caller, phone: Phone) => {
  const body = {
    device_id: phone.deviceId,
    fcm_token: phone.pushToken,
    device_type: 'ANDROID',
    device_name: 'Pixel 8',
  };
  const answer = await network().call(caller, 'POST /api/auth/device', { body });
  t.is(answer.status, 200, answer.text);
  return answer.data;
};

const enable = (caller: Caller, { deviceId, secret }: Phone) =>
  network().call(caller, 'POST /api/auth/biometric/enable', {
    body: { device_id: deviceId, biometric_token: secret },
  });

const login = ({ deviceId, secret }: Phone) =>
  network().call(null, 'POST /api/auth/biometric/login', {
    body: { device_id: deviceId, biometric_token: secret },
  });

const statusOf = async (caller: Caller, { deviceId }: Phone) =>
  (await network().call(caller, `GET /api/auth/biometric/status?device_id=${deviceId}`)).data;

/** Whom push messages to a phone are for, as whoever sends them will ask. */
const messagesGoTo = async ({ pushToken }: Phone): Promise<readonly unknown[]> => {
  const rows = await network().database.query(
    'SELECT user_id FROM account.devices WHERE push_token = $1 AND is_active',
    [pushToken],
  );
  return rows.map(({ user_id }) => user_id);
};

const changeStatus = async ({ id }: Caller, status: 'BANNED' | 'INACTIVE') => {
  const { handlers, clock } = network();
  const at = clock.now();
  const wish = { type: 'ChangeUserStatus', status, reason: 'as a test', at } as const;
  await handlers.user.execute(brandOrThrow(UserId, id), wish, testContext());
};

test.serial(
  'AUTH-9: enrolled on a device of theirs, somebody signs in without a code',
  async (t) => {
    const phone = somePhone();
    const { caller } = await registered(t);
    t.is((await enable(caller, phone)).code, 'device_not_found', 'the device comes first');
    t.like(await statusOf(caller, phone), { registered: false, enabled: false });
    t.deepEqual(await register(t, caller, phone), {
      device_id: phone.deviceId,
      biometric_enabled: false,
    });
    t.like((await enable(caller, phone)).data, { enabled: true, last_used_at: null });
    const answer = await login(phone);
    t.is(answer.status, 200, answer.text);
    t.like(answer.data, { flow: 'LOGIN', user_id: caller.id });
    const again: Caller = { ...caller, token: String(answer.data.access_token) };
    t.is((await network().call(again, 'GET /api/users/wallet')).status, 200);
    t.like(await statusOf(again, phone), { enabled: true, last_used_at: network().clock.now() });
  },
);

test.serial(
  'AUTH-9: disabled, it lets nobody in; enrolled anew, the token before is void',
  async (t) => {
    const phone = somePhone();
    const { caller } = await registered(t);
    await register(t, caller, phone);
    await enable(caller, phone);
    const renewed = { ...phone, secret: `${phone.secret}, renewed` };
    await enable(caller, renewed);
    t.is((await login(phone)).code, 'invalid_biometric_credentials');
    t.is((await login(renewed)).status, 200);
    const off = await network().call(caller, 'POST /api/auth/biometric/disable', {
      body: { device_id: phone.deviceId },
    });
    t.like(off.data, { registered: true, enabled: false });
    t.is((await login(renewed)).code, 'invalid_biometric_credentials');
  },
);

test.serial('whatever is wrong, the refusal is the same', async (t) => {
  const phone = somePhone();
  const { caller } = await registered(t);
  await register(t, caller, phone);
  await enable(caller, phone);
  const wrong = [
    { ...phone, secret: `${phone.secret}!` },
    { ...phone, deviceId: 'another-device' },
    somePhone(),
  ];
  const answers = await Promise.all(wrong.map(login));
  for (const { status, json } of answers) {
    t.is(status, 401);
    t.deepEqual(Object.keys(json), Object.keys(answers[0]?.json ?? {}));
    t.is(json.code, 'invalid_biometric_credentials');
  }
});

test.serial(
  'P-091: the sixth try on one device is refused, also with the right token',
  async (t) => {
    const phone = somePhone();
    const { caller } = await registered(t);
    await register(t, caller, phone);
    await enable(caller, phone);
    for (let tries = 0; tries < 5; tries += 1) {
      t.is((await login({ ...phone, secret: `${phone.secret} ${tries}` })).status, 401);
    }
    const late = await login(phone);
    t.is(late.code, 'rate_limit_exceeded');
    t.regex(late.headers.get('retry-after') ?? '', /^\d+$/);
  },
);

test.serial(
  'P-042: whoever registers a device takes it over, with messages and enrolment',
  async (t) => {
    const phone = somePhone();
    const [maya, nima] = [await registered(t), await registered(t)];
    await register(t, maya.caller, phone);
    await enable(maya.caller, phone);
    t.deepEqual(await messagesGoTo(phone), [maya.caller.id]);
    await register(t, nima.caller, phone);
    t.deepEqual(await messagesGoTo(phone), [nima.caller.id]);
    t.is((await login(phone)).code, 'invalid_biometric_credentials');
    t.like(await statusOf(maya.caller, phone), { registered: false, enabled: false });
    t.is((await enable(maya.caller, phone)).code, 'device_not_found');
    const { call } = network();
    t.is((await call(maya.caller, 'GET /api/users/wallet')).status, 200, 'her session goes on');
  },
);

test.serial(
  'P-042: a logout on a shared device ends the own session and messages only',
  async (t) => {
    const phone = somePhone();
    const { call } = network();
    const [maya, nima] = [await registered(t), await registered(t)];
    await register(t, maya.caller, phone);
    await register(t, nima.caller, phone);
    t.is((await call(nima.caller, 'POST /api/auth/logout', { body: {} })).status, 200);
    t.deepEqual(await messagesGoTo(phone), [], 'nobody is signed in there with messages on');
    t.is((await call(maya.caller, 'GET /api/users/wallet')).status, 200);
    await register(t, maya.caller, phone);
    // An old session of somebody else on the same phone has nothing to say about it any more.
    t.is((await call(nima.caller, 'POST /api/auth/logout', { body: {} })).status, 200);
    t.deepEqual(await messagesGoTo(phone), [maya.caller.id]);
  },
);

test.serial(
  'P-042: the push token counts, also when the app calls its device another name',
  async (t) => {
    const phone = somePhone();
    const [maya, nima] = [await registered(t), await registered(t)];
    await register(t, maya.caller, phone);
    await register(t, nima.caller, { ...phone, deviceId: `${phone.deviceId}-installed-again` });
    t.deepEqual(await messagesGoTo(phone), [nima.caller.id]);
  },
);

test.serial('P-092: a banned user does not come in by a finger', async (t) => {
  const phone = somePhone();
  const { caller } = await registered(t);
  await register(t, caller, phone);
  await enable(caller, phone);
  await changeStatus(caller, 'BANNED');
  t.is((await login(phone)).code, 'user_invalid');
  await network().settled();
  const open = await network().database.query(
    'SELECT session_id FROM account.sessions WHERE holder_id = $1 AND revoked_at IS NULL',
    [caller.id],
  );
  t.deepEqual(open, [], 'nor does the try leave a session');
});

test.serial('P-098: somebody who was away for long comes back by a finger', async (t) => {
  const phone = somePhone();
  const { caller } = await registered(t);
  await register(t, caller, phone);
  await enable(caller, phone);
  await changeStatus(caller, 'INACTIVE');
  await network().settled();
  t.is((await login(phone)).status, 200);
  t.is((await network().handlers.user.load(caller.id)).state?.status, 'ACTIVE');
});

test.serial('P-092: a deleted account has no device that lets anybody in', async (t) => {
  const phone = somePhone();
  const { caller } = await registered(t);
  await register(t, caller, phone);
  await enable(caller, phone);
  t.is((await network().call(caller, 'DELETE /api/auth/account')).status, 204);
  t.not((await login(phone)).status, 200);
  await network().settled();
  t.is((await login(phone)).code, 'invalid_biometric_credentials');
});

test.serial('what cannot be the name of a device is refused before it is looked for', async (t) => {
  const { caller } = await registered(t);
  const good = { device_id: 'd', fcm_token: 'push-token', device_type: 'IOS' };
  const wrong = [
    { ...good, device_id: 'a\u0000b' },
    { ...good, device_id: '' },
    { ...good, fcm_token: 'short' },
    { ...good, device_type: 'TOASTER' },
    { ...good, device_name: 'bell \u0007' },
  ];
  for (const body of wrong) {
    const answer = await network().call(caller, 'POST /api/auth/device', { body });
    t.is(answer.code, 'invalid_request', JSON.stringify(body));
  }
});
