/** What cabinets say in tests: frames by name, and topics of the first cabinet. */

import { encodeFrame } from '../../adapters/mqtt/family-a/encode.js';
import { imeiOf } from './cabinet-lab.js';
import { frameAround, slotBytes } from './family-a.js';

export const updateTopic = `/powerbank/${imeiOf(1)}/user/update`;
export const heartTopic = `/powerbank/${imeiOf(1)}/user/heart`;
export const getTopic = `/powerbank/${imeiOf(1)}/user/get`;

const serialBytes = (serial: number): readonly number[] => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(serial);
  return [...bytes];
};

/** Eight slots; the given banks (serial, or serial and charge) are in them, others are empty. */
export const inventory = (
  banks: Readonly<Record<number, number | readonly [serial: number, percent: number]>>,
): Buffer => {
  const slots = Array.from({ length: 8 }, (_, index) => {
    const slot = index + 1;
    const bank = banks[slot];
    if (bank === undefined) return slotBytes({ slot, sensors: 0x80 });
    const [serial, power] = typeof bank === 'number' ? [bank, 90] : bank;
    return slotBytes({ slot, state: 1, serial, power, temperature: 25 });
  });
  return Buffer.from(frameAround(0x10, [1, 0xff, 0xff, 0, 4, 15, ...slots.flat()]));
};

export const returned = (serial: number, slot: number, state = 1, percent = 80): Buffer =>
  Buffer.from(frameAround(0x40, [1, slot, 0, ...serialBytes(serial), state, 25, percent]));

export const selfTested = (serial: number, slot: number, percent = 80): Buffer => {
  const record = [1, 0, 0, 0, ...serialBytes(serial), percent, 25, 0, 0, 25, 22];
  return Buffer.from(frameAround(0x28, [1, slot, ...record]));
};

export const ejected = (serial: number, state = 1): Buffer =>
  Buffer.from(frameAround(0x31, [1, ...serialBytes(serial), state, 2]));

export const heartbeat = Buffer.from(frameAround(0x7a, [16, ...Buffer.from('CSQ:24;BP:0')]));

export const networks = (...ssids: readonly string[]): Buffer =>
  Buffer.from(encodeFrame({ command: 0xcf, kind: 'wifi_list', ssids }));
