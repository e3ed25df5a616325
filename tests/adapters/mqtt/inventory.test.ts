import test from 'ava';
import * as E from 'fp-ts/lib/Either.js';
import { decodeFrame } from '../../../adapters/mqtt/family-a/decode.js';
import type { DecodedInventory } from '../../../adapters/mqtt/family-a/decoded.js';
import { boardBytes, expectRight, frameAround, slotBytes } from '../../support/family-a.js';

type Header = readonly [number, number, number];

const marker = (address: number): Header => [address, 0xff, 0xff];
const plain = (address: number): Header => [address, 0, 0];

const decode = (data: readonly number[]): DecodedInventory => {
  const decoded = expectRight(decodeFrame(frameAround(0x10, data)));
  if (decoded.kind !== 'inventory') throw new Error(`decoded as ${decoded.kind}`);
  return decoded;
};

const sizes = (data: readonly number[]): readonly number[] =>
  decode(data).boards.map(({ slotCount }) => slotCount);

/** Plain boards of the given sizes with rising slot numbers and addresses 16, 32, 48 … */
const plainBoards = (...slotCounts: readonly number[]): readonly number[] => {
  let first = 1;
  return slotCounts.flatMap((count, index) => {
    const board = boardBytes(plain((index + 1) * 16), first, count);
    first += count;
    return board;
  });
};

const markerBoards = (...slotCounts: readonly number[]): readonly number[] => {
  let first = 1;
  return slotCounts.flatMap((count, index) => {
    const board = boardBytes(marker(index + 1), first, count);
    first += count;
    return board;
  });
};

const isBadLayout = (data: readonly number[]): boolean => {
  const result = decodeFrame(frameAround(0x10, data));
  return E.isLeft(result) && result.left === 'bad_layout';
};

for (const slotCounts of [[2], [3], [4], [5], [6], [8], [6, 6, 6], [4, 4], [3, 3, 3, 3, 3]]) {
  test(`plain boards ${slotCounts.join('+')} are recognised by their length`, (t) => {
    t.deepEqual(sizes(plainBoards(...slotCounts)), slotCounts);
  });
}

for (const slotCounts of [[4, 8], [8, 4], [4, 2], [4, 12], [20], [36], [4], [2, 2, 2]]) {
  test(`marker boards ${slotCounts.join('+')} are walked`, (t) => {
    const decoded = decode(markerBoards(...slotCounts));
    t.deepEqual(
      decoded.boards.map(({ slotCount }) => slotCount),
      slotCounts,
    );
    t.is(
      decoded.slotCount,
      slotCounts.reduce((sum, count) => sum + count, 0),
    );
  });
}

test('102 bytes are 4+2 when its slot numbers rise', (t) => {
  t.deepEqual(sizes([...boardBytes(plain(1), 1, 4), ...boardBytes(plain(2), 5, 2)]), [4, 2]);
});

test('102 bytes are 3+3 otherwise, also when byte 66 holds a charge of 0 to 3 or 255', (t) => {
  for (const power of [0, 1, 2, 3, 255]) {
    const second = [
      ...plain(16),
      0,
      4,
      15,
      ...slotBytes({ slot: 4, state: 1, serial: 50_000_004, power }),
      ...slotBytes({ slot: 5 }),
      ...slotBytes({ slot: 6 }),
    ];
    const data = [...boardBytes(plain(1), 1, 3), ...second];
    t.is(data[66], power);
    t.deepEqual(sizes(data), [3, 3]);
  }
});

test('102 bytes whose numbers rise under neither reading are 3+3, never 4+2', (t) => {
  const board = boardBytes(plain(1), 1, 3);
  t.deepEqual(sizes([...board, ...board]), [3, 3]);
});

test('1056 bytes are 11 boards of 6 or 16 of 4, as the slot numbers say', (t) => {
  const elevenOfSix = plainBoards(...Array.from({ length: 11 }, () => 6));
  const sixteenOfFour = plainBoards(...Array.from({ length: 16 }, () => 4));
  t.is(elevenOfSix.length, 1056);
  t.is(sixteenOfFour.length, 1056);
  t.is(sizes(elevenOfSix).length, 11);
  t.is(sizes(sixteenOfFour).length, 16);
});

test('1056 bytes without rising numbers are the first candidate, 11 boards of 6', (t) => {
  const board = boardBytes(plain(16), 1, 6);
  t.is(sizes(Array.from({ length: 11 }, () => board).flat()).length, 11);
});

test('slot numbers wrap to 0 after 255 and the boards keep their places', (t) => {
  const decoded = decode(markerBoards(...Array.from({ length: 13 }, () => 20)));
  t.is(decoded.slotCount, 260);
  const numbers = decoded.boards.flatMap(({ slots }) => slots.map(({ slot }) => slot));
  t.deepEqual(numbers.slice(253, 258), [254, 255, 0, 1, 2]);
  t.is(decoded.boards[12]?.slots[15]?.slot, 0);
});

test('no data, a length nothing fits and header-only boards are bad_layout', (t) => {
  t.true(isBadLayout([]));
  t.true(isBadLayout(boardBytes(plain(1), 1, 7)));
  t.true(isBadLayout([1, 0, 0, 0, 4, 15]));
});

test('a marker board without slots, left-over bytes and an unmarked board are bad_layout', (t) => {
  const board = boardBytes(marker(1), 1, 4);
  t.true(isBadLayout([1, 0xff, 0xff, 0, 4, 15]));
  t.true(isBadLayout([1, 0xff, 0xff]));
  t.true(isBadLayout([...board, 2, 0xff, 0xff, 0, 4, 15]));
  t.true(isBadLayout([...board, 0]));
  t.true(isBadLayout([...board, ...boardBytes(plain(2), 5, 4).slice(0, 6)]));
});

test('boards from address 50 on hang on the second port, 0A and 4F on the first', (t) => {
  const port = (address: number) => decode(boardBytes(plain(address), 1, 4)).boards[0]?.port;
  t.deepEqual([0x01, 0x0a, 0x30, 0x4f, 0x50, 0xff].map(port), [0, 0, 0, 0, 1, 1]);
});

const onlySlot = (fields: Parameters<typeof slotBytes>[0], header: Header = plain(1)) => {
  const data = [
    ...header,
    0,
    4,
    15,
    ...slotBytes(fields),
    ...slotBytes({ slot: 2 }),
    ...slotBytes({ slot: 3 }),
  ];
  const slot = decode(data).boards[0]?.slots[0];
  if (slot === undefined) throw new Error('no slot decoded');
  return slot;
};

test('the largest serial number is a positive decimal number', (t) => {
  const slot = onlySlot({ slot: 1, state: 1, serial: 0xffffffff, power: 80 });
  t.is(slot.sn, '4294967295');
  t.true(slot.rentable);
});

test('255 is unknown for every reading, and a bank of unknown charge is not rentable', (t) => {
  const unknown = { power: 255, temperature: 255, voltage: 255, current: 255 };
  const slot = onlySlot({ slot: 1, state: 1, serial: 50_000_005, ...unknown });
  t.true(slot.occupied);
  t.false(slot.rentable);
  t.deepEqual(
    [slot.power, slot.temperature, slot.voltageTenths, slot.currentTenths],
    [null, null, null, null],
  );
});

test('a charge of 101 to 254 is not known, 0 and 100 are charges, temperature 0 is none', (t) => {
  const powers = [0, 100, 101, 254].map(
    (power) => onlySlot({ slot: 1, state: 1, serial: 7, power }).power,
  );
  t.deepEqual(powers, [0, 100, null, null]);
  t.is(onlySlot({ slot: 1, state: 1, serial: 7, temperature: 0 }).temperature, null);
});

test('leftover readings of a slot without a serial are ignored', (t) => {
  const slot = onlySlot({ slot: 1, power: 255, temperature: 255, voltage: 50, current: 20 });
  t.deepEqual(
    [slot.power, slot.temperature, slot.voltageTenths, slot.currentTenths],
    [null, null, null, null],
  );
});

test('state and serial that contradict each other are both reported and nothing is rented', (t) => {
  const noSerial = onlySlot({ slot: 1, state: 1, power: 50 });
  t.deepEqual([noSerial.state, noSerial.occupied, noSerial.rentable], [1, false, false]);
  const noBank = onlySlot({ slot: 1, state: 0, serial: 50_000_001, power: 50 });
  t.deepEqual([noBank.state, noBank.occupied, noBank.rentable], [0, true, false]);
});

test('only state 1 is rentable', (t) => {
  for (let state = 0; state < 256; state += 1) {
    t.is(onlySlot({ slot: 1, state, serial: 50_000_001, power: 50 }).rentable, state === 1);
  }
});

test('the second reserved byte of the first board is the high byte of the area code', (t) => {
  const area = (reserved2: number, state: number) =>
    onlySlot({ slot: 1, state, serial: 7, area: 0x65 }, [1, 0, reserved2]).area;
  t.is(area(0x01, 1), 357);
  t.is(area(0x01, 0), 0x65);
  t.is(area(0x00, 1), 0x65);
  t.is(area(0x0b, 1), 0x65);
  t.is(area(0xff, 1), 0x65);
});

test('a later board does not change the area code', (t) => {
  const first = boardBytes([1, 0, 0], 1, 3);
  const second = [
    ...[2, 0, 1, 0, 4, 15],
    ...slotBytes({ slot: 4, state: 1, serial: 7, area: 0x65 }),
    ...slotBytes({ slot: 5 }),
    ...slotBytes({ slot: 6 }),
  ];
  t.is(decode([...first, ...second]).boards[1]?.slots[0]?.area, 0x65);
});

test('sensor bits: 7 is the micro-switch, 6 the solenoid, the others stay raw', (t) => {
  const slot = onlySlot({ slot: 1, sensors: 0xbf });
  t.deepEqual([slot.microSwitch, slot.solenoid, slot.sensorRaw], [1, 0, 0xbf]);
  t.is(onlySlot({ slot: 1, sensors: 0x40 }).solenoid, 1);
});
