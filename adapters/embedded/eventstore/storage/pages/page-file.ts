/** Reads pages of a data file, and refuses to read beyond its end. */
import { readSync } from 'node:fs';
import { PageDamage } from './damage.js';
import type { MetaPage } from './layout.js';

export class PageFile {
  private readonly buffers: Buffer[] = [];

  constructor(
    private readonly fd: number,
    private readonly meta: MetaPage,
  ) {}

  /**
   * A whole page. It stands in a buffer that the next page of the same level takes over: a page is
   * needed no longer than those below it are looked at.
   */
  page(number: number, level: number): Buffer {
    const { pageSize, lastPage } = this.meta;
    if (!Number.isSafeInteger(number) || number > lastPage) {
      throw new PageDamage(`a page leads to page ${number}, beyond the end of the file`);
    }
    const buffer = this.buffers[level] ?? Buffer.alloc(pageSize);
    this.buffers[level] = buffer;
    return this.fill(buffer, number * pageSize);
  }

  /** So many bytes from a byte of a page on. */
  bytes(number: number, from: number, length: number): Buffer {
    return this.fill(Buffer.alloc(length), number * this.meta.pageSize + from);
  }

  private fill(buffer: Buffer, start: number): Buffer {
    const bytesRead = readSync(this.fd, buffer, 0, buffer.length, start);
    if (bytesRead < buffer.length) throw new PageDamage(`the file ends before byte ${start}`);
    return buffer;
  }
}
