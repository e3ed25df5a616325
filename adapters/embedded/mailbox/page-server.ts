/** Serves the page of the mailbox to browsers on this machine. */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import * as E from 'fp-ts/lib/Either.js';
import type { Letters } from './letters.js';
import { closeHttp, listenOnLoopback, loopback, type MailboxStartError } from './loopback.js';
import { contentSecurityPolicy, mailboxPage } from './page.js';

export interface PageServer {
  readonly url: string;
  stop(): Promise<void>;
}

const safeHeaders = {
  'cache-control': 'no-store',
  'content-security-policy': contentSecurityPolicy,
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/**
 * A page on the internet may let its own name point to this address and have a browser ask here
 * (DNS rebinding). Such a request carries that name.
 */
const ownHost = /^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/i;

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

const told = (status: number, text: string): Answer => ({
  status,
  type: 'text/plain',
  body: `${text}\n`,
});

const answerTo = ({ method, url, headers }: IncomingMessage, letters: Letters): Answer => {
  if (!ownHost.test(headers.host ?? '')) return told(421, 'this is not the host of that name');
  if (method !== 'GET' && method !== 'HEAD') return told(405, 'this can only be read');
  const messages = letters.newestFirst();
  if (url === '/') return { status: 200, type: 'text/html', body: mailboxPage(messages) };
  if (url !== '/messages') return told(404, 'there are / and /messages');
  return { status: 200, type: 'application/json', body: JSON.stringify({ messages }) };
};

const serve = (letters: Letters, request: IncomingMessage, response: ServerResponse): void => {
  const { status, type, body } = answerTo(request, letters);
  const headers = { ...safeHeaders, 'content-type': `${type}; charset=utf-8` };
  response.writeHead(status, headers).end(body);
};

/** @returns the server, or why its port cannot be had. */
export const startPageServer = async (
  letters: Letters,
  port: number,
): Promise<E.Either<MailboxStartError, PageServer>> => {
  const server = createServer((request, response) => serve(letters, request, response));
  const listening = await listenOnLoopback(server, port);
  return E.map((given: number) => ({
    url: `http://${loopback}:${given}`,
    stop: () => closeHttp(server),
  }))(listening);
};
