import { once } from 'node:events';
import { connect } from 'node:net';
import test from 'ava';
import { createRejections, REJECTION_REASONS } from '../../../adapters/mqtt/rejections.js';
import { imeiOf, type Lab, openLab, strangerImei, typesOf } from '../../support/cabinet-lab.js';
import {
  ejected,
  heartbeat,
  heartTopic,
  inventory,
  networks,
  returned,
  updateTopic,
} from '../../support/cabinet-words.js';
import { bytesOf, frameAround } from '../../support/family-a.js';
import { memoryLog } from '../../support/log.js';
import { memoryMetrics } from '../../support/memory-metrics.js';
import { connectTestClient, type TestClient } from '../../support/mqtt-client.js';
import { createTestClock } from '../../support/test-clock.js';

type Garbage = readonly [reason: string, topic: string, payload: Buffer | string];

const sound = inventory({ 2: 50000002 });
const cut = sound.subarray(0, 40);

/** Everything that a cabinet can send and should not. */
const garbage: readonly Garbage[] = [
  ['empty', updateTopic, ''],
  ['too_short', updateTopic, Buffer.from([0xa8, 0])],
  ['bad_head', updateTopic, sound.toString('hex')],
  ['bad_head', updateTopic, '{"cmd":"popup_sn","data":"50000002"}'],
  ['bad_length', updateTopic, Buffer.from([0xa8, 0, 4, 0x10, 0x44])],
  ['truncated', updateTopic, cut],
  ['trailing_data', updateTopic, Buffer.concat([sound, Buffer.from('\r\n')])],
  ['trailing_data', updateTopic, Buffer.concat([sound, sound])],
  ['bad_checksum', updateTopic, Buffer.from(bytesOf('A8000C3101026ED580000252'))],
  ['unknown_command', updateTopic, Buffer.from(frameAround(0x30, [1, 2, 3, 4, 5]))],
  ['bad_layout', updateTopic, Buffer.from(frameAround(0x10, [1, 2, 3]))],
  ['wrong_command_for_topic', heartTopic, sound],
  ['wrong_command_for_topic', heartTopic, returned(50000002, 4)],
  ['wrong_command_for_topic', updateTopic, heartbeat],
  ['unexpected_eject_answer', updateTopic, ejected(50000099)],
  ['unexpected_eject_answer', updateTopic, ejected(50000099, 0x12)],
  ['unasked_answer', updateTopic, networks('shop')],
  ['refused', updateTopic, returned(50000002, 0)],
];

/** The adapter is alive when it still records what a cabinet says. */
const provesAlive = async (lab: Lab, client: TestClient, times: number): Promise<void> => {
  await client.publish(updateTopic, returned(50000100 + times, 1 + (times % 8)));
  await lab.seen('PowerBankDocked', { times });
};

test.serial(
  'whatever makes no sense is counted with its reason, and the adapter goes on',
  async (t) => {
    const lab = await openLab(t);
    const client = await lab.client();
    for (const [reason, topic, payload] of garbage) {
      const before = lab.rejected(reason);
      await client.publish(topic, payload);
      while (lab.rejected(reason) === before) await new Promise((next) => setImmediate(next));
      t.is(lab.rejected(reason), before + 1, reason);
    }
    await provesAlive(lab, client, 1);
    t.deepEqual(typesOf(await lab.station()), [
      'StationRegistered',
      'StationCameOnline',
      'PowerBankDocked',
    ]);
    t.is(lab.log.lines.filter(({ level }) => level === 'error').length, 0);
  },
);

test.serial(
  'every line about a rejected message names its reason and at most 64 bytes',
  async (t) => {
    const lab = await openLab(t);
    const client = await lab.client();
    await client.publish(updateTopic, Buffer.concat([sound, Buffer.alloc(5_000, 0x41)]));
    await lab.rejectionSeen('trailing_data');
    const line = lab.log.lines.find(({ fields }) => fields.reason === 'trailing_data');
    t.like(line, {
      level: 'warn',
      fields: {
        device: imeiOf(1),
        topic: updateTopic,
        bytes: sound.length + 5_000,
        hex: sound.subarray(0, 64).toString('hex'),
      },
    });
  },
);

test.serial(
  'a modem that no station has is a stranger, although the broker lets it in',
  async (t) => {
    const lab = await openLab(t);
    const client = await lab.client(strangerImei);
    await client.publish(`/powerbank/${strangerImei}/user/heart`, heartbeat);
    await lab.rejectionSeen('unknown_device');
    await client.publish(`/powerbank/${strangerImei}/user/update`, sound);
    await provesAlive(lab, await lab.client(), 1);
    t.is(lab.rejected('unknown_device'), 2);
  },
);

test.serial('a cabinet cannot speak for another one', async (t) => {
  const lab = await openLab(t, { stations: 2 });
  const forger = await lab.client(imeiOf(2));
  await forger.publish(updateTopic, returned(50000001, 1));
  await forger.publish(heartTopic, heartbeat);
  const honest = await lab.client();
  await honest.publish(updateTopic, returned(50000002, 2));
  const docked = await lab.seen('PowerBankDocked');
  t.is(docked.length, 1);
  t.like(docked[0], { data: { powerBank: '50000002' } });
  t.deepEqual(typesOf(await lab.station(2)).slice(0, 2), [
    'StationRegistered',
    'StationCameOnline',
  ]);
});

test.serial('strangers at the broker’s port, with or without words, disturb nobody', async (t) => {
  const lab = await openLab(t);
  const socket = connect(lab.broker.cabinetPort, '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
  const url = `mqtt://127.0.0.1:${lab.broker.cabinetPort}`;
  const login = { username: imeiOf(1), clientId: imeiOf(1), password: 'guessed' };
  await t.throwsAsync(connectTestClient(url, login));
  await provesAlive(lab, await lab.client(), 1);
  socket.destroy();
});

test.serial('a cabinet that sends faster than anyone records loses its surplus only', async (t) => {
  const lab = await openLab(t, { stations: 2 });
  const flood = await lab.client();
  const other = await lab.client(imeiOf(2));
  const messages = Array.from({ length: 600 }, (_, index) =>
    flood.publish(updateTopic, inventory({ 1: [50000001, index % 100] })),
  );
  const otherTopic = `/powerbank/${imeiOf(2)}/user/update`;
  await other.publish(otherTopic, returned(50000002, 2));
  await Promise.all(messages);
  await lab.seen('PowerBankDocked', { cabinet: 2 });
  const taken = () => lab.messages() - 1 + lab.rejected('too_many_waiting');
  while (taken() < 600) await new Promise((next) => setImmediate(next));
  t.is(taken(), 600);
  await provesAlive(lab, flood, 2);
});

test('a flood of rejections is counted in full and logged in part', (t) => {
  const log = memoryLog();
  const metrics = memoryMetrics();
  const clock = createTestClock();
  const reject = createRejections({ log, metrics, clock });
  for (let count = 0; count < 1_000; count += 1) reject({ reason: 'bad_head', road: 'mqtt' });
  t.is(metrics.counted('cabinet_rejections_total', { reason: 'bad_head', kind: 'mqtt' }), 1_000);
  t.is(log.lines.length, 120);
  clock.advance({ minutes: 1 });
  reject({ reason: 'bad_head', road: 'mqtt', device: 'x'.repeat(1_000) });
  t.like(log.lines.at(-1), { fields: { linesLeftOut: 880, device: 'x'.repeat(80) } });
});

test('every reason is a word that fits a label', (t) => {
  t.is(new Set(REJECTION_REASONS).size, REJECTION_REASONS.length);
  t.true(REJECTION_REASONS.every((reason) => /^[a-z_]+$/.test(reason)));
});
