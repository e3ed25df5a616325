import test from 'ava';
import fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import {
  describeCommand,
  encodeCommand,
  type FamilyACommand,
  parseCommand,
} from '../../../adapters/mqtt/family-a/commands.js';
import { parseTopic, topicOf, uplinkFilters } from '../../../adapters/mqtt/family-a/topics.js';

const validity = { issuedAtSeconds: 1_800_000_000, ttlSeconds: 15 };

const written: readonly (readonly [FamilyACommand, string])[] = [
  [{ cmd: 'check' }, '{"cmd":"check"}'],
  [{ cmd: 'check_all' }, '{"cmd":"check_all"}'],
  [{ cmd: 'upload_all' }, '{"cmd":"upload_all"}'],
  [{ cmd: 'popup_sn', sn: '40818048', validity: null }, '{"cmd":"popup_sn","data":"40818048"}'],
  [
    { cmd: 'popup_sn', sn: '4294967295', validity },
    '{"cmd":"popup_sn","data":"4294967295","timestamp":"1800000000","ttl":"15"}',
  ],
  [{ cmd: 'popup', slot: 9, port: 1, validity: null }, '{"cmd":"popup","data":"9","io":"1"}'],
  [
    { cmd: 'popup', slot: 80, port: 0, validity },
    '{"cmd":"popup","data":"80","io":"0","timestamp":"1800000000","ttl":"15"}',
  ],
  [{ cmd: 'reboot' }, '{"cmd":"reboot"}'],
  [{ cmd: 'push_version_publish' }, '{"cmd":"push_version_publish"}'],
  [{ cmd: 'push_version_apk' }, '{"cmd":"push_version_apk"}'],
  [{ cmd: 'check_log' }, '{"cmd":"check_log"}'],
  [{ cmd: 'open', seconds: 3600 }, '{"cmd":"open","data":"3600"}'],
  [{ cmd: 'close' }, '{"cmd":"close"}'],
  [{ cmd: 'load_ad' }, '{"cmd":"load_ad"}'],
  [{ cmd: 'getWifi' }, '{"cmd":"getWifi"}'],
  [
    { cmd: 'setWifi', ssid: 'shop "2g"', password: 'a\\b"c' },
    '{"cmd":"setWifi","username":"shop \\"2g\\"","password":"a\\\\b\\"c"}',
  ],
  [{ cmd: 'setMode', mode: '4g' }, '{"cmd":"setMode","data":"4g"}'],
  [{ cmd: 'volume', percent: 100 }, '{"cmd":"volume","data":"100"}'],
];

for (const [command, payload] of written) {
  test(`${payload} is what the cabinet gets`, (t) => {
    t.is(encodeCommand(command), payload);
    t.deepEqual(parseCommand(payload), E.right(JSON.parse(payload)));
  });
}

test('what is logged of a network change holds neither its name nor its password', (t) => {
  const logged = JSON.stringify(
    describeCommand({ cmd: 'setWifi', ssid: 'shop-2g', password: 'secret-word' }),
  );
  t.is(logged, '{"cmd":"setWifi"}');
});

test('a cabinet refuses payloads that are no object of strings with a command', (t) => {
  for (const payload of ['', '{', '[]', '"check"', '{}', '{"cmd":1}', '{"cmd":"open","data":5}']) {
    t.deepEqual(parseCommand(payload), E.left('bad_command'));
  }
});

test('any network name and password survive the way to the cabinet', (t) => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string(), (ssid, password) => {
      const payload = encodeCommand({ cmd: 'setWifi', ssid, password });
      t.deepEqual(parseCommand(payload), E.right({ cmd: 'setWifi', username: ssid, password }));
    }),
  );
});

test('topics carry a leading slash and come apart again', (t) => {
  const topic = { deviceName: '861234567890123', channel: 'update' } as const;
  t.is(topicOf('powerbank', topic), '/powerbank/861234567890123/user/update');
  t.deepEqual(parseTopic('powerbank', topicOf('powerbank', topic)), O.some(topic));
  t.deepEqual(uplinkFilters('powerbank'), ['/powerbank/+/user/update', '/powerbank/+/user/heart']);
});

test('topics of other shapes, products and devices are not ours', (t) => {
  for (const topic of [
    'powerbank/861234567890123/user/update',
    '/other/861234567890123/user/update',
    '/powerbank/861234567890123/user/upload',
    '/powerbank/861234567890123/update',
    '/powerbank/861234567890123/user/update/more',
    '/powerbank//user/update',
    '/powerbank/+/user/update',
    '/powerbank/a b/user/update',
    '$SYS/powerbank',
    '',
  ]) {
    t.deepEqual(parseTopic('powerbank', topic), O.none, topic);
  }
});
