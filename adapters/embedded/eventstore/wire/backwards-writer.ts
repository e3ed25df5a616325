/**
 * Writes a Protocol Buffers message from its last byte to its first. A message inside another one
 * begins with its length, which is known once it is written: so nothing is measured beforehand, and
 * nothing is written twice.
 */

const VARINT = 0;
const LENGTH_DELIMITED = 2;
/** A varint carries seven bits a byte. */
const VARINT_STEP = 128;

export class BackwardsWriter {
  private readonly buffer: Buffer;
  /** The first byte that is written. */
  private at: number;

  /** @param bytesMax at least as many as will be written; what is left over stays unused. */
  constructor(bytesMax: number) {
    this.buffer = Buffer.allocUnsafe(bytesMax);
    this.at = bytesMax;
  }

  /** What was written. */
  finish(): Buffer {
    return this.buffer.subarray(this.at);
  }

  /** An unsigned number, exact up to 2^53 - 1. */
  number(field: number, value: number): void {
    this.varint(value);
    this.varint(field * 8 + VARINT);
  }

  bytes(field: number, value: Uint8Array): void {
    this.raw(value);
    this.varint(value.length);
    this.varint(field * 8 + LENGTH_DELIMITED);
  }

  text(field: number, value: string): void {
    const length = Buffer.byteLength(value, 'utf8');
    this.at -= length;
    this.buffer.write(value, this.at, length, 'utf8');
    this.varint(length);
    this.varint(field * 8 + LENGTH_DELIMITED);
  }

  /** A message inside this one; `write` writes its fields, the last one first. */
  message(field: number, write: () => void): void {
    const end = this.at;
    write();
    this.varint(end - this.at);
    this.varint(field * 8 + LENGTH_DELIMITED);
  }

  /** Bytes as they are: a field, or several, that were written elsewhere. */
  raw(value: Uint8Array): void {
    this.at -= value.length;
    this.buffer.set(value, this.at);
  }

  private varint(value: number): void {
    let bytes = 1;
    for (let rest = value; rest >= VARINT_STEP; rest = Math.floor(rest / VARINT_STEP)) bytes += 1;
    this.at -= bytes;
    let rest = value;
    for (let index = this.at; index < this.at + bytes - 1; index += 1) {
      this.buffer[index] = (rest % VARINT_STEP) + VARINT_STEP;
      rest = Math.floor(rest / VARINT_STEP);
    }
    this.buffer[this.at + bytes - 1] = rest;
  }
}
