/**
 * SMS by Sparrow (v2): one POST for each message. There is no key to repeat it under, and there are
 * no receipts, so a request whose answer is not known is never sent again.
 */

import { type Dispatcher, Pool } from 'undici';
import type { PhoneNumber } from '../../domain/shared/identifier.js';
import { codeOf, deliveryOfNetworkError } from './network-errors.js';
import type { Attempt, Letter, Provider } from './provider.js';
import { readCredit, readSparrowAnswer } from './sparrow-answers.js';

export interface SparrowOptions {
  /** With the version, as `https://api.sparrowsms.com/v2`. */
  readonly baseUrl: string;
  readonly token: string;
  /** The sender that Sparrow has approved for the account. */
  readonly sender: string;
  /** From the request to the end of its answer. */
  readonly timeoutMs: number;
}

const connectionsMax = 5;
/** A host that does not answer by then is away; nothing has been sent to it. */
const connectMsMax = 3_000;
const answerBytesMax = 64 * 1_024;
const countryCodeLength = '+977'.length;

/** The number as Sparrow wants it: ten digits, without the country. */
const nationalNumber = (number: PhoneNumber): string => number.slice(countryCodeLength);

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** @throws what is no failure of the network or of the other side. */
const attemptAfter = (error: unknown): Attempt => {
  const code = codeOf(error);
  if (code === null) throw error;
  return { delivery: deliveryOfNetworkError(code), code };
};

/** Nothing connects before the first message. */
export const createSparrow = (options: SparrowOptions): Provider<PhoneNumber> => {
  const { token, sender, timeoutMs } = options;
  const base = new URL(options.baseUrl);
  const root = base.pathname.replace(/\/+$/, '');
  const pool = new Pool(base.origin, {
    connections: connectionsMax,
    connect: { timeout: Math.min(connectMsMax, timeoutMs) },
    maxResponseSize: answerBytesMax,
  });
  const call = async (
    path: string,
    request: Omit<Dispatcher.RequestOptions, 'origin' | 'path'>,
  ): Promise<Answer> => {
    const signal = AbortSignal.timeout(timeoutMs);
    const answer = await pool.request({ ...request, path: `${root}${path}`, signal });
    return { status: answer.statusCode, body: await answer.body.text() };
  };
  const send = ({ to, text }: Letter<PhoneNumber>): Promise<Answer> =>
    call('/sms/', {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ token, from: sender, to: nationalNumber(to), text }).toString(),
    });
  return {
    name: 'sparrow',
    connectionsMax,
    send: async (letter) => {
      try {
        const { status, body } = await send(letter);
        return readSparrowAnswer(status, body);
      } catch (error) {
        return attemptAfter(error);
      }
    },
    check: async () => {
      try {
        const query = new URLSearchParams({ token }).toString();
        const { status, body } = await call(`/credit/?${query}`, { method: 'GET' });
        const { code, delivery } = readSparrowAnswer(status, body);
        const note = `credit: ${readCredit(body) ?? 'unknown'}`;
        return { code, delivery, note: delivery.kind === 'accepted' ? note : '' };
      } catch (error) {
        return { ...attemptAfter(error), note: '' };
      }
    },
    close: () => pool.destroy(),
  };
};
