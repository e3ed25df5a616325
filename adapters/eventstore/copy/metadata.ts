/**
 * Stream metadata: JSON whose integers matter to the digit. `$tb` = 2^63 - 1 marks a soft delete,
 * which `JSON.parse` would round, so numbers are kept as the text that they are.
 */
import { textOf } from './event.js';

/** Type of the events in a metadata stream. */
export const metadataType = '$metadata';
const softDeletedBefore = 2n ** 63n - 1n;

const token = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/gs;
const wrapped = /\{"#":"([^"]*)"\}/g;
const integer = /^-?\d+$/;

type Json = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The JSON object with each number `n` as `{"#":"n"}`; `null` if the bytes are none. */
const exactObject = (data: Uint8Array): Json | null => {
  const exact = textOf(data).replace(token, (found) =>
    found.startsWith('"') ? found : `{"#":"${found}"}`,
  );
  try {
    const json: unknown = JSON.parse(exact);
    return isRecord(json) ? json : null;
  } catch {
    // What is no JSON counts as no metadata, for every server.
    return null;
  }
};

/** The same text for metadata that says the same, however it is spaced; `null` for no JSON. */
export const canonicalMetadata = (data: Uint8Array): string | null => {
  const json = exactObject(data);
  return json === null ? null : JSON.stringify(json);
};

const integerIn = (data: Uint8Array | null, key: '$tb' | '$maxCount'): bigint => {
  const value = data === null ? null : exactObject(data)?.[key];
  const text = isRecord(value) ? value['#'] : null;
  return typeof text === 'string' && integer.test(text) ? BigInt(text) : 0n;
};

/** The first revision that `$tb` leaves visible; 0 if there is no such limit. */
export const truncatedBefore = (data: Uint8Array | null): bigint => integerIn(data, '$tb');

/** The first revision that `$tb` and `$maxCount` leave visible of a stream up to `last`. */
export const firstVisible = (data: Uint8Array | null, last: bigint): bigint => {
  const before = truncatedBefore(data);
  const count = integerIn(data, '$maxCount');
  const byCount = count > 0n ? last - count + 1n : 0n;
  return byCount > before ? byCount : before;
};

export const isSoftDelete = (data: Uint8Array | null): boolean =>
  truncatedBefore(data) === softDeletedBefore;

/** The same metadata with another `$tb`. */
export const withTruncation = (data: Uint8Array | null, before: bigint): Buffer => {
  const json = (data === null ? null : exactObject(data)) ?? {};
  const text = JSON.stringify({ ...json, $tb: { '#': String(before) } });
  return Buffer.from(text.replace(wrapped, '$1'), 'utf8');
};
