import { hash } from 'node:crypto';

/** SHA-256 takes a text in blocks of so many bytes, and answers with so many. */
const blockBytes = 64;
const hashBytes = 32;
/** Of one UTF-16 unit. */
const utf8BytesMax = 3;
/** Texts up to here are written into the same memory again and again. */
const shortTextBytesMax = 1_536;

/** What HMAC mixes its key with (RFC 2104 §2): inside, and outside. */
const innerPad = 0x36;
const outerPad = 0x5c;

const keyBlockOf = (secret: string): Buffer => {
  const key = Buffer.from(secret);
  const fitting = key.length > blockBytes ? hash('sha256', key, 'buffer') : key;
  return Buffer.concat([fitting, Buffer.alloc(blockBytes - fitting.length)]);
};

/**
 * HMAC-SHA-256 under one secret, in base64url. Written out, because `createHmac` makes an object
 * outside of the heap for each hash, and a request has one for each of its fields. Two calls of
 * OpenSSL, with the key laid out once, take 1.5 µs instead of 2.6.
 */
export const keyedHash = (secret: string): ((text: string) => string) => {
  const key = keyBlockOf(secret);
  const innerKey = Buffer.from(key.map((byte) => byte ^ innerPad));
  const inner = Buffer.concat([innerKey, Buffer.alloc(shortTextBytesMax)]);
  const outer = Buffer.concat([key.map((byte) => byte ^ outerPad), Buffer.alloc(hashBytes)]);
  const keyed = (text: string): Buffer =>
    text.length * utf8BytesMax > shortTextBytesMax
      ? Buffer.concat([innerKey, Buffer.from(text)])
      : inner.subarray(0, blockBytes + inner.write(text, blockBytes));
  return (text) => {
    outer.write(hash('sha256', keyed(text), 'hex'), blockBytes, 'hex');
    return hash('sha256', outer, 'base64url');
  };
};
