/**
 * Answers of a subscription, straight from their bytes. The client's own way makes a message object
 * for each level, every position a text and then a number, and a date of which we want the text:
 * half of what reading the log costs. The names of the fields are those of `streams.proto`.
 */

import { instantOfMs } from '../../domain/shared/instant.js';
import type { LogItem, Position, RecordedEvent } from '../../ports/event-store.js';
import type { Names } from './names.js';

/** What came: an item of the log, or something that says nothing to us. */
export type Answer = LogItem | { readonly kind: 'nothing' };

const nothing: Answer = { kind: 'nothing' };
const caughtUp: Answer = { kind: 'caught-up' };

/** Wire types of Protocol Buffers. */
const wire = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

/** Varints of up to seven bytes are exact in a number (49 bits); only longer ones need more. */
const exactVarintBytes = 7;

/** What a server says where there is no position. */
export const noPosition = 2n ** 64n - 1n;
const ticksPerMs = 10_000n;
const jsonContentType = 'application/json';

/** Goes over the fields of one message, within the bytes of the message around it. */
class Fields {
  /** Number of the field that `next` has found. */
  field = 0;
  #at: number;
  #wireType = 0;

  constructor(
    private readonly buffer: Buffer,
    start = 0,
    private readonly end = buffer.length,
  ) {
    this.#at = start;
  }

  /** Whether there is another field; its value has to be taken or skipped. */
  next(): boolean {
    if (this.#at >= this.end) return false;
    const tag = Number(this.varint());
    this.field = tag >>> 3;
    this.#wireType = tag & 7;
    return true;
  }

  varint(): bigint | number {
    const start = this.#at;
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.buffer[this.#at] ?? 0;
      this.#at += 1;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
      scale *= 128;
      if (this.#at - start === exactVarintBytes) return this.#longVarint(start);
    }
  }

  #longVarint(start: number): bigint {
    this.#at = start;
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.buffer[this.#at] ?? 0;
      this.#at += 1;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return BigInt.asUintN(64, value);
    }
  }

  /** A message inside this one. */
  message(): Fields {
    const [start, end] = this.#stretch();
    return new Fields(this.buffer, start, end);
  }

  text(): string {
    const [start, end] = this.#stretch();
    return this.buffer.toString('utf8', start, end);
  }

  /** A copy: the buffer is a part of what the connection received, and would keep all of it. */
  bytes(): Uint8Array {
    const [start, end] = this.#stretch();
    return Uint8Array.from(this.buffer.subarray(start, end));
  }

  skip(): void {
    if (this.#wireType === wire.varint) this.varint();
    else if (this.#wireType === wire.bytes) this.#stretch();
    else if (this.#wireType === wire.fixed64) this.#at += 8;
    else if (this.#wireType === wire.fixed32) this.#at += 4;
    else throw new Error(`no wire type of an answer: ${this.#wireType}`);
  }

  #stretch(): readonly [start: number, end: number] {
    const length = Number(this.varint());
    const start = this.#at;
    this.#at += length;
    if (this.#at > this.end) throw new Error('an answer ends before its last field');
    return [start, this.#at];
  }
}

/** `ReadResp`. */
export const answerOf = (buffer: Buffer, names: Names): Answer => {
  const fields = new Fields(buffer);
  let answer: Answer = nothing;
  while (fields.next()) {
    if (fields.field === 1) answer = eventOf(fields.message(), names);
    else if (fields.field === 3) answer = checkpointOf(fields.message());
    else {
      if (fields.field === 8) answer = caughtUp;
      fields.skip();
    }
  }
  return answer;
};

/** `ReadResp.Checkpoint`. */
const checkpointOf = (fields: Fields): Answer => {
  let position: Position = 0n;
  while (fields.next()) {
    if (fields.field === 1) position = BigInt(fields.varint());
    else fields.skip();
  }
  return { kind: 'checkpoint', position };
};

/** `ReadResp.ReadEvent`: the event itself, a link to it, and where in `$all` it was found. */
const eventOf = (fields: Fields, names: Names): Answer => {
  let recorded: Recorded | null = null;
  let commit: bigint | null = null;
  while (fields.next()) {
    if (fields.field === 1) recorded = recordedOf(fields.message());
    else if (fields.field === 3) commit = BigInt(fields.varint());
    else fields.skip();
  }
  const event = recorded === null ? null : toEvent(recorded, commit, names);
  return event === null ? nothing : { kind: 'event', event };
};

interface Recorded {
  id: string;
  stream: string;
  revision: bigint;
  commit: bigint;
  type: string;
  contentType: string;
  createdMs: number;
  data: string;
  metadata: string;
}

/** `ReadResp.ReadEvent.RecordedEvent`. */
const recordedOf = (fields: Fields): Recorded => {
  const recorded: Recorded = {
    id: '',
    stream: '',
    revision: 0n,
    commit: noPosition,
    type: '',
    contentType: '',
    createdMs: 0,
    data: '',
    metadata: '',
  };
  while (fields.next()) {
    if (fields.field === 1) recorded.id = uuidOf(fields.message());
    else if (fields.field === 2) recorded.stream = streamOf(fields.message());
    else if (fields.field === 3) recorded.revision = BigInt(fields.varint());
    else if (fields.field === 5) recorded.commit = BigInt(fields.varint());
    else if (fields.field === 6) takeProperty(fields.message(), recorded);
    else if (fields.field === 7) recorded.metadata = fields.text();
    else if (fields.field === 8) recorded.data = fields.text();
    else fields.skip();
  }
  return recorded;
};

/** `UUID` as text, in whichever of its two forms the server sends it. */
const uuidOf = (fields: Fields): string => {
  let text = '';
  while (fields.next()) {
    if (fields.field === 2) text = fields.text().toLowerCase();
    else if (fields.field === 1) text = halvesOf(fields.message());
    else fields.skip();
  }
  return text;
};

/** `UUID.Structured`. */
const halvesOf = (fields: Fields): string => {
  const bytes = Buffer.alloc(16);
  while (fields.next()) {
    const half = BigInt.asUintN(64, BigInt(fields.varint()));
    bytes.writeBigUInt64BE(half, fields.field === 1 ? 0 : 8);
  }
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
};

/** `StreamIdentifier`. */
const streamOf = (fields: Fields): string => {
  let name = '';
  while (fields.next()) {
    if (fields.field === 3) name = fields.text();
    else fields.skip();
  }
  return name;
};

/** An entry of the map of what the server itself knows of an event. */
const takeProperty = (fields: Fields, recorded: Recorded): void => {
  let [key, value] = ['', ''];
  while (fields.next()) {
    if (fields.field === 1) key = fields.text();
    else if (fields.field === 2) value = fields.text();
    else fields.skip();
  }
  if (key === 'type') recorded.type = value;
  else if (key === 'content-type') recorded.contentType = value;
  else if (key === 'created') recorded.createdMs = Number(BigInt(value) / ticksPerMs);
};

/** As the client does it: what is no JSON is handed out as it is. */
const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

/** `null` for what is no event of the program's own making, see `toRecorded`. */
const toEvent = (
  recorded: Recorded,
  foundAt: bigint | null,
  names: Names,
): RecordedEvent | null => {
  if (recorded.contentType !== jsonContentType) return null;
  const stream = names.ours(recorded.stream);
  const position = recorded.commit === noPosition ? foundAt : recorded.commit;
  if (stream === null || position === null) return null;
  const { id, revision, type, data, metadata, createdMs } = recorded;
  return {
    id,
    stream,
    revision,
    position,
    type,
    data: parsed(data),
    metadata: metadata === '' ? undefined : parsed(metadata),
    recordedAt: instantOfMs(createdMs),
  };
};
