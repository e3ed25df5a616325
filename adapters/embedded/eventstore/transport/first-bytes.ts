/**
 * Tells HTTP/2 from HTTP/1.1 on a connection in clear text: HTTP/2 begins with a line that no
 * request of HTTP/1.1 can begin with. What was read for that is put back for whoever serves it.
 */
import type { Duplex } from 'node:stream';
import { FIRST_BYTES_MS_MAX } from '../limits.js';

const HTTP2_PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1');

export type HttpVersion = 'http/1.1' | 'h2';

/** Calls back once the first bytes say what the connection speaks; cuts it if they never do. */
export function tellVersion(socket: Duplex, told: (version: HttpVersion) => void): void {
  let start: Buffer = Buffer.alloc(0);
  const deadline = setTimeout(() => socket.destroy(), FIRST_BYTES_MS_MAX);
  const stop = (): void => {
    clearTimeout(deadline);
    socket.removeListener('readable', look);
    socket.removeListener('end', leave);
    socket.removeListener('close', stop);
  };
  const look = (): void => {
    const chunk: unknown = socket.read();
    if (!Buffer.isBuffer(chunk)) return;
    start = Buffer.concat([start, chunk]);
    const version = versionOf(start);
    if (version === undefined) return;
    stop();
    socket.unshift(start);
    told(version);
  };
  const leave = (): void => {
    socket.destroy();
  };
  socket.on('readable', look);
  socket.once('end', leave);
  socket.once('close', stop);
}

/** Nothing while the bytes could still become either. */
function versionOf(start: Buffer): HttpVersion | undefined {
  const length = Math.min(start.length, HTTP2_PREFACE.length);
  if (!start.subarray(0, length).equals(HTTP2_PREFACE.subarray(0, length))) return 'http/1.1';
  return length === HTTP2_PREFACE.length ? 'h2' : undefined;
}
