import test from 'ava';
import * as E from 'fp-ts/lib/Either.js';
import { decodeFrame } from '../../../adapters/mqtt/family-a/decode.js';
import { ejectOutcome } from '../../../adapters/mqtt/family-a/eject-results.js';
import { expectRight, frameAround } from '../../support/family-a.js';

const decode = (command: number, data: readonly number[]) =>
  expectRight(decodeFrame(frameAround(command, data)));

const text = (value: string): readonly number[] => [...Buffer.from(value, 'utf8')];

const SERIAL = [0x02, 0xfa, 0xf0, 0x94] as const;

test('every eject state proves what protocol §4.3 says and all others are uncertain', (t) => {
  const notEjected = new Set([0x00, 0x12, 0x87, 0x88, 0xfb, 0xfc, 0xfd, 0xfe, 0xff]);
  for (let state = 0; state < 256; state += 1) {
    const proven = notEjected.has(state) ? 'not_ejected' : 'uncertain';
    t.is(ejectOutcome(state), state === 1 ? 'ejected' : proven);
  }
});

test('eject results without a solenoid byte leave it unknown', (t) => {
  t.like(decode(0x31, [1, ...SERIAL, 1]), { kind: 'popup_sn', solenoid: null });
  t.like(decode(0x21, [16, 9, 1]), { kind: 'popup_slot', solenoid: null, outcome: 'ejected' });
});

test('bytes that newer firmware appends are kept as upper-case hex', (t) => {
  t.like(decode(0x31, [1, ...SERIAL, 1, 2, 0xab, 0x0c]), { solenoid: 2, extra: 'AB0C' });
  t.like(decode(0x21, [16, 9, 1, 2, 0xff]), { solenoid: 2, extra: 'FF' });
  t.like(decode(0x40, [16, 9, 73, ...SERIAL, 1, 25, 42, 7]), { power: 42, extra: '07' });
  const record = [9, 1, 0, 0, 73, ...SERIAL, 42, 29, 50, 18, 25, 22];
  t.like(decode(0x28, [16, ...record, 1, 2]), { hardVersion: 22, extra: '0102' });
  t.false('extra' in decode(0x28, [16, ...record]));
});

test('an eject result with serial 0 names no bank', (t) => {
  t.like(decode(0x31, [1, 0, 0, 0, 0, 0xfb]), { sn: null, outcome: 'not_ejected' });
});

test('the three forms of a return differ only in what they know', (t) => {
  const short = [16, 9, 73, ...SERIAL, 1];
  t.like(decode(0x40, short), { sn: '50000020', softVersion: null, power: null });
  t.like(decode(0x40, [...short, 25]), { softVersion: 25, power: null });
  t.like(decode(0x40, [...short, 25, 42]), { softVersion: 25, power: 42, accepted: true });
  t.like(decode(0x40, [...short, 25, 255]), { softVersion: 25, power: null });
});

test('a return is accepted in state 1 only', (t) => {
  for (const state of [0x00, 0x10, 0x11, 0x14, 0x21, 0x24, 0x02, 0xff]) {
    t.like(decode(0x40, [16, 9, 73, ...SERIAL, state]), { state, accepted: false });
  }
});

test('readings of a self-test stay when the serial is 0', (t) => {
  const record = [9, 0x11, 0, 0, 73, 0, 0, 0, 0, 42, 29, 50, 18, 25, 22];
  t.like(decode(0x28, [16, ...record]), { sn: null, power: 42, temperature: 29, accepted: false });
});

test('heartbeat values are numbers only when they are all digits', (t) => {
  const heartbeat = (value: string) => decode(0x7a, [16, ...text(value)]);
  t.like(heartbeat('CSQ:99;BP:3'), { csq: 99, backupPower: 3 });
  t.like(heartbeat('BP:0'), { csq: null, backupPower: 0 });
  t.like(heartbeat('CSQ:-1;BP:'), { csq: null, backupPower: null });
  t.like(heartbeat('XCSQ:5;CSQ:7'), { csq: 7 });
  t.like(heartbeat('CSQ:99999999999999999999'), { csq: null });
  t.like(heartbeat(''), { text: '', csq: null, backupPower: null });
});

test('bytes above 7F in heartbeat text become the replacement character, one each', (t) => {
  t.like(decode(0x7a, [16, 0x43, 0x80, 0xff, 0x7f]), { text: 'C\u{fffd}\u{fffd}\u{7f}' });
});

test('Wi-Fi names are read as JSON strings, escapes and UTF-8 included', (t) => {
  const ssids = (value: string) => decode(0xcf, text(value));
  t.like(ssids('["a","b"]'), { ssids: ['a', 'b'] });
  t.like(ssids('[]'), { ssids: [] });
  t.like(ssids('{"a"}'), { ssids: ['a'] });
  t.like(ssids('["quote \\" comma , end","काठमाडौं","😀"]'), {
    ssids: ['quote " comma , end', 'काठमाडौं', '😀'],
  });
  t.like(ssids('😀"a"😀'), { ssids: ['a'] });
});

test('Wi-Fi lists that are no JSON keep the parts in double quotes', (t) => {
  const ssids = (value: string) => decode(0xcf, text(value));
  t.like(ssids('["a"b","c",d,"]'), { ssids: ['a"b', 'c'] });
  t.like(ssids('["a",5,"b"]'), { ssids: ['a', 'b'] });
  t.like(ssids('[x]'), { ssids: [] });
});

test('broken UTF-8 in a Wi-Fi name does not lose the list', (t) => {
  t.like(decode(0xcf, [...text('["a'), 0xff, ...text('"]')]), { ssids: ['a\u{fffd}'] });
  t.deepEqual(decodeFrame(frameAround(0xcf, text('😀'))), E.left('bad_layout'));
});
