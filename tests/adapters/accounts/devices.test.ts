import test from 'ava';
import type { DeviceDetails, Devices } from '../../../ports/accounts/devices.js';
import { atOnce, openGround, storedText, tallyOf, userId } from './support.js';

const [maya, nima] = [userId('maya'), userId('nima')];

const phone: DeviceDetails = {
  deviceId: 'shared phone',
  pushToken: 'push token of the app',
  type: 'ANDROID',
  name: 'Pixel 8',
  appVersion: '3.1.0',
  osVersion: null,
};
const secret = 'a secret that only the device knows';

const idsOf = async (devices: Devices, user: typeof maya) =>
  (await devices.current(user)).map(({ deviceId }) => deviceId);

test('a device has one current user, and no message for another one reaches it (P-042)', async (t) => {
  const { accounts, clock } = await openGround(t);
  const { devices } = accounts;
  const device = await devices.register(maya, phone);
  const expected = { ...phone, userId: maya, lastUsedAt: clock.now(), biometricEnabledAt: null };
  t.deepEqual(device, expected);
  await devices.enrol(maya, { deviceId: phone.deviceId, secret });
  await devices.register(nima, phone);
  t.deepEqual(await idsOf(devices, maya), []);
  t.deepEqual(await idsOf(devices, nima), [phone.deviceId]);
  t.deepEqual(await devices.recognise(phone.deviceId, secret), { kind: 'refused' });
  // And back: what was enrolled stays cleared.
  await devices.register(maya, phone);
  t.deepEqual(await idsOf(devices, nima), []);
  t.deepEqual(await devices.biometricStatus(maya, phone.deviceId), { kind: 'not-enrolled' });
});

test('a push token follows the app, also to another device id', async (t) => {
  const { accounts } = await openGround(t);
  const { devices } = accounts;
  await devices.register(maya, phone);
  await devices.register(nima, { ...phone, deviceId: 'after a new installation' });
  t.deepEqual(await idsOf(devices, maya), []);
  await devices.register(nima, { ...phone, deviceId: 'and another one' });
  t.deepEqual(await idsOf(devices, nima), ['and another one']);
});

test('of many who register a device at once, one is its user in the end', async (t) => {
  const { accounts } = await openGround(t);
  const { devices } = accounts;
  const users = Array.from({ length: 8 }, (_, index) => userId(`user-${index}`));
  await Promise.all(
    users.flatMap((user, index) => [
      devices.register(user, phone),
      devices.register(user, { ...phone, pushToken: `push token ${index}` }),
    ]),
  );
  const owned = await Promise.all(users.map((user) => idsOf(devices, user)));
  t.deepEqual(owned.flat(), [phone.deviceId]);
});

test('registering again changes the details and keeps the enrolment', async (t) => {
  const { accounts, clock } = await openGround(t);
  const { devices } = accounts;
  await devices.register(maya, phone);
  await devices.enrol(maya, { deviceId: phone.deviceId, secret });
  clock.advance({ minutes: 1 });
  const renewed = { ...phone, pushToken: 'a renewed push token', appVersion: '3.2.0' };
  t.like(await devices.register(maya, renewed), { ...renewed, lastUsedAt: clock.now() });
  t.is((await devices.recognise(phone.deviceId, secret)).kind, 'recognised');
});

test('a device that was signed out gets no messages and signs nobody in', async (t) => {
  const { accounts } = await openGround(t);
  const { devices } = accounts;
  await devices.register(maya, phone);
  await devices.enrol(maya, { deviceId: phone.deviceId, secret });
  await devices.deactivate(nima, phone.deviceId);
  t.deepEqual(await idsOf(devices, maya), [phone.deviceId], 'it is not his to deactivate');
  await devices.deactivate(maya, phone.deviceId);
  t.deepEqual(await idsOf(devices, maya), []);
  t.deepEqual(await devices.recognise(phone.deviceId, secret), { kind: 'refused' });
  t.is(await devices.enrol(maya, { deviceId: phone.deviceId, secret }), 'device-unknown');
});

test('the twenty devices that were used last stay', async (t) => {
  const { accounts, clock } = await openGround(t);
  const { devices } = accounts;
  for (let count = 0; count < 21; count += 1) {
    await devices.register(maya, { ...phone, deviceId: `d${count}`, pushToken: `push ${count}` });
    clock.advance({ seconds: 1 });
  }
  const ids = await idsOf(devices, maya);
  t.is(ids.length, 20);
  t.is(ids[0], 'd20');
  t.false(ids.includes('d0'));
});

test('biometric sign-in: enrol, recognise, disable, each as often as one likes (AUTH-9)', async (t) => {
  const { accounts, clock } = await openGround(t);
  const { devices } = accounts;
  const { deviceId } = phone;
  t.is(await devices.enrol(maya, { deviceId, secret }), 'device-unknown');
  t.deepEqual(await devices.biometricStatus(maya, deviceId), { kind: 'device-unknown' });
  await devices.register(maya, phone);
  t.is(await devices.enrol(maya, { deviceId, secret }), 'enrolled');
  const enabledAt = clock.now();
  clock.advance({ seconds: 5 });
  t.deepEqual(await devices.recognise(deviceId, secret), { kind: 'recognised', userId: maya });
  t.deepEqual(await devices.biometricStatus(maya, deviceId), {
    kind: 'enrolled',
    enabledAt,
    lastUsedAt: clock.now(),
  });
  for (const [id, said] of [
    [deviceId, `${secret}!`],
    [deviceId, ''],
    ['another device', secret],
    ['another device', ''],
  ] as const) {
    t.deepEqual(await devices.recognise(id, said), { kind: 'refused' });
  }
  t.is(await devices.enrol(maya, { deviceId, secret: `${secret}, renewed` }), 'enrolled');
  t.is((await devices.recognise(deviceId, secret)).kind, 'refused');
  t.is(await devices.disable(nima, deviceId), 'device-unknown');
  t.is(await devices.disable(maya, deviceId), 'disabled');
  t.is(await devices.disable(maya, deviceId), 'disabled');
  t.is((await devices.recognise(deviceId, `${secret}, renewed`)).kind, 'refused');
});

test('who signs in while another one takes the device over is refused, or was first', async (t) => {
  const { accounts } = await openGround(t);
  const { devices } = accounts;
  for (let round = 0; round < 10; round += 1) {
    await devices.register(maya, phone);
    await devices.enrol(maya, { deviceId: phone.deviceId, secret });
    const [answers] = await Promise.all([
      atOnce(4, () => devices.recognise(phone.deviceId, secret)),
      devices.register(nima, phone),
    ]);
    const { recognised = 0, refused = 0 } = tallyOf(answers.map(({ kind }) => kind));
    t.is(recognised + refused, 4);
    t.is((await devices.recognise(phone.deviceId, secret)).kind, 'refused');
  }
});

test('the database holds no biometric secret (P-121)', async (t) => {
  const { accounts, database } = await openGround(t);
  await accounts.devices.register(maya, phone);
  await accounts.devices.enrol(maya, { deviceId: phone.deviceId, secret });
  t.false((await storedText(database)).includes(secret));
});
