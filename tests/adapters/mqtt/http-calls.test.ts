import test from 'ava';
import * as E from 'fp-ts/lib/Either.js';
import { failedAnswer, okAnswer, parseAnswer } from '../../../adapters/mqtt/family-a/envelope.js';
import { checkSign, signOf } from '../../../adapters/mqtt/family-a/http-sign.js';
import {
  readProvisioning,
  writeProvisioning,
} from '../../../adapters/mqtt/family-a/provisioning.js';
import { expectRight } from '../../support/family-a.js';

const imei = '861234567890123';

const signed: readonly (readonly [Record<string, string>, string])[] = [
  [{ signal: 'CSQ:24', rentboxSN: imei }, '4116922cafc76c54b94fe854acddb1ba'],
  [
    { uuid: imei, deviceId: '0', simUUID: '89000000000000000001', simMobile: '' },
    '3891ff67757adaba23b88f454e30f1db',
  ],
  [{ rentboxSN: imei, singleSN: '50000020', hole: '9' }, 'f639ae523cfd4025c83fa0072f53b627'],
  [{ rentboxSN: imei }, '7747cf6b3ebc87f644b54621df686d74'],
  [{ ssid: 'shop-2g', rentboxSN: imei, signal: 'CSQ:24' }, 'e455d02bd9371496b2281903989bb4d2'],
];

for (const [parameters, sign] of signed) {
  test(`${Object.keys(parameters).join(', ')} are signed ${sign}`, (t) => {
    t.is(signOf(parameters), sign);
    t.is(checkSign({ ...parameters, sign }), 'valid');
    t.is(checkSign({ ...parameters, sign: sign.toUpperCase() }), 'wrong');
    t.is(checkSign({ ...parameters, rentboxSN: '1', sign }), 'wrong');
  });
}

test('a missing and an empty sign are missing, not wrong', (t) => {
  t.is(checkSign({ rentboxSN: imei }), 'missing');
  t.is(checkSign({ rentboxSN: imei, sign: '' }), 'missing');
});

test('an optional value that was left out is signed as empty', (t) => {
  const given = { uuid: imei, deviceId: '0', simUUID: '89000000000000000001' };
  const sign = '3891ff67757adaba23b88f454e30f1db';
  t.is(checkSign({ ...given, sign }, ['simMobile']), 'valid');
  t.is(checkSign({ ...given, sign }), 'wrong');
});

test('answers carry status, data and the time in milliseconds', (t) => {
  const text = JSON.stringify(okAnswer('a,b', 1_800_000_000_123));
  t.is(text, '{"code":200,"type":0,"data":"a,b","msg":"OK","time":1800000000123}');
  t.deepEqual(parseAnswer(text), E.right(okAnswer('a,b', 1_800_000_000_123)));
  t.is(failedAnswer(403, 'unknown device', 5).code, 403);
  t.deepEqual(parseAnswer('<html>'), E.left('bad_answer'));
  t.deepEqual(parseAnswer('{"code":200}'), E.left('bad_answer'));
});

const access = {
  clientId: imei,
  productKey: 'powerbank',
  host: 'mqtt.example.com',
  port: 1883,
  username: imei,
  password: 'abcdEFGH12345678',
  timestampMs: 1_800_000_000_123,
};

test('provisioning is one string of seven parts', (t) => {
  const text = expectRight(writeProvisioning(access));
  t.is(text, `${imei},powerbank,mqtt.example.com,1883,${imei},abcdEFGH12345678,1800000000123`);
  t.deepEqual(readProvisioning(text), E.right(access));
});

test('a comma in a part is refused, since the cabinet would read other parts', (t) => {
  t.deepEqual(writeProvisioning({ ...access, password: 'a,b' }), E.left('comma_in_part'));
});

test('a cabinet refuses provisioning with other than seven parts or with odd numbers', (t) => {
  for (const text of ['', 'a,b,c,1,e,f', 'a,b,c,1,e,f,2,g', 'a,b,c,x,e,f,2', 'a,b,c,1,e,f,']) {
    t.deepEqual(readProvisioning(text), E.left('bad_provisioning'));
  }
});
