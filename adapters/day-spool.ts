/** Days of lines in one temporary file: pieces of each, and in memory where they are. */

import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Day } from '../domain/shared/day.js';
import type { DaySpool } from '../ports/day-spool.js';

/** Characters of one day that are written as one piece. */
const pieceLength = 64 * 1024;
/** Characters of all days together that may wait in memory. */
const waitingLengthMax = 4 * 1024 * 1024;

interface Piece {
  readonly offset: number;
  readonly bytes: number;
}

/** A file that has no name any more is gone with the program, however that ends. */
const openNameless = async (folder: string): Promise<FileHandle> => {
  const own = await mkdtemp(join(folder, '.powerbank-spool-'));
  try {
    return await open(join(own, 'days'), 'wx+', 0o600);
  } finally {
    await rm(own, { recursive: true, force: true });
  }
};

class FileSpool implements DaySpool {
  readonly #file: FileHandle;
  readonly #pieces = new Map<Day, Piece[]>();
  readonly #waiting = new Map<Day, string>();
  #waitingLength = 0;
  #end = 0;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  async add(day: Day, line: string): Promise<void> {
    const waiting = `${this.#waiting.get(day) ?? ''}${line}\n`;
    this.#waiting.set(day, waiting);
    this.#waitingLength += line.length + 1;
    if (waiting.length >= pieceLength) await this.#write(day, waiting);
    else if (this.#waitingLength >= waitingLengthMax) await this.#writeAll();
  }

  days(): readonly Day[] {
    return [...new Set([...this.#pieces.keys(), ...this.#waiting.keys()])].sort();
  }

  async *linesOf(day: Day): AsyncGenerator<string> {
    await this.#writeAll();
    for (const { offset, bytes } of this.#pieces.get(day) ?? []) {
      const buffer = Buffer.alloc(bytes);
      const { bytesRead } = await this.#file.read(buffer, 0, bytes, offset);
      if (bytesRead !== bytes) throw new Error('the temporary file was cut short');
      yield* buffer.toString('utf8').slice(0, -1).split('\n');
    }
  }

  async #writeAll(): Promise<void> {
    for (const [day, waiting] of this.#waiting) await this.#write(day, waiting);
  }

  async #write(day: Day, text: string): Promise<void> {
    const bytes = Buffer.from(text, 'utf8');
    const offset = this.#end;
    let written = 0;
    while (written < bytes.length) {
      const rest = bytes.subarray(written);
      written += (await this.#file.write(rest, 0, rest.length, offset + written)).bytesWritten;
    }
    const pieces = this.#pieces.get(day) ?? [];
    pieces.push({ offset, bytes: bytes.length });
    this.#pieces.set(day, pieces);
    this.#end += bytes.length;
    this.#waiting.delete(day);
    this.#waitingLength -= text.length;
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

/**
 * @param folder with room for the lines; nothing is seen in it afterwards, not even when the
 * program is killed.
 */
export const openDaySpool = async (folder: string): Promise<DaySpool> =>
  new FileSpool(await openNameless(folder));
