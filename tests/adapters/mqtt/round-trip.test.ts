import test from 'ava';
import fc from 'fast-check';
import { decodeFrame } from '../../../adapters/mqtt/family-a/decode.js';
import type {
  DecodedBoard,
  DecodedFrame,
  DecodedSlot,
} from '../../../adapters/mqtt/family-a/decoded.js';
import { ejectOutcome } from '../../../adapters/mqtt/family-a/eject-results.js';
import { encodeFrame } from '../../../adapters/mqtt/family-a/encode.js';
import { FRAME_BYTES_MAX } from '../../../adapters/mqtt/family-a/frame.js';
import { expectRight, frameAround } from '../../support/family-a.js';

const byte = fc.integer({ min: 0, max: 255 });
const serial = fc.option(fc.integer({ min: 1, max: 0xffffffff }).map(String), { nil: null });
const power = fc.option(fc.integer({ min: 0, max: 100 }), { nil: null });
const temperature = fc.option(fc.integer({ min: 1, max: 254 }), { nil: null });
const tenths = fc.option(fc.integer({ min: 0, max: 254 }), { nil: null });
const extra = fc
  .uint8Array({ maxLength: 12 })
  .map((bytes) =>
    bytes.length === 0 ? {} : { extra: Buffer.from(bytes).toString('hex').toUpperCase() },
  );

const slotAt = (number: number, areaHigh: number): fc.Arbitrary<DecodedSlot> =>
  fc
    .record({
      state: fc.oneof(fc.constantFrom(0, 1), byte),
      sn: serial,
      areaLow: byte,
      power,
      temperature,
      voltageTenths: tenths,
      currentTenths: tenths,
      softVersion: byte,
      // Not FF: together with a state of FF the slot would be a marker header (§3.2).
      packCurrentRaw: fc.integer({ min: 0, max: 254 }),
      packVoltageRaw: byte,
      sensorRaw: byte,
    })
    .map(({ areaLow, ...fields }) => {
      const { state, sn, sensorRaw } = fields;
      const blank = { power: null, temperature: null, voltageTenths: null, currentTenths: null };
      const readings = sn === null ? blank : {};
      return {
        ...fields,
        ...readings,
        slot: number,
        occupied: sn !== null,
        rentable: sn !== null && state === 1 && fields.power !== null,
        area: state === 0 ? areaLow : areaHigh * 256 + areaLow,
        microSwitch: sensorRaw >= 128 ? 1 : 0,
        solenoid: sensorRaw % 128 >= 64 ? 1 : 0,
      };
    });

interface BoardPlan {
  readonly first: number;
  readonly slotCount: number;
  readonly reserved1: number;
  readonly reserved2: number;
  readonly areaHigh: number;
}

const boardAt = (plan: BoardPlan): fc.Arbitrary<DecodedBoard> =>
  fc.record({
    address: fc.constantFrom(0x0b, 0x10, 0x20, 0x4f),
    port: fc.constant(0 as const),
    reserved1: fc.constant(plan.reserved1),
    reserved2: fc.constant(plan.reserved2),
    temperature: byte,
    softVersion: byte,
    hardVersion: byte,
    slotCount: fc.constant(plan.slotCount),
    slots: fc.tuple(
      ...Array.from({ length: plan.slotCount }, (_, index) =>
        slotAt(plan.first + index, plan.areaHigh),
      ),
    ),
  });

const inventoryOf = (
  slotCounts: readonly number[],
  header: Omit<BoardPlan, 'first' | 'slotCount'>,
): fc.Arbitrary<DecodedFrame> => {
  let first = 1;
  const boards = slotCounts.map((slotCount) => {
    const board = boardAt({ ...header, first, slotCount });
    first += slotCount;
    return board;
  });
  return fc.tuple(...boards).map((decodedBoards) => ({
    command: 0x10,
    kind: 'inventory',
    slotCount: first - 1,
    boards: decodedBoards,
  }));
};

const inventory = fc
  .tuple(
    fc.constantFrom([2], [3], [4], [5], [6], [8], [3, 3], [4, 2], [6, 6, 6], [4, 8], [20, 36]),
    fc.constantFrom(0x00, 0x01, 0x0b, 0xfe),
  )
  .chain(([slotCounts, reserved2]) => {
    const mixed = new Set(slotCounts).size > 1 || slotCounts.some((count) => count > 8);
    const areaHigh = reserved2 === 0x00 || reserved2 === 0x0b ? 0 : reserved2;
    return mixed
      ? inventoryOf(slotCounts, { reserved1: 0xff, reserved2: 0xff, areaHigh: 0 })
      : inventoryOf(slotCounts, { reserved1: 4, reserved2, areaHigh });
  });

const popupSlot: fc.Arbitrary<DecodedFrame> = fc
  .tuple(fc.record({ boardAddress: byte, slot: byte, state: byte, solenoid: byte }), extra)
  .map(([fields, surplus]) => ({
    command: 0x21,
    kind: 'popup_slot',
    ...fields,
    outcome: ejectOutcome(fields.state),
    ...surplus,
  }));

const popupSn: fc.Arbitrary<DecodedFrame> = fc
  .tuple(fc.record({ address: byte, sn: serial, state: byte, solenoid: byte }), extra)
  .map(([fields, surplus]) => ({
    command: 0x31,
    kind: 'popup_sn',
    ...fields,
    outcome: ejectOutcome(fields.state),
    ...surplus,
  }));

const returned: fc.Arbitrary<DecodedFrame> = fc
  .tuple(
    fc.record({ boardAddress: byte, slot: byte, area: byte, sn: serial, state: byte }),
    fc.oneof(
      fc.constant({ softVersion: null, power: null }),
      fc.record({ softVersion: byte, power: fc.constant(null) }),
      fc.record({ softVersion: byte, power }),
    ),
    extra,
  )
  .map(([fields, known, surplus]) => ({
    command: 0x40,
    kind: 'return',
    ...fields,
    accepted: fields.state === 1,
    ...known,
    ...(known.softVersion === null ? {} : surplus),
  }));

const selfTest: fc.Arbitrary<DecodedFrame> = fc
  .tuple(
    fc.record({
      boardAddress: byte,
      slot: byte,
      state: fc.oneof(fc.constant(1), byte),
      area: byte,
      sn: serial,
      power,
      temperature,
      voltageTenths: tenths,
      currentTenths: tenths,
      softVersion: byte,
      hardVersion: byte,
    }),
    extra,
  )
  .map(([fields, surplus]) => ({
    command: 0x28,
    kind: 'return_selftest',
    ...fields,
    accepted: fields.state === 1,
    ...surplus,
  }));

const heartbeat: fc.Arbitrary<DecodedFrame> = fc
  .record({ boardAddress: byte, csq: fc.nat({ max: 99 }), backupPower: fc.nat({ max: 3 }) })
  .chain((fields) =>
    fc.constantFrom('', ';\u{fffd}\u{7f}').map((tail) => ({
      command: 0x7a,
      kind: 'heartbeat',
      ...fields,
      text: `CSQ:${fields.csq};BP:${fields.backupPower}${tail}`,
    })),
  );

const wifiList: fc.Arbitrary<DecodedFrame> = fc
  .array(fc.string({ unit: 'binary', maxLength: 32 }), { maxLength: 8 })
  .map((ssids) => ({ command: 0xcf, kind: 'wifi_list', ssids }));

const anyFrame = fc.oneof(inventory, popupSlot, popupSn, returned, selfTest, heartbeat, wifiList);

test('whatever can be decoded is decoded again from its own encoding', (t) => {
  fc.assert(
    fc.property(anyFrame, (decoded) => {
      t.deepEqual(expectRight(decodeFrame(encodeFrame(decoded))), decoded);
    }),
    { numRuns: 400 },
  );
});

test('encoding a decoded frame and decoding it once more changes nothing in the bytes', (t) => {
  fc.assert(
    fc.property(anyFrame, (decoded) => {
      const bytes = encodeFrame(decoded);
      t.deepEqual(encodeFrame(expectRight(decodeFrame(bytes))), bytes);
    }),
    { numRuns: 400 },
  );
});

test('bytes without folded codes come back exactly, raw fields included', (t) => {
  const reading = fc.integer({ min: 1, max: 100 });
  const occupiedSlot = fc
    .tuple(fc.array(byte, { minLength: 4, maxLength: 4 }), fc.tuple(reading, reading))
    .chain(([raw, [charge, warmth]]) =>
      fc
        .tuple(byte, byte, byte, byte)
        .map((tail) => ({ raw, charge, warmth, tail: tail.map((value) => value % 255) })),
    );
  fc.assert(
    fc.property(fc.array(occupiedSlot, { minLength: 4, maxLength: 4 }), (slots) => {
      const data = slots.flatMap(({ raw, charge, warmth, tail }, index) => [
        ...[index + 1, (raw[0] ?? 0) % 255, raw[1] ?? 0, raw[2] ?? 0, raw[3] ?? 0],
        ...[1, 2, 3, 4, charge, warmth, ...tail],
      ]);
      const frame = frameAround(0x10, [0x10, 4, 0, 33, 4, 15, ...data]);
      t.deepEqual(encodeFrame(expectRight(decodeFrame(frame))), frame);
    }),
    { numRuns: 200 },
  );
});

test('an inventory of any bytes says the same after it was encoded and decoded again', (t) => {
  // One board each, so that no second layout fits; not a marker board.
  const anyBoard = fc
    .constantFrom(2, 3, 4, 5, 6, 8)
    .chain((slotCount) => {
      const dataBytes = 6 + slotCount * 15;
      return fc.uint8Array({ minLength: dataBytes, maxLength: dataBytes });
    })
    .filter((data) => data[1] !== 0xff);
  fc.assert(
    fc.property(anyBoard, (data) => {
      const decoded = expectRight(decodeFrame(frameAround(0x10, [...data])));
      t.deepEqual(expectRight(decodeFrame(encodeFrame(decoded))), decoded);
    }),
    { numRuns: 300 },
  );
});

test('a frame longer than its length field can say is refused when encoding', (t) => {
  const ssids = [' '.repeat(FRAME_BYTES_MAX)];
  t.throws(() => encodeFrame({ command: 0xcf, kind: 'wifi_list', ssids }), {
    instanceOf: RangeError,
  });
});
