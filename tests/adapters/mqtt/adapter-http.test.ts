import { once } from 'node:events';
import { connect } from 'node:net';
import test from 'ava';
import { signOf } from '../../../adapters/mqtt/family-a/http-sign.js';
import { readProvisioning } from '../../../adapters/mqtt/family-a/provisioning.js';
import { createCallLimiter, usualLimits } from '../../../adapters/mqtt/http-limits.js';
import type { EventStore } from '../../../ports/event-store.js';
import {
  type CallAnswer,
  imeiOf,
  type Lab,
  openLab,
  strangerImei,
} from '../../support/cabinet-lab.js';
import { heartbeat, inventory } from '../../support/cabinet-words.js';
import { expectRight } from '../../support/family-a.js';

const imei = imeiOf(1);
const uploadPath = '/api/rentbox/upload/data';
const returnPath = '/api/rentbox/order/return';

const envelope = ({ code, type, data, msg, time }: CallAnswer) => ({ code, type, data, msg, time });

const asks = { uuid: imei, deviceId: '0', simUUID: '', simMobile: '' };

for (const path of ['/api/iot/client/con', '/api/rentbox/client/connect']) {
  for (const method of ['GET', 'POST']) {
    test.serial(
      `${method} ${path} gives a registered cabinet its access to the broker`,
      async (t) => {
        const lab = await openLab(t);
        const answer = await lab.call(path, asks, { method });
        const time = Date.parse(lab.clock.now());
        t.like(envelope(answer), { code: 200, type: 0, msg: 'OK', time });
        const access = expectRight(readProvisioning(answer.data));
        t.like(access, {
          clientId: imei,
          username: imei,
          productKey: 'powerbank',
          host: '127.0.0.1',
          port: lab.broker.cabinetPort,
        });
        t.regex(access.password, /^[A-Za-z0-9]{16}$/);
        t.is((await lab.call(path, asks, { method })).data, answer.data);
        t.false(JSON.stringify(lab.log.lines).includes(access.password));
      },
    );
  }
}

test.serial(
  'what a cabinet leaves out at provisioning is signed as empty or not at all',
  async (t) => {
    const lab = await openLab(t);
    const path = '/api/iot/client/con';
    t.is((await lab.call(path, { uuid: imei })).status, 200);
    const sign = signOf({ uuid: imei, deviceId: '', simUUID: '', simMobile: '' });
    t.is((await lab.call(path, { uuid: imei, sign })).status, 200);
    t.is((await lab.call(path, { uuid: imei, sign: sign.replace(/./, 'x') })).status, 403);
    t.is((await lab.call(path, { uuid: imei, sign: '' })).status, 403);
    t.is(lab.rejected('bad_sign'), 1);
    t.is(lab.rejected('missing_sign'), 1);
  },
);

for (const path of [uploadPath, '/api/rentbox/client/upload']) {
  test.serial(
    `${path} takes an inventory, however it is signed that the firmware signs`,
    async (t) => {
      const lab = await openLab(t);
      const body = inventory({ 3: 50000003 });
      const signed = { rentboxSN: imei, signal: 'CSQ:31' };
      const calls = [
        signed,
        { ...signed, io: '0', ssid: 'shop & co' },
        { ...signed, ssid: '', sign: signOf(signed) },
        { rentboxSN: imei, sign: signOf({ rentboxSN: imei, signal: '0' }) },
        { rentboxSN: imei },
        { ...signed, sign: '' },
      ];
      for (const parameters of calls) {
        t.is((await lab.call(path, parameters, { body })).status, 200, JSON.stringify(parameters));
      }
      await lab.seen('StationFirstSynced');
      t.is((await lab.seen('PowerBankDocked')).length, 1);
      t.is((await lab.call(path, { ...signed, sign: 'wrong' }, { body })).status, 403);
    },
  );
}

test.serial('P-028: a return is answered 200 once it is stored', async (t) => {
  const lab = await openLab(t);
  const answer = await lab.call(returnPath, { rentboxSN: imei, singleSN: '50000020', hole: '5' });
  t.is(answer.status, 200);
  const [docked] = (await lab.station()).filter(({ type }) => type === 'PowerBankDocked');
  t.like(docked, { data: { powerBank: '50000020', slot: 5, channel: 'return-http' } });
});

test.serial(
  'a return that could not be stored is answered 503, and stored when it comes again',
  async (t) => {
    let isAway = false;
    const storeOf = (store: EventStore): EventStore => ({
      ...store,
      append: async (stream, expected, events) =>
        isAway
          ? { kind: 'unknown', reason: 'away by the test' }
          : store.append(stream, expected, events),
    });
    const lab = await openLab(t, { storeOf });
    const parameters = { rentboxSN: imei, singleSN: '50000020', hole: '5' };
    isAway = true;
    t.like(await lab.call(returnPath, parameters), { status: 503, code: 503, data: '' });
    isAway = false;
    t.is((await lab.call(returnPath, parameters)).status, 200);
    t.is((await lab.seen('PowerBankDocked')).length, 1);
  },
);

test.serial('a return without a readable bank or slot is no return', async (t) => {
  const lab = await openLab(t);
  const right = { rentboxSN: imei, singleSN: '50000020', hole: '5' };
  for (const [change, reason] of [
    [{ singleSN: '0' }, 'bad_serial'],
    [{ singleSN: '5e7' }, 'bad_serial'],
    [{ hole: 'x' }, 'bad_slot'],
    [{ hole: '0' }, 'refused'],
  ] as const) {
    t.is((await lab.call(returnPath, { ...right, ...change })).status, 400);
    t.true(lab.rejected(reason) > 0, reason);
  }
});

for (const path of ['/api/rentbox/config/data', '/api/rentbox/client/config']) {
  test.serial(`${path} answers with text that holds JSON, all values text`, async (t) => {
    const lab = await openLab(t);
    const words = '{modem: EC200, ver: "3.0.0.0"';
    const signed = await lab.call(path, { rentboxSN: imei }, { body: words });
    const unsigned = await lab.call(path, { rentboxSN: imei, sign: '' }, { body: words });
    t.is(signed.data, unsigned.data);
    t.deepEqual(JSON.parse(signed.data), {
      dRotationRefer: '15',
      dReturnLocked: '0',
      dHeadConfig: '43',
      dRotationNumber: '5',
      dRotationEnable: '1',
      dMotorEnable: '1',
      dAreaConfig: '0',
    });
    await lab.adapter?.stop();
    const kept: unknown[] = [];
    for await (const { data } of lab.store.readStream('telemetry-KTM-0001')) kept.push(data);
    t.like(kept, [{ text: words }]);
  });
}

test.serial('nobody has newer firmware, in either spelling', async (t) => {
  const lab = await openLab(t);
  const older = { appUuid: '0'.repeat(32), deviceUuid: '' };
  for (const part of ['publish', 'test/mcu', 'publish/chip']) {
    t.like(await lab.call(`/api/iot/app/version/${part}`, older), { status: 200, data: '' });
  }
  const newer = '/api/rentbox/client/version/main';
  t.like(await lab.call(newer, { id: '7', sign: '' }), { status: 200, data: '' });
});

const refusals: readonly (readonly [
  reason: string,
  status: number,
  (lab: Lab) => Promise<CallAnswer>,
])[] = [
  ['unknown_path', 404, (lab) => lab.call('/api/rentbox/unknown', { rentboxSN: imei })],
  ['unknown_path', 404, (lab) => lab.call('/', {})],
  ['wrong_method', 405, (lab) => lab.call(uploadPath, { rentboxSN: imei }, { method: 'PUT' })],
  ['bad_parameters', 400, (lab) => lab.call(uploadPath, {})],
  ['bad_parameters', 400, (lab) => lab.call(`${uploadPath}?io=0&io=1`, { rentboxSN: imei })],
  ['unknown_device', 403, (lab) => lab.call(uploadPath, { rentboxSN: strangerImei })],
  ['unknown_device', 403, (lab) => lab.call(uploadPath, { rentboxSN: '__proto__' })],
  [
    'unknown_device',
    403,
    (lab) => lab.call('/api/iot/client/con', { ...asks, uuid: strangerImei }),
  ],
  ['empty', 400, (lab) => lab.call(uploadPath, { rentboxSN: imei })],
  ['bad_head', 400, (lab) => lab.call(uploadPath, { rentboxSN: imei }, { body: '<html>' })],
  [
    'wrong_command_for_topic',
    400,
    (lab) => lab.call(uploadPath, { rentboxSN: imei }, { body: heartbeat }),
  ],
  [
    'body_too_large',
    413,
    (lab) => lab.call(uploadPath, { rentboxSN: imei }, { body: new Uint8Array(70_000) }),
  ],
];

test.serial('what is refused gets the envelope too, and is counted with its reason', async (t) => {
  const lab = await openLab(t);
  for (const [reason, status, call] of refusals) {
    const before = lab.rejected(reason);
    const answer = await call(lab);
    t.like(answer, { status, code: status, type: 0, data: '' }, reason);
    t.is(answer.msg, reason);
    t.is(lab.rejected(reason), before + 1, reason);
  }
  t.is((await lab.station()).length, 1);
});

test.serial('a body that breaks off is given up', async (t) => {
  const lab = await openLab(t);
  const { port } = new URL(lab.httpUrl);
  const socket = connect(Number(port), '127.0.0.1');
  await once(socket, 'connect');
  const query = `rentboxSN=${imei}&sign=`;
  socket.write(`POST ${uploadPath}?${query} HTTP/1.1\r\nhost: x\r\ncontent-length: 99\r\n\r\nA8`);
  socket.end();
  await lab.rejectionSeen('body_incomplete');
  t.is((await lab.call(uploadPath, { rentboxSN: imei }, { body: inventory({}) })).status, 200);
});

test.serial('before the adapter knows its cabinets they are told to come back', async (t) => {
  const lab = await openLab(t, { withAdapter: false });
  const adapter = await lab.startAdapter();
  const notYet = { ...adapter, inbox: { ...adapter.inbox, isOpen: () => false } };
  const url = await lab.serveHttp(notYet);
  const answer = await fetch(`${url}${uploadPath}?rentboxSN=${imei}`);
  t.is(answer.status, 503);
});

test.serial('a second address for one cabinet raises an alarm, once', async (t) => {
  const lab = await openLab(t, { trustedProxies: 1 });
  const from = (address: string) =>
    fetch(`${lab.httpUrl}/api/rentbox/config/data?rentboxSN=${imei}`, {
      headers: { 'x-forwarded-for': address },
    });
  await from('203.0.113.1');
  await from('203.0.113.1');
  t.is(lab.metrics.counted('cabinet_alarms_total'), 0);
  await from('198.51.100.7');
  await from('203.0.113.1');
  t.is(lab.metrics.counted('cabinet_alarms_total', { kind: 'second_source' }), 1);
  lab.clock.advance({ minutes: 46 });
  t.is((await from('192.0.2.9')).status, 200);
  t.is(lab.metrics.counted('cabinet_alarms_total'), 1);
});

test.serial('one cabinet, and one address, may call only so often', async (t) => {
  const limiter = createCallLimiter({
    ...usualLimits,
    callsPerSourceMax: 9,
    callsPerDeviceMax: 4,
    provisioningsPerDeviceMax: 2,
  });
  const lab = await openLab(t, { limiter });
  const provision = async () => (await lab.call('/api/iot/client/con', asks)).status;
  t.deepEqual([await provision(), await provision(), await provision()], [200, 200, 429]);
  const body = inventory({});
  const upload = async () => (await lab.call(uploadPath, { rentboxSN: imei }, { body })).status;
  t.deepEqual([await upload(), await upload()], [200, 429]);
  const unknown = async () => (await lab.call(uploadPath, { rentboxSN: strangerImei })).status;
  const statuses = [];
  for (let call = 0; call < 6; call += 1) statuses.push(await unknown());
  t.deepEqual(statuses, [403, 403, 403, 403, 429, 429]);
  t.is(lab.rejected('rate_limited'), 4);
});
