import type { Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { problem } from '../../ports/http/answer.js';
import { isRecord } from '../../ports/http/json.js';
import { problemDocument, problemMediaType } from '../../ports/http/problem.js';
import { type ProblemCode, problemStatus, problemTitle } from '../../ports/http/problem-codes.js';

/** Errors of the HTTP parser by what they mean to the client; all others are just not HTTP. */
const codes: Readonly<Record<string, ProblemCode>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'request_body_timeout',
  HPE_HEADER_OVERFLOW: 'header_fields_too_large',
};

/**
 * Answers requests that never became one: too slow, headers too large, not HTTP at all. They are
 * met below Koa, so the few bytes of the answer are written by hand.
 */
export const answerBrokenRequests = (server: Server, newId: () => string): void => {
  server.on('clientError', (error: unknown, socket: Duplex) => {
    const errorCode = isRecord(error) ? String(error.code) : '';
    if (errorCode === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const code = codes[errorCode] ?? 'invalid_request';
    const body = JSON.stringify(
      problemDocument(problem(code), { instance: '/', correlationId: newId() }),
    );
    const lines = [
      `HTTP/1.1 ${problemStatus(code)} ${problemTitle(code)}`,
      `Content-Type: ${problemMediaType}`,
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Connection: close',
    ];
    socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`);
  });
};
