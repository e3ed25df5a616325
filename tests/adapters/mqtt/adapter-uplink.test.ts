import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import * as t from 'io-ts';
import { packageRoot } from '../../../bin/package-root.js';
import { type BrokerMake, type Lab, openLab, typesOf } from '../../support/cabinet-lab.js';
import {
  heartbeat,
  heartTopic,
  inventory,
  returned,
  updateTopic,
} from '../../support/cabinet-words.js';
import { bytesOf, expectRight } from '../../support/family-a.js';
import { isMosquittoInstalled } from '../../support/mosquitto.js';

const Frames = t.array(t.type({ example: t.number, channel: t.string, hex: t.string }));
const file = join(packageRoot, 'tests/adapters/mqtt/cabinet-frames.json');
const frames = expectRight(Frames.decode(JSON.parse(readFileSync(file, 'utf8'))));
const hexOf = (example: number): readonly string[] =>
  frames.filter((frame) => frame.example === example).map(({ hex }) => hex);

const upload = (lab: Lab, body: Uint8Array) =>
  lab.call(
    '/api/rentbox/upload/data',
    { rentboxSN: '861234567890121', signal: 'CSQ:24' },
    { body },
  );

const makes: readonly BrokerMake[] = isMosquittoInstalled()
  ? ['embedded', 'mosquitto']
  : ['embedded'];

for (const broker of makes) {
  test.serial(`${broker}: the captured uploads become the events of their station`, async (t) => {
    const lab = await openLab(t, { broker });
    for (const hex of hexOf(1)) {
      lab.clock.advance({ minutes: 20 });
      t.is((await upload(lab, bytesOf(hex))).status, 200);
    }
    // The second differs from the first in temperature and current only, which is no event.
    t.deepEqual(typesOf(await lab.station()), [
      'StationRegistered',
      'StationCameOnline',
      'StationFirstSynced',
      'PowerBankDocked',
      'PowerBankDeparted',
      'PowerBankDocked',
    ]);
    t.like((await lab.station()).at(-1), { data: { slot: 3, powerBank: '40818048' } });
  });

  test.serial(`${broker}: the worked examples arrive over their topics`, async (t) => {
    const lab = await openLab(t, { broker });
    const client = await lab.client();
    for (const example of [8, 3, 5, 2, 10, 9]) {
      const [hex = ''] = hexOf(example);
      const topic = example === 8 ? heartTopic : updateTopic;
      await client.publish(topic, Buffer.from(bytesOf(hex)));
    }
    await lab.seen('SlotFaultReported', { times: 2 });
    await lab.rejectionSeen('unasked_answer');
    // Answers and a list that nobody asked for, and a broken frame: counted, and not believed.
    t.is(lab.rejected('unexpected_eject_answer'), 2);
    t.is(lab.rejected('bad_checksum'), 1);
    t.is(lab.rejected('unasked_answer'), 1);
    const docked = await lab.seen('PowerBankDocked', { times: 3 });
    t.deepEqual(
      docked.map(({ data }) => 'powerBank' in data && data.powerBank),
      ['50000001', '50000003', '50000005'],
    );
  });
}

test.serial('heartbeats and unchanged inventories leave no event behind', async (t) => {
  const lab = await openLab(t);
  const client = await lab.client();
  await client.publish(updateTopic, inventory({ 2: 50000002 }));
  await lab.seen('PowerBankDocked');
  const before = (await lab.station()).length;
  for (let day = 1; day <= 20; day += 1) {
    lab.clock.advance({ minutes: 10 });
    await client.publish(heartTopic, heartbeat);
    await client.publish(updateTopic, inventory({ 2: 50000002 }));
    t.is((await upload(lab, inventory({ 2: 50000002 }))).status, 200);
  }
  await client.publish(updateTopic, returned(50000009, 5));
  await lab.seen('PowerBankDocked', { times: 2 });
  const after = typesOf((await lab.station()).slice(before));
  // The first upload was the first whole inventory; after it there is nothing new at all.
  t.deepEqual(after, ['StationFirstSynced', 'PowerBankDocked']);
});

test.serial('only what changed becomes an event', async (t) => {
  const lab = await openLab(t);
  const client = await lab.client();
  await client.publish(updateTopic, inventory({ 2: [50000002, 70], 4: [50000004, 50] }));
  await lab.seen('PowerBankDocked', { times: 2 });
  lab.clock.advance({ minutes: 20 });
  await client.publish(updateTopic, inventory({ 2: [50000002, 70], 4: [50000004, 55] }));
  const [changed] = await lab.seen('BatteryLevelsChanged');
  t.like(changed, {
    data: { levels: [{ slot: 4, powerBank: '50000004', batteryPercent: 55 }] },
  });
});

test.serial('readings go to a bounded stream of their own, one in half an hour', async (t) => {
  const lab = await openLab(t);
  const client = await lab.client();
  for (let beat = 0; beat < 7; beat += 1) {
    await client.publish(heartTopic, heartbeat);
    await client.publish(updateTopic, inventory({ 2: [50000002, 70 + beat] }));
    await lab.seen(beat === 0 ? 'PowerBankDocked' : 'BatteryLevelsChanged', { times: beat || 1 });
    lab.clock.advance({ minutes: 10 });
  }
  await lab.adapter?.stop();
  const readings: { readonly type: string; readonly data: unknown }[] = [];
  for await (const { type, data } of lab.store.readStream('telemetry-KTM-0001')) {
    readings.push({ type, data });
  }
  t.deepEqual(
    readings.map(({ type }) => type),
    ['HeartbeatRead', 'SlotsRead', 'HeartbeatRead', 'SlotsRead', 'HeartbeatRead', 'SlotsRead'],
  );
  t.like(readings[0]?.data, { signalStrength: 24 });
  t.like(readings[1]?.data, {
    slots: { 1: { slot: 2, rawState: 1, batteryPercent: 70, temperatureCelsius: 25 } },
  });
});

test.serial('a cabinet is known as soon as its station is registered', async (t) => {
  const lab = await openLab(t, { stations: 0 });
  const client = await lab.client();
  await client.publish(heartTopic, heartbeat);
  await lab.rejectionSeen('unknown_device');
  await lab.register(1);
  // Registered in the log; the adapter hears of it a moment later.
  await client.publish(heartTopic, heartbeat);
  while (typesOf(await lab.station()).length < 2) await client.publish(heartTopic, heartbeat);
  t.deepEqual(typesOf(await lab.station()), ['StationRegistered', 'StationCameOnline']);
});

test.serial('the heartbeat comes back to its cabinet while the adapter listens', async (t) => {
  const lab = await openLab(t);
  const cabinet = await lab.cabinet();
  for (let beat = 0; beat < 3; beat += 1) {
    await cabinet.sendHeartbeat();
    while (cabinet.watchdog().awaitsEcho) await new Promise((resolve) => setImmediate(resolve));
  }
  await lab.seen('StationCameOnline');
  t.is(cabinet.watchdog().missedTotal, 0);
});
