/**
 * Readings that several messages share, and their "not known" codes (§3.3, §13).
 *
 * The canonical form folds several codes into `null` (a temperature of 0 and of 255, any charge
 * above 100), so the way back picks the code the document names for "not known".
 */

import { byteAt, toHex, uint32At, uint32Bytes } from './bytes.js';

const NOT_KNOWN = 0xff;
const NO_SENSOR = 0;
const PERCENT_MAX = 100;
const NO_BANK = 0;

/** Charge in percent; 255 is the cabinet's own "not known", 101 to 254 are invalid. */
export const readPower = (byte: number): number | null => (byte <= PERCENT_MAX ? byte : null);

/** Bank temperature in °C; 0 says that there is no sensor, 255 that it was not read. */
export const readTemperature = (byte: number): number | null =>
  byte === NO_SENSOR || byte === NOT_KNOWN ? null : byte;

/** Charging voltage or current in tenths. */
export const readTenths = (byte: number): number | null => (byte === NOT_KNOWN ? null : byte);

/** The byte of a reading that may be unknown. */
export const writeReading = (value: number | null): number => value ?? NOT_KNOWN;

/** Serial number at `offset` as decimal text; 0 stands for no bank. */
export const readSerial = (bytes: Uint8Array, offset: number): string | null => {
  const serial = uint32At(bytes, offset);
  return serial === NO_BANK ? null : String(serial);
};

export const writeSerial = (serial: string | null): readonly number[] =>
  uint32Bytes(serial === null ? NO_BANK : Number(serial));

/**
 * The bytes after the described ones, as a member to spread: newer firmware appends data, which is
 * kept and not refused (§2.1).
 */
export const readExtra = (data: Uint8Array, describedBytes: number): { extra?: string } =>
  data.length > describedBytes ? { extra: toHex(data.subarray(describedBytes)) } : {};

/** The byte at `offset`, or `null` in the shorter forms that leave it out. */
export const readOptionalByte = (data: Uint8Array, offset: number): number | null =>
  offset < data.length ? byteAt(data, offset) : null;
