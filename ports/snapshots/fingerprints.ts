import * as t from 'io-ts';

const bytesEach = Uint32Array.BYTES_PER_ELEMENT;
const offsetBasis = 0x811c9dc5;
const prime = 0x01000193;

/**
 * 32 bits that stand for a key (FNV-1a, mixed once more so that the low bits choose pages evenly).
 * Two keys may share them: then somebody looks for a key in vain, and finds out by reading.
 */
export const fingerprintOf = (key: string): number => {
  let hash = offsetBasis;
  for (let index = 0; index < key.length; index += 1) {
    hash = Math.imul(hash ^ key.charCodeAt(index), prime);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
};

const toText = (fingerprints: readonly number[]): string => {
  const bytes = Buffer.alloc(fingerprints.length * bytesEach);
  fingerprints.forEach((each, index) => {
    bytes.writeUInt32LE(each, index * bytesEach);
  });
  return bytes.toString('base64');
};

const fromText = (text: string): readonly number[] | null => {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length % bytesEach !== 0 || bytes.toString('base64') !== text) return null;
  // A loop: this is read for a command that somebody waits for, and thousands are in it.
  const fingerprints: number[] = [];
  for (let at = 0; at < bytes.length; at += bytesEach) fingerprints.push(bytes.readUInt32LE(at));
  return fingerprints;
};

const isFingerprint = (input: unknown): input is number =>
  typeof input === 'number' && Number.isInteger(input) && input >= 0 && input <= 0xffff_ffff;

/** Fingerprints as text of four bytes each: a page of thousands is one string for JSON. */
export const Fingerprints = new t.Type<readonly number[], string, unknown>(
  'Fingerprints',
  (input): input is readonly number[] => Array.isArray(input) && input.every(isFingerprint),
  (input, context) => {
    const fingerprints = typeof input === 'string' ? fromText(input) : null;
    return fingerprints === null ? t.failure(input, context) : t.success(fingerprints);
  },
  toText,
);
