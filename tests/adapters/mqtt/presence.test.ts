import test from 'ava';
import * as O from 'fp-ts/lib/Option.js';
import { from, lastValueFrom, toArray } from 'rxjs';
import {
  parseAedesPresence,
  parseMosquittoPresence,
  presenceEvents,
} from '../../../adapters/mqtt/presence.js';
import { instantOfMs } from '../../../domain/shared/instant.js';

const imei = '861234567890123';
const connected = O.some({ deviceName: imei, connected: true });
const disconnected = O.some({ deviceName: imei, connected: false });

test('aedes names the client in the payload and the event in the topic', (t) => {
  t.deepEqual(parseAedesPresence('$SYS/b-1/new/clients', imei), connected);
  t.deepEqual(parseAedesPresence('$SYS/b-1/disconnect/clients', imei), disconnected);
});

test('other aedes topics and impossible client ids say nothing', (t) => {
  for (const topic of ['$SYS/b-1/new/subscribes', '$SYS/b-1/heartbeat', '/new/clients', '']) {
    t.deepEqual(parseAedesPresence(topic, imei), O.none);
  }
  for (const id of ['', 'a b', '../x', 'x'.repeat(65)]) {
    t.deepEqual(parseAedesPresence('$SYS/b-1/new/clients', id), O.none);
  }
});

const notice = (line: string) => parseMosquittoPresence('$SYS/broker/log/N', line);

test('mosquitto tells of a connect once the login has succeeded', (t) => {
  const line = `New client connected from 127.0.0.1:57586 as ${imei} (p2, c1, k60, u'${imei}').`;
  t.deepEqual(notice(line), connected);
  t.deepEqual(notice(`1795362254: ${line}`), connected);
  t.deepEqual(notice('1795362254: New connection from 127.0.0.1:57586 on port 1883.'), O.none);
});

for (const line of [
  `Client ${imei} disconnected.`,
  `Client ${imei} closed its connection.`,
  `Client ${imei} has exceeded timeout, disconnecting.`,
  `Client ${imei} disconnected due to protocol error.`,
  `Client ${imei} been disconnected by administrative action.`,
  `Client ${imei} disconnected: Protocol error.`,
  `Bad socket read/write on client ${imei}: Unknown error.`,
  `Socket error on client ${imei}, disconnecting.`,
]) {
  test(`mosquitto ends a session with "${line}"`, (t) => {
    t.deepEqual(notice(line), disconnected);
    t.deepEqual(notice(`1795362254: ${line}`), disconnected);
  });
}

test('a refused login is no disconnect of the cabinet whose id was claimed', (t) => {
  t.deepEqual(notice(`1795362254: Client ${imei} disconnected, not authorised.`), O.none);
  t.deepEqual(notice('1795362254: Client <unknown> disconnected, not authorised.'), O.none);
  t.deepEqual(notice('Client <unknown> disconnected due to protocol error.'), O.none);
});

test('a client id that imitates a log line is not believed', (t) => {
  t.deepEqual(notice(`Client ${imei} disconnected. disconnected, not authorised.`), O.none);
  t.deepEqual(notice(`Client x\nClient ${imei} disconnected., not authorised.`), O.none);
});

test('the same text at another log level says nothing', (t) => {
  const line = `Client ${imei} disconnected.`;
  t.deepEqual(parseMosquittoPresence('$SYS/broker/log/E', line), O.none);
});

test('events keep their order and carry the time at which they were heard', async (t) => {
  const messages = [
    { topic: '$SYS/b-1/new/clients', payload: Buffer.from(imei) },
    { topic: `/powerbank/${imei}/user/update`, payload: Buffer.from(imei) },
    { topic: '$SYS/broker/log/N', payload: Buffer.from(`5: Client ${imei} disconnected.`) },
  ];
  let nowMs = 0;
  const clock = {
    now: () => {
      nowMs += 1_000;
      return instantOfMs(nowMs);
    },
  };
  t.deepEqual(await lastValueFrom(presenceEvents(from(messages), clock).pipe(toArray())), [
    { deviceName: imei, connected: true, at: instantOfMs(1_000) },
    { deviceName: imei, connected: false, at: instantOfMs(2_000) },
  ]);
});
