import test from 'ava';
import * as E from 'fp-ts/lib/Either.js';
import { bodyFrame, IMEI, openCabinetScene, slotsWith } from '../../support/cabinet-scene.js';
import { until } from '../../support/until.js';

const bank = { serial: '50000020', power: 42 };

test('a cabinet provisions with a valid sign before it connects', async (t) => {
  const scene = await openCabinetScene(t);
  const call = await scene.call('/api/iot/client/con');
  t.is(call.sign, 'valid');
  t.like(call.parameters, { uuid: IMEI, deviceId: '0', simUUID: '', simMobile: '' });
  t.true(scene.cabinet.isConnected());
});

test('newer firmware uses the newer paths', async (t) => {
  const scene = await openCabinetScene(t, { cabinet: { firmware: 'newer' } });
  await scene.call('/api/rentbox/client/connect');
  t.true(await scene.cabinet.upload());
  t.is((await scene.call('/api/rentbox/client/upload')).sign, 'valid');
});

test('provisioning that is refused is tried again until it works', async (t) => {
  const scene = await openCabinetScene(t, {
    failWith: (path, count) => (path.endsWith('con') && count < 3 ? 403 : undefined),
  });
  await scene.call('/api/iot/client/con', 3);
  t.true(scene.cabinet.isConnected());
});

test('check, check_all and upload_all report the inventory by their roads', async (t) => {
  const scene = await openCabinetScene(t, { slots: slotsWith(12, { 3: '50000001' }) });
  await scene.send({ cmd: 'check' });
  t.deepEqual(await scene.next('inventory'), scene.cabinet.inventory());
  await scene.send({ cmd: 'check_all' });
  const whole = await scene.next('inventory');
  t.is(whole.slotCount, 12);
  t.deepEqual(
    whole.boards.map(({ slotCount }) => slotCount),
    [8, 4],
  );
  await scene.send({ cmd: 'upload_all' });
  const upload = await scene.call('/api/rentbox/upload/data');
  t.deepEqual(bodyFrame(upload), scene.cabinet.inventory());
  t.is(upload.sign, 'valid');
  t.is(upload.parameters.signal, 'CSQ:24');
});

test('old firmware lists only the five fullest banks when asked to check', async (t) => {
  const slots = slotsWith(8, {}).map((slot) => ({
    ...slot,
    bank: { serial: `5000000${slot.slot}`, power: slot.slot * 10 },
  }));
  const scene = await openCabinetScene(t, { slots, cabinet: { checkReports: 'fiveFullest' } });
  await scene.send({ cmd: 'check' });
  const partial = await scene.next('inventory');
  t.deepEqual(
    partial.boards.flatMap((board) => board.slots.map(({ slot }) => slot)),
    [4, 5, 6, 7, 8],
  );
});

test('Wi-Fi, volume and mode commands are answered or remembered', async (t) => {
  const scene = await openCabinetScene(t, { cabinet: { networkNames: ['shop-2g', 'a"b'] } });
  await scene.send({ cmd: 'setWifi', ssid: 'shop-2g', password: 'secret' });
  await scene.send({ cmd: 'volume', percent: 70 });
  await scene.send({ cmd: 'setMode', mode: 'wifi' });
  await scene.send({ cmd: 'getWifi' });
  t.deepEqual((await scene.next('wifi_list')).ssids, ['shop-2g', 'a"b']);
  t.deepEqual(scene.cabinet.settings(), {
    ssid: 'shop-2g',
    volumePercent: 70,
    networkMode: 'wifi',
  });
  t.true(await scene.cabinet.upload());
  const upload = await scene.call('/api/rentbox/upload/data');
  t.is(upload.parameters.ssid, 'shop-2g');
  t.is(upload.sign, 'valid');
  t.true(scene.logLines.some(({ fields }) => fields.cmd === 'setWifi'));
  t.false(JSON.stringify(scene.logLines).includes('secret'));
});

test('commands a cabinet does not understand change nothing', async (t) => {
  const scene = await openCabinetScene(t);
  for (const payload of ['no JSON', '{"cmd":"dance"}', '{"cmd":"popup","data":"x"}']) {
    await scene.backend.publish(`/powerbank/${IMEI}/user/get`, payload);
  }
  await scene.send({ cmd: 'check_all' });
  await scene.next('inventory');
  t.is(scene.updates().length, 1);
});

test('heartbeats come at their period by themselves', async (t) => {
  const scene = await openCabinetScene(t, { cabinet: { timings: { heartbeatMs: 5 } } });
  for (let beat = 0; beat < 3; beat += 1) {
    t.is((await scene.next('heartbeat')).text, 'CSQ:24;BP:0');
  }
});

test('the echo of each heartbeat keeps the watchdog quiet', async (t) => {
  const scene = await openCabinetScene(t);
  for (let beat = 0; beat < 3; beat += 1) {
    await scene.cabinet.sendHeartbeat();
    await until(() => !scene.cabinet.watchdog().awaitsEcho);
  }
  t.is(scene.cabinet.watchdog().missedTotal, 0);
});

test('a cabinet that misses two echoes restarts and comes back', async (t) => {
  const scene = await openCabinetScene(t);
  // At once, so that no echo can come between them.
  const beats = [1, 2, 3].map(() => scene.cabinet.sendHeartbeat());
  t.is(scene.cabinet.watchdog().missedTotal, 2);
  await Promise.all(beats);
  await scene.call('/api/iot/client/con', 2);
  await scene.cabinet.connected();
  await scene.send({ cmd: 'check_all' });
  await scene.next('inventory');
});

test('uploads come by themselves, also while the cabinet cannot get at the broker', async (t) => {
  const timings = { firstUploadMs: 1, uploadMs: 5 };
  const scene = await openCabinetScene(t, {
    cabinet: { timings },
    connects: false,
    failWith: (path) => (path.endsWith('con') ? 403 : undefined),
  });
  const third = await scene.call('/api/rentbox/upload/data', 3);
  t.deepEqual(bodyFrame(third), scene.cabinet.inventory());
  t.false(scene.cabinet.isConnected());
});

test('a reboot ends the connection and the cabinet provisions and connects again', async (t) => {
  const scene = await openCabinetScene(t);
  await scene.send({ cmd: 'reboot' });
  await scene.call('/api/iot/client/con', 2);
  await scene.cabinet.connected();
  await scene.send({ cmd: 'check_all' });
  await scene.next('inventory');
  t.true(scene.cabinet.isConnected());
});

test('an accepted return is told over MQTT and then over HTTP', async (t) => {
  const scene = await openCabinetScene(t);
  t.deepEqual(await scene.cabinet.insertBank(bank), E.right(1));
  t.like(await scene.next('return'), { slot: 1, sn: '50000020', accepted: true, power: 42 });
  const call = await scene.call('/api/rentbox/order/return');
  t.like(call.parameters, { rentboxSN: IMEI, singleSN: '50000020', hole: '1' });
  t.is(call.sign, 'valid');
  t.deepEqual(scene.cabinet.slots()[0]?.bank, bank);
});

test('a return can be told by all its roads in any order', async (t) => {
  const scene = await openCabinetScene(t);
  const reports = ['upload', 'http', 'pending', 'selftest'] as const;
  t.deepEqual(await scene.cabinet.insertBank(bank, { slot: 4, reports }), E.right(4));
  t.deepEqual(scene.calls.map(({ path }) => path).slice(-2), [
    '/api/rentbox/upload/data',
    '/api/rentbox/order/return',
  ]);
  t.like(await scene.next('return'), { slot: 4, state: 0x24, accepted: false });
  t.like(await scene.next('return_selftest'), { slot: 4, sn: '50000020', accepted: true });
});

test('a refused bank is reported and stays outside', async (t) => {
  const scene = await openCabinetScene(t);
  await scene.cabinet.refuseBank(bank, 2, 0x10);
  t.like(await scene.next('return'), { slot: 2, state: 0x10, accepted: false });
  t.is(scene.cabinet.slots()[1]?.bank, null);
});

test('a bank goes only into a slot that is there and free', async (t) => {
  const scene = await openCabinetScene(t, { slots: slotsWith(2, { 1: '1', 2: '2' }) });
  t.deepEqual(await scene.cabinet.insertBank(bank), E.left('no_free_slot'));
  t.deepEqual(await scene.cabinet.insertBank(bank, { slot: 1 }), E.left('slot_occupied'));
  t.deepEqual(await scene.cabinet.insertBank(bank, { slot: 3 }), E.left('no_such_slot'));
  scene.cabinet.removeBank(2);
  t.deepEqual(await scene.cabinet.insertBank(bank, { reports: [] }), E.right(2));
});

test('a server that fails does not stop a cabinet', async (t) => {
  const scene = await openCabinetScene(t, {
    failWith: (path) => (path.endsWith('con') ? undefined : 500),
  });
  t.false(await scene.cabinet.upload());
  t.deepEqual(await scene.cabinet.insertBank(bank), E.right(1));
  t.like(await scene.next('return'), { sn: '50000020' });
  t.true(scene.cabinet.isConnected());
});

test('given credentials need no provisioning', async (t) => {
  const scene = await openCabinetScene(t, { givenCredentials: true });
  await scene.send({ cmd: 'check_all' });
  await scene.next('inventory');
  t.deepEqual(scene.calls, []);
});

test('a stopped cabinet is gone and does not come back', async (t) => {
  const scene = await openCabinetScene(t);
  await scene.cabinet.stop();
  t.false(scene.cabinet.isConnected());
  t.is(scene.calls.length, 1);
});
