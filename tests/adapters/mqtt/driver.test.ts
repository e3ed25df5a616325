import test from 'ava';
import * as E from 'fp-ts/lib/Either.js';
import { familyADriver } from '../../../adapters/mqtt/family-a/driver.js';
import { reportOfHttpReturn } from '../../../adapters/mqtt/family-a/http-return.js';
import type {
  CabinetCommand,
  CabinetReport,
  CabinetUplink,
} from '../../../ports/cabinet-driver.js';
import {
  boardBytes,
  bytesOf,
  expectRight,
  frameAround,
  slotBytes,
} from '../../support/family-a.js';

const decode = (bytes: Uint8Array, context: Partial<CabinetUplink> = {}): CabinetReport =>
  expectRight(familyADriver.decode({ bytes, channel: 'live', openQuery: null, ...context }));

const deadline = { issuedAtSeconds: 1_800_000_000, ttlSeconds: 15 };

const oneBoard = frameAround(0x10, [
  ...[1, 0xff, 0xff, 0, 4, 15],
  ...slotBytes({ slot: 1, state: 1, serial: 50_000_001, power: 90, temperature: 25 }),
  ...slotBytes({ slot: 2, sensors: 0x80 }),
  ...slotBytes({ slot: 3, state: 3 }),
  ...[2, 0xff, 0xff, 0, 4, 15],
  ...slotBytes({ slot: 4, state: 4, serial: 50_000_004, power: 255 }),
]);

test('an inventory names boards by position and says which banks are usable', (t) => {
  const report = decode(oneBoard);
  t.is(report.kind, 'inventory');
  t.deepEqual(report.kind === 'inventory' && report.slots[0], {
    board: 0,
    slot: 1,
    state: 'normal',
    rawState: 1,
    bankSerial: '50000001',
    batteryPercent: 90,
    temperatureCelsius: 25,
    chargingVoltageTenths: 0,
    chargingCurrentTenths: 0,
    usable: true,
    somethingInside: true,
  });
  t.like(report, {
    slots: {
      1: { state: 'empty', bankSerial: null, usable: false, somethingInside: false },
      2: { state: 'bankSilent', bankSerial: null, somethingInside: true },
      3: { board: 1, slot: 4, state: 'jammed', batteryPercent: null, usable: false },
    },
  });
});

test('every slot state has a name, and undocumented ones are unknown', (t) => {
  const names = Array.from({ length: 256 }, (_, state) => {
    const slots = [1, 2, 3].flatMap((slot) => slotBytes({ slot, state }));
    const report = decode(frameAround(0x10, [1, 0, 0, 0, 4, 15, ...slots]));
    return report.kind === 'inventory' ? report.slots[0]?.state : undefined;
  });
  t.deepEqual(names.slice(0, 12), [
    'empty',
    'normal',
    'chargingFault',
    'bankSilent',
    'jammed',
    'forcedOpen',
    'lockFault',
    'unknown',
    'antiTheftFailed',
    'shortCircuit',
    'returnFailed',
    'unknown',
  ]);
  t.true(names.slice(11).every((name) => name === 'unknown'));
});

test('only uploads and answers to checkAll are whole inventories', (t) => {
  const bytes = frameAround(0x10, boardBytes([1, 0, 0], 1, 4));
  t.like(decode(bytes), { whole: false });
  t.like(decode(bytes, { openQuery: 'check' }), { whole: false });
  t.like(decode(bytes, { openQuery: 'checkAll' }), { whole: true });
  t.like(decode(bytes, { channel: 'upload' }), { whole: true });
});

test('an eject result names the bank or the slot, whichever the cabinet was asked by', (t) => {
  t.deepEqual(decode(bytesOf('A8000C3101026ED580010252')), {
    kind: 'ejectResult',
    bankSerial: '40818048',
    slot: null,
    outcome: 'ejected',
    rawState: 1,
  });
  t.deepEqual(decode(bytesOf('A800092110101100FD')), {
    kind: 'ejectResult',
    bankSerial: null,
    slot: 16,
    outcome: 'uncertain',
    rawState: 0x11,
  });
  t.like(decode(frameAround(0x31, [1, 0, 0, 0, 5, 0xfc])), { outcome: 'notEjected' });
});

test('a return is settled unless the cabinet announced a second report', (t) => {
  const state = (value: number) =>
    decode(frameAround(0x40, [16, 9, 73, 2, 0xfa, 0xf0, 0x94, value]));
  t.like(state(0x01), { bankSerial: '50000020', slot: 9, accepted: true, settled: true });
  t.like(state(0x24), { accepted: false, settled: false, channel: 'live', rawState: 0x24 });
  t.like(state(0x11), { accepted: false, settled: true });
  t.like(decode(bytesOf('A80015281009010000490 2FAF0942A1D321219167E')), {
    channel: 'selfTest',
    bankSerial: '50000020',
    batteryPercent: 42,
  });
});

test('an accepted return over HTTP is the same report by another road', (t) => {
  t.deepEqual(
    reportOfHttpReturn({ singleSN: '50000020', hole: '9' }),
    E.right({
      kind: 'bankReturned',
      bankSerial: '50000020',
      slot: 9,
      accepted: true,
      settled: true,
      batteryPercent: null,
      channel: 'http',
      rawState: null,
    }),
  );
  for (const singleSN of [undefined, '', '0', '-1', '4294967296', '1e3']) {
    t.deepEqual(reportOfHttpReturn({ singleSN, hole: '9' }), E.left('bad_serial'));
  }
  for (const hole of [undefined, '', 'x', '256', '-1']) {
    t.deepEqual(reportOfHttpReturn({ singleSN: '50000020', hole }), E.left('bad_slot'));
  }
});

test('heartbeats without a network have no signal strength', (t) => {
  const heartbeat = (text: string) => decode(frameAround(0x7a, [16, ...Buffer.from(text)]));
  t.deepEqual(heartbeat('CSQ:24;BP:0'), { kind: 'heartbeat', signalStrength: 24 });
  t.like(heartbeat('CSQ:99'), { signalStrength: null });
  t.like(heartbeat(''), { signalStrength: null });
});

test('Wi-Fi lists and unreadable bytes pass through with their names', (t) => {
  t.deepEqual(decode(frameAround(0xcf, [...Buffer.from('["a"]')])), {
    kind: 'wifiNetworks',
    networkNames: ['a'],
  });
  t.deepEqual(
    familyADriver.decode({ bytes: new Uint8Array(), channel: 'live', openQuery: null }),
    E.left({ kind: 'unreadableUplink', reason: 'empty' }),
  );
});

const payloads: readonly (readonly [CabinetCommand, string])[] = [
  [
    { kind: 'ejectBySerial', bankSerial: '50000020', slot: 9, deadline },
    '{"cmd":"popup_sn","data":"50000020","timestamp":"1800000000","ttl":"15"}',
  ],
  [
    { kind: 'ejectBySlot', slot: 9, port: 0, deadline },
    '{"cmd":"popup","data":"9","io":"0","timestamp":"1800000000","ttl":"15"}',
  ],
  [{ kind: 'checkAll' }, '{"cmd":"check_all"}'],
  [{ kind: 'check' }, '{"cmd":"check"}'],
  [{ kind: 'uploadAll' }, '{"cmd":"upload_all"}'],
  [{ kind: 'reboot' }, '{"cmd":"reboot"}'],
  [{ kind: 'wifiScan' }, '{"cmd":"getWifi"}'],
  [
    { kind: 'wifiConnect', networkName: 'shop', password: 'pw' },
    '{"cmd":"setWifi","username":"shop","password":"pw"}',
  ],
  [{ kind: 'setVolume', percent: 0 }, '{"cmd":"volume","data":"0"}'],
  [{ kind: 'setNetworkMode', mode: 'wifi' }, '{"cmd":"setMode","data":"wifi"}'],
  [{ kind: 'loadAd' }, '{"cmd":"load_ad"}'],
];

for (const [command, payload] of payloads) {
  test(`${command.kind} goes down as ${payload}`, (t) => {
    const downlink = expectRight(familyADriver.encode(command));
    t.is(Buffer.from(downlink.payload).toString(), payload);
    const once = ['ejectBySerial', 'ejectBySlot', 'reboot'].includes(command.kind);
    t.is(downlink.delivery, once ? 'atMostOnce' : 'atLeastOnce');
    t.is(downlink.answerTimeoutMs > 0, downlink.answeredBy !== null);
  });
}

test('the log text of a network change holds no credentials', (t) => {
  const command = { kind: 'wifiConnect', networkName: 'shop', password: 'hidden' } as const;
  t.is(expectRight(familyADriver.encode(command)).logText, '{"cmd":"setWifi"}');
});

const refused: readonly (readonly [CabinetCommand, string])[] = [
  [{ kind: 'ejectBySerial', bankSerial: '0', slot: null, deadline }, 'bankSerial'],
  [{ kind: 'ejectBySerial', bankSerial: '4294967296', slot: null, deadline }, 'bankSerial'],
  [{ kind: 'ejectBySerial', bankSerial: 'DEMO1', slot: null, deadline }, 'bankSerial'],
  [{ kind: 'ejectBySlot', slot: 0, port: 0, deadline }, 'slot'],
  [{ kind: 'ejectBySlot', slot: 81, port: 0, deadline }, 'slot'],
  [{ kind: 'setVolume', percent: 101 }, 'percent'],
  [{ kind: 'setVolume', percent: 0.5 }, 'percent'],
  [{ kind: 'wifiConnect', networkName: '', password: '' }, 'networkName'],
  [{ kind: 'wifiConnect', networkName: 'क'.repeat(11), password: '' }, 'networkName'],
  [{ kind: 'wifiConnect', networkName: 'a', password: 'p'.repeat(64) }, 'password'],
];

for (const [index, [command, argument]] of refused.entries()) {
  test(`refusal ${index + 1}: ${command.kind} with a bad ${argument}`, (t) => {
    t.deepEqual(familyADriver.encode(command), E.left({ kind: 'invalidArgument', argument }));
  });
}
