/**
 * The few packets of MQTT 3.1.1 that a cabinet needs. A full client keeps stores, timers and
 * parsers for each connection; thousands of them would be the load that is measured.
 */

/** Types of the packets that a broker answers with. */
export const answers = { connected: 2, published: 4, subscribed: 9 } as const;

const keepAliveSeconds = 600;
const cleanSessionWithAccount = 0b1100_0010;
const protocolLevel = 4;

const text = (value: string): Buffer => {
  const bytes = Buffer.from(value, 'utf8');
  return Buffer.concat([uint16(bytes.length), bytes]);
};

const uint16 = (value: number): Buffer => Buffer.from([value >> 8, value & 0xff]);

const remainingLength = (length: number): Buffer => {
  const bytes: number[] = [];
  let rest = length;
  do {
    const more = rest >= 128;
    bytes.push((rest % 128) | (more ? 128 : 0));
    rest = Math.floor(rest / 128);
  } while (rest > 0);
  return Buffer.from(bytes);
};

const packet = (firstByte: number, ...parts: readonly Uint8Array[]): Buffer => {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([firstByte]), remainingLength(body.length), body]);
};

/** A cabinet's client id is its user name. */
export const connectPacket = (deviceName: string, password: string): Buffer =>
  packet(
    0x10,
    text('MQTT'),
    Buffer.from([protocolLevel, cleanSessionWithAccount]),
    uint16(keepAliveSeconds),
    text(deviceName),
    text(deviceName),
    text(password),
  );

export const subscribePacket = (id: number, topic: string): Buffer =>
  packet(0x82, uint16(id), text(topic), Buffer.from([1]));

/** At least once, as cabinets publish. */
export const publishPacket = (id: number, topic: string, payload: Uint8Array): Buffer =>
  packet(0x32, text(topic), uint16(id), payload);

export interface Answer {
  readonly type: number;
  readonly body: Uint8Array;
}

/** Takes what has arrived apart into whole packets; the beginning of the next one is kept. */
export const createAnswerReader = (): ((chunk: Uint8Array) => readonly Answer[]) => {
  let rest = Buffer.alloc(0);
  return (chunk) => {
    rest = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk]);
    const found: Answer[] = [];
    for (;;) {
      const head = readHead(rest);
      if (head === null || rest.length < head.end) return found;
      found.push({ type: (rest[0] ?? 0) >> 4, body: rest.subarray(head.start, head.end) });
      rest = rest.subarray(head.end);
    }
  };
};

/** Where the body of the first packet begins and ends; `null` while that is not known yet. */
const readHead = (bytes: Uint8Array): { readonly start: number; readonly end: number } | null => {
  let length = 0;
  for (let index = 1; index < bytes.length; index += 1) {
    const byte = bytes[index] ?? 0;
    length += (byte & 127) * 128 ** (index - 1);
    if (byte < 128) return { start: index + 1, end: index + 1 + length };
  }
  return null;
};
