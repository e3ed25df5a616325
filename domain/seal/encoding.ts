/** One way to write each thing down in bytes, so that equal bytes mean equal things. */

const lengthBytes = 4;
const utf8 = new TextEncoder();

/** A text counts as its UTF-8 bytes. */
export type Field = string | Uint8Array;

const bytesOf = (field: Field): Uint8Array =>
  typeof field === 'string' ? utf8.encode(field) : field;

/**
 * Fields one after the other, each behind its length (32 bits, big endian): moving a byte from one
 * field to the next changes the encoding. `purpose` comes first, so that what was hashed or signed
 * for one purpose is of no use for another.
 */
export const encodeFields = (purpose: string, fields: readonly Field[]): Uint8Array => {
  const parts = [purpose, ...fields].map(bytesOf);
  const total = parts.reduce((sum, part) => sum + lengthBytes + part.length, 0);
  const encoded = new Uint8Array(total);
  const lengths = new DataView(encoded.buffer);
  let at = 0;
  for (const part of parts) {
    lengths.setUint32(at, part.length);
    encoded.set(part, at + lengthBytes);
    at += lengthBytes + part.length;
  }
  return encoded;
};

const digitsOfByte = 2;
const hexadecimal = 16;

export const toHex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(hexadecimal).padStart(digitsOfByte, '0')).join('');

/** @param text hexadecimal digits, an even number of them; a codec has seen to that. */
export const fromHex = (text: string): Uint8Array =>
  Uint8Array.from({ length: text.length / digitsOfByte }, (_, index) =>
    Number.parseInt(text.slice(index * digitsOfByte, (index + 1) * digitsOfByte), hexadecimal),
  );
