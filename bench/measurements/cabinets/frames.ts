/** How many frames one core reads and writes in a second. */

import * as E from 'fp-ts/lib/Either.js';
import { inventoryOf, type SimulatedSlots } from '../../../adapters/embedded/cabinets/slots.js';
import { decodeFrame } from '../../../adapters/mqtt/family-a/decode.js';
import { encodeFrame } from '../../../adapters/mqtt/family-a/encode.js';
import { bankOf } from '../../fleet/messages.js';
import type { Row } from '../../measurement.js';
import { network } from '../../shapes.js';
import { mustEqual } from '../../sums.js';

/** Different frames, so that nothing can be known beforehand. */
const framesCount = 256;
const seconds = { warmUp: 0.3, whole: 3, quick: 0.5 };
const framesBetweenLooks = 1_000;

const inventories = Array.from({ length: framesCount }, (_, cabinet) => {
  const slots: SimulatedSlots = Array.from({ length: network.slotsOfCabinet }, (_slot, index) => ({
    slot: index + 1,
    bank:
      index < network.banksOfCabinet
        ? {
            serial: bankOf(cabinet, index + 1, network.slotsOfCabinet),
            power: (cabinet + index) % 101,
          }
        : null,
    fault: null,
  }));
  return inventoryOf(slots);
});
const frames = inventories.map(encodeFrame);

/** Repeats `work` for `secondsMax`; @returns how often, and how often a second. */
const rateOf = (
  work: (index: number) => void,
  secondsMax: number,
): { readonly count: number; readonly rate: number } => {
  const startedMs = performance.now();
  let count = 0;
  let elapsedMs = 0;
  while (elapsedMs < secondsMax * 1_000) {
    for (let each = 0; each < framesBetweenLooks; each += 1) work((count + each) % framesCount);
    count += framesBetweenLooks;
    elapsedMs = performance.now() - startedMs;
  }
  return { count, rate: (count * 1_000) / elapsedMs };
};

/** Frames are inventories of eight slots, by far the most that cabinets send. */
export const frameRates = (isQuick: boolean): readonly Row[] => {
  const secondsMax = isQuick ? seconds.quick : seconds.whole;
  let [decodedCount, bytesCount] = [0, 0];
  const decode = (index: number): void => {
    const frame = frames[index];
    if (frame !== undefined && E.isRight(decodeFrame(frame))) decodedCount += 1;
  };
  const encode = (index: number): void => {
    const inventory = inventories[index];
    if (inventory !== undefined) bytesCount += encodeFrame(inventory).length;
  };
  rateOf(decode, seconds.warmUp);
  rateOf(encode, seconds.warmUp);
  [decodedCount, bytesCount] = [0, 0];
  const decoded = rateOf(decode, secondsMax);
  const encoded = rateOf(encode, secondsMax);
  mustEqual('frames that were decoded', decodedCount, decoded.count);
  mustEqual('bytes that were encoded', bytesCount, encoded.count * (frames[0]?.length ?? 0));
  const common = { rival: null, unit: 'per s', latencyMs: null, goals: [] };
  return [
    {
      ...common,
      name: 'frames_decoded',
      ours: decoded.rate,
      n: decoded.count,
      about: 'inventories of 8 slots, checked and read, in one core',
    },
    {
      ...common,
      name: 'frames_encoded',
      ours: encoded.rate,
      n: encoded.count,
      about: 'inventories of 8 slots, written, in one core',
    },
  ];
};
