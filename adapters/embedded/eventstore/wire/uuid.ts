/**
 * UUIDs on the wire: a text, or two signed 64 bit halves, most significant first.
 * Inside the node an id is the lower case text with dashes.
 */
import type { SharedPb } from './messages.js';
import { UUID } from './messages.js';

const UUID_TEXT = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const DASHLESS_TEXT = /^[0-9a-f]{32}$/;
const HALF_BYTES = 8;

/** How ids are written in an answer; the caller chooses. */
export type UuidForm = 'string' | 'structured';

/** The id as lower case text with dashes, or nothing if the message holds no UUID. */
export function readUuid(message: SharedPb.UUID | undefined): string | undefined {
  if (message === undefined) return undefined;
  const structured = message.getStructured();
  if (structured !== undefined) return fromHalves(structured);
  const text = message.getString().toLowerCase();
  if (UUID_TEXT.test(text)) return text;
  return DASHLESS_TEXT.test(text) ? uuidFromHex(text) : undefined;
}

/** The message for an id in the form the caller asked for. */
export function writeUuid(id: string, form: UuidForm): SharedPb.UUID {
  const message = new UUID();
  if (form === 'string') {
    message.setString(id);
    return message;
  }
  const bytes = uuidToBytes(id);
  const structured = new UUID.Structured();
  structured.setMostSignificantBits(bytes.readBigInt64BE(0).toString());
  structured.setLeastSignificantBits(bytes.readBigInt64BE(HALF_BYTES).toString());
  message.setStructured(structured);
  return message;
}

/** The 16 bytes of an id, in reading order of its text. */
export function uuidToBytes(id: string): Buffer {
  return Buffer.from(id.replaceAll('-', ''), 'hex');
}

/** The text of 16 bytes. */
export function uuidFromBytes(bytes: Buffer): string {
  return uuidFromHex(bytes.toString('hex'));
}

function fromHalves(structured: SharedPb.UUID.Structured): string {
  const bytes = Buffer.alloc(2 * HALF_BYTES);
  bytes.writeBigInt64BE(BigInt.asIntN(64, BigInt(structured.getMostSignificantBits())), 0);
  bytes.writeBigInt64BE(
    BigInt.asIntN(64, BigInt(structured.getLeastSignificantBits())),
    HALF_BYTES,
  );
  return uuidFromBytes(bytes);
}

/** The text of 32 hexadecimal digits. */
export function uuidFromHex(hex: string): string {
  const [first, second] = [hex.slice(0, 8), hex.slice(8, 12)];
  return `${first}-${second}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
