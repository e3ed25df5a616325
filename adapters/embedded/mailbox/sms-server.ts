/**
 * Speaks the HTTP contract of Sparrow SMS (v2) on a loopback port, and keeps what it is given
 * instead of sending it. A test may tell it how to treat what comes next.
 */

import { createServer, type IncomingMessage } from 'node:http';
import * as E from 'fp-ts/lib/Either.js';
import readBody from 'raw-body';
import type { Clock } from '../../../ports/clock.js';
import type { Letters } from './letters.js';
import { closeHttp, listenOnLoopback, loopback, type MailboxStartError } from './loopback.js';
import {
  creditAnswer,
  queuedAnswer,
  readOrder,
  refusalAnswer,
  type SmsAccount,
  type SmsAnswer,
  type SmsBooks,
  type SmsOrder,
  unknownPathAnswer,
} from './sms-contract.js';

/** How to treat one request to send, other than the contract says. */
export type SmsTreatment =
  /** Sparrow's own refusal. */
  | { readonly kind: 'refuse'; readonly code: number }
  /** Whatever some machine on the way may answer. */
  | ({ readonly kind: 'answer' } & SmsAnswer)
  /** The message is taken, and the answer never comes. */
  | { readonly kind: 'silence' }
  /** The message is taken, and the connection ends. */
  | { readonly kind: 'hangUp' };

export interface SmsServer {
  readonly baseUrl: string;
  /** Treats one request so, after those that were said before. */
  next(treatment: SmsTreatment): void;
  /** Requests to send that have arrived, however they were treated. */
  sendRequests(): number;
  /** Most connections that were open at once. */
  connectionsSeenMax(): number;
  stop(): Promise<void>;
}

interface SmsServerOptions {
  readonly account: SmsAccount;
  readonly letters: Letters;
  readonly clock: Pick<Clock, 'now'>;
}

const creditsAtStart = 10_000;
const bodyBytesMax = 64 * 1_024;

/** Fields of the form, or of the query: the contract allows both. */
const fieldsOf = async (request: IncomingMessage, url: URL): Promise<URLSearchParams> => {
  if (request.method !== 'POST') return url.searchParams;
  const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded');
  const body = await readBody(request, { limit: bodyBytesMax, encoding: 'utf8' });
  return new URLSearchParams(isForm === true ? body : '');
};

/** The reaction to a request: an answer, or none. */
type Reaction = SmsAnswer | 'silence' | 'hangUp';

const createDesk = ({ account, letters, clock }: SmsServerOptions) => {
  const treatments: SmsTreatment[] = [];
  let books: SmsBooks = { ...account, credits: creditsAtStart, consumed: 0 };
  let sendRequests = 0;

  const take = ({ to, text, cost }: SmsOrder): void => {
    books = { ...books, credits: books.credits - cost, consumed: books.consumed + cost };
    for (const each of to) {
      const parts = { from: account.sender, to: each, subject: null, messageId: null, text };
      letters.add({ at: clock.now(), channel: 'sms', ...parts });
    }
  };

  const send = (fields: URLSearchParams): Reaction => {
    sendRequests += 1;
    const treatment = treatments.shift();
    if (treatment?.kind === 'refuse') return refusalAnswer(treatment.code);
    if (treatment?.kind === 'answer') return treatment;
    const order = readOrder(books, fields);
    if (E.isLeft(order)) return refusalAnswer(order.left);
    take(order.right);
    return treatment?.kind ?? queuedAnswer(order.right.to.length);
  };

  return {
    next: (treatment: SmsTreatment): void => {
      treatments.push(treatment);
    },
    sendRequests: () => sendRequests,
    react: async (request: IncomingMessage): Promise<Reaction> => {
      const url = new URL(request.url ?? '/', `http://${loopback}`);
      const fields = await fieldsOf(request, url);
      if (url.pathname === '/v2/sms/') return send(fields);
      return url.pathname === '/v2/credit/' ? creditAnswer(books, fields) : unknownPathAnswer;
    },
  };
};

/** @returns the server, or why its port cannot be had. */
export const startSmsServer = async (
  options: SmsServerOptions,
): Promise<E.Either<MailboxStartError, SmsServer>> => {
  const { react, ...desk } = createDesk(options);
  let open = 0;
  let openMax = 0;
  const server = createServer((request, response) => {
    react(request).then(
      (reaction) => {
        if (reaction === 'hangUp') response.destroy();
        if (typeof reaction === 'string') return;
        response.writeHead(reaction.status, { 'content-type': 'application/json' });
        response.end(reaction.body);
      },
      // Too long, or cut off: there is nobody of ours behind it.
      () => response.destroy(),
    );
  });
  server.on('connection', (socket) => {
    open += 1;
    openMax = Math.max(openMax, open);
    socket.once('close', () => {
      open -= 1;
    });
  });
  const listening = await listenOnLoopback(server, 0);
  if (E.isLeft(listening)) return listening;
  return E.right({
    ...desk,
    baseUrl: `http://${loopback}:${listening.right}/v2`,
    connectionsSeenMax: () => openMax,
    stop: () => closeHttp(server),
  });
};
