import { hash } from 'node:crypto';

/** The two highest bits of the 17th digit are fixed; two of its own remain. */
const variantDigits = ['8', '9', 'a', 'b'] as const;

/** Of one UTF-16 unit. */
const utf8BytesMax = 3;
/** Names up to here are written into the same memory again and again. */
const shortNameBytesMax = 1_536;

/**
 * Makes UUIDs of version 5 (RFC 9562 §5.5) in one namespace: the same name gives the same UUID.
 * Written out because every event and command needs one or two: a single call of OpenSSL takes a
 * third of the time that the `uuid` package takes.
 */
export const uuidMaker = (namespace: string): ((name: string) => string) => {
  const prefix = Buffer.from(namespace.replaceAll('-', ''), 'hex');
  const short = Buffer.concat([prefix, Buffer.alloc(shortNameBytesMax)]);
  const bytesOf = (name: string): Buffer =>
    name.length * utf8BytesMax > shortNameBytesMax
      ? Buffer.concat([prefix, Buffer.from(name)])
      : short.subarray(0, prefix.length + short.write(name, prefix.length));
  return (name) => {
    const digits = hash('sha1', bytesOf(name), 'hex');
    const variant = variantDigits[Number.parseInt(digits.charAt(16), 16) % 4];
    return (
      `${digits.slice(0, 8)}-${digits.slice(8, 12)}-5${digits.slice(13, 16)}-` +
      `${variant}${digits.slice(17, 20)}-${digits.slice(20, 32)}`
    );
  };
};
