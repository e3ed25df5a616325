/** Small readers and writers for the big-endian numbers of cabinet frames (protocol §2). */

const BYTE_VALUES = 256;

/**
 * The byte at `offset`.
 *
 * Layout checks come first everywhere in the codec, so an offset outside of the data is a bug of
 * ours, never of the cabinet; it throws a `RangeError` instead of inventing a value.
 */
export const byteAt = (bytes: Uint8Array, offset: number): number => {
  const byte = bytes[offset];
  if (byte === undefined) throw new RangeError(`no byte at offset ${offset} of ${bytes.length}`);
  return byte;
};

/** Unsigned 16-bit big-endian number at `offset`. */
export const uint16At = (bytes: Uint8Array, offset: number): number =>
  byteAt(bytes, offset) * BYTE_VALUES + byteAt(bytes, offset + 1);

/** Unsigned 32-bit big-endian number at `offset`; never negative, unlike JavaScript's `<<`. */
export const uint32At = (bytes: Uint8Array, offset: number): number =>
  uint16At(bytes, offset) * BYTE_VALUES ** 2 + uint16At(bytes, offset + 2);

/** The two bytes of an unsigned 16-bit number, high byte first. */
export const uint16Bytes = (value: number): readonly number[] => [
  Math.floor(value / BYTE_VALUES) % BYTE_VALUES,
  value % BYTE_VALUES,
];

/** The four bytes of an unsigned 32-bit number, high byte first. */
export const uint32Bytes = (value: number): readonly number[] => [
  ...uint16Bytes(Math.floor(value / BYTE_VALUES ** 2)),
  ...uint16Bytes(value % BYTE_VALUES ** 2),
];

/** Upper-case hex without separators, as the canonical form prints surplus bytes (§13). */
export const toHex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0'))
    .join('')
    .toUpperCase();

/** Reads hex digits; `undefined` when the text is not an even number of them. */
export const fromHex = (text: string): Uint8Array | undefined => {
  if (text.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(text)) return undefined;
  return Uint8Array.from({ length: text.length / 2 }, (_, index) =>
    Number.parseInt(text.slice(index * 2, index * 2 + 2), 16),
  );
};
