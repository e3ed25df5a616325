import { once } from 'node:events';
import { connect } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import { accessRules } from '../../../adapters/embedded/broker/access.js';
import {
  type EmbeddedBroker,
  type EmbeddedBrokerOptions,
  startEmbeddedBroker,
} from '../../../adapters/embedded/broker/broker.js';
import { derivedCredentials } from '../../../adapters/mqtt/derived-credentials.js';
import { mosquittoPasswordLine } from '../../../adapters/mqtt/mosquitto-passwords.js';
import { derivePassword, hashPassword, verifyPassword } from '../../../adapters/mqtt/passwords.js';
import { expectRight } from '../../support/family-a.js';
import { memoryLog } from '../../support/log.js';
import { connectTestClient } from '../../support/mqtt-client.js';

const imei = '861234567890123';
const other = '861234567890124';
const masterKey = 'a master key for tests only';

const credentials = derivedCredentials({
  masterKey,
  backend: { username: 'backend', passwordHash: hashPassword('backendBackend55') },
  findGeneration: async (deviceName) => ([imei, other].includes(deviceName) ? O.some(1) : O.none),
});

const password = derivePassword({ masterKey, deviceName: imei, generation: 1 });

const options = (port = 0): EmbeddedBrokerOptions => ({
  port,
  productKey: 'powerbank',
  findAccount: credentials.findAccount,
  log: memoryLog(),
});

const start = async (
  t: ExecutionContext,
  changes: Partial<EmbeddedBrokerOptions> = {},
): Promise<EmbeddedBroker> => {
  const broker = expectRight(await startEmbeddedBroker({ ...options(), ...changes }));
  t.teardown(broker.stop);
  return broker;
};

test('a taken port is a value with one line to show, and starts nothing', async (t) => {
  const { port } = await start(t);
  t.deepEqual(
    await startEmbeddedBroker(options(port)),
    E.left({
      kind: 'portTaken',
      message: `MQTT port ${port} on 127.0.0.1 is taken; stop its owner or choose another port`,
    }),
  );
});

test('an address of another machine cannot be listened on', async (t) => {
  const result = await startEmbeddedBroker({ ...options(), host: '192.0.2.1' });
  t.like(result, { left: { kind: 'cannotListen' } });
});

test('stopping frees the port although a stranger still holds a socket open', async (t) => {
  const broker = expectRight(await startEmbeddedBroker(options()));
  const socket = connect(broker.port, '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  const closed = once(socket, 'close');
  await broker.stop();
  await closed;
  const again = await start(t, { port: broker.port });
  t.is(again.port, broker.port);
});

test('a refused subscription is answered with 0x80 and the connection stays', async (t) => {
  const { url } = await start(t);
  const login = { username: imei, clientId: imei, password };
  const client = await connectTestClient(url, login);
  t.teardown(client.end);
  for (const filter of ['#', `/powerbank/${other}/user/get`, '$SYS/#', '$share/g/a']) {
    t.is(await client.subscribe(filter), 'refused');
  }
  t.is(await client.subscribe(`/powerbank/${imei}/user/get`), 'granted');
  t.true(client.isConnected());
});

const backend = { username: 'backend', clientId: 'backend-1', password: 'backendBackend55' };

test('what nobody would hear is not confirmed: the cabinet keeps it and comes back', async (t) => {
  const { url } = await start(t, { audienceWaitMsMax: 1 });
  const topic = `/powerbank/${imei}/user/update`;
  const login = { username: imei, clientId: imei, password };
  const early = await connectTestClient(url, login);
  await early.publish(topic, 'frame');
  t.false(early.isConnected());

  const listener = await connectTestClient(url, backend);
  t.is(await listener.subscribe('/powerbank/+/user/update'), 'granted');
  const again = await connectTestClient(url, login);
  t.teardown(again.end);
  await again.publish(topic, 'frame');
  t.true(again.isConnected());
  t.is((await listener.waitFor((message) => message.topic === topic)).payload.toString(), 'frame');

  await listener.end();
  // Until the broker has noticed that the listener is gone.
  while (again.isConnected()) await again.publish(topic, 'frame');
});

test('a frame that comes before the back end waits for it, on the same connection', async (t) => {
  const { url } = await start(t);
  const topic = `/powerbank/${imei}/user/update`;
  const cabinet = await connectTestClient(url, { username: imei, clientId: imei, password });
  t.teardown(cabinet.end);
  const published = cabinet.publish(topic, 'frame');
  const listener = await connectTestClient(url, backend);
  t.teardown(listener.end);
  t.is(await listener.subscribe('/powerbank/+/user/update'), 'granted');
  await published;
  t.true(cabinet.isConnected());
  t.is((await listener.waitFor((message) => message.topic === topic)).payload.toString(), 'frame');
});

test('a foreign client id is refused as an identifier, a wrong password as one', async (t) => {
  const { url } = await start(t);
  const refused = (clientId: string, given: string) =>
    t.throwsAsync(connectTestClient(url, { username: imei, clientId, password: given }));
  t.like(await refused(other, password), { code: 2 });
  t.like(await refused(imei, 'wrong'), { code: 4 });
});

test('when accounts cannot be read the cabinet is told to come back', async (t) => {
  const findAccount = async () => {
    throw new Error('the store is away');
  };
  const { url } = await start(t, { findAccount });
  const login = { username: imei, clientId: imei, password };
  t.like(await t.throwsAsync(connectTestClient(url, login)), { code: 3 });
});

test('delivery is checked again, apart from the subscription', (t) => {
  const rules = accessRules('powerbank');
  const cabinet = { kind: 'cabinet', deviceName: imei } as const;
  t.true(rules.mayReceive(cabinet, `/powerbank/${imei}/user/get`));
  t.true(rules.mayReceive(cabinet, `/powerbank/${imei}/user/heart`));
  t.false(rules.mayReceive(cabinet, `/powerbank/${imei}/user/update`));
  t.false(rules.mayReceive(cabinet, `/powerbank/${other}/user/get`));
  t.false(rules.mayReceive(cabinet, '$SYS/x/new/clients'));
});

test('a derived password is 16 letters and digits and depends on every part of its seed', (t) => {
  const seed = { masterKey, deviceName: imei, generation: 1 };
  const variants = [
    seed,
    { ...seed, masterKey: 'another' },
    { ...seed, deviceName: other },
    { ...seed, generation: 2 },
  ].map(derivePassword);
  t.is(new Set(variants).size, variants.length);
  t.true(variants.every((text) => /^[A-Za-z0-9]{16}$/.test(text)));
  t.is(derivePassword(seed), password);
});

test('a hash accepts its password only, and nothing accepts a broken hash', (t) => {
  const hash = hashPassword(password);
  t.true(verifyPassword(password, hash));
  t.false(verifyPassword(`${password}x`, hash));
  t.not(hashPassword(password), hash);
  t.false(hash.includes(password));
  for (const broken of ['', 'x', 'hmac-sha256$', 'hmac-sha256$$', `${hash}$`, `x${hash}`]) {
    t.false(verifyPassword(password, broken), broken);
  }
});

test('a Mosquitto password line is what mosquitto_passwd 2.0.11 wrote for the same salt', (t) => {
  t.is(
    mosquittoPasswordLine(
      { username: 'u', password: 'pw' },
      Buffer.from('qtoxuRbfV1JYirl7', 'base64'),
    ),
    'u:$7$101$qtoxuRbfV1JYirl7$YB7zBE4IDLDFb2Ipcag9WHxqs7bC3gR' +
      'SCiC5d36j4aqgl78NPJ1rNl1wWh9EPN4sOrwk2luyLf/cWzZOMGKjpg==',
  );
});

test('derived credentials know registered cabinets and the back end, nobody else', async (t) => {
  t.deepEqual(await credentials.passwordFor(imei), O.some(password));
  t.deepEqual(await credentials.passwordFor('backend'), O.none);
  t.deepEqual(await credentials.findAccount('stranger'), O.none);
  t.like(await credentials.findAccount('backend'), { value: { kind: 'backend' } });
  t.like(await credentials.findAccount(imei), { value: { kind: 'cabinet', deviceName: imei } });
});
