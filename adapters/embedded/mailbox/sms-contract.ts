/** What Sparrow SMS (v2) says to a request to send, as pure functions. */

import * as E from 'fp-ts/lib/Either.js';

export interface SmsAccount {
  readonly token: string;
  /** The one sender that is approved. */
  readonly sender: string;
}

/** An account with what is left on it. */
export interface SmsBooks extends SmsAccount {
  readonly credits: number;
  readonly consumed: number;
}

export interface SmsOrder {
  readonly to: readonly string[];
  readonly text: string;
  /** Credits: one for each receiver and part. */
  readonly cost: number;
}

const mobile = /^9[678]\d{8}$/;

/** In GSM 7-bit and in Unicode: what fits into one message, and into each part of several. */
const plainLengths = { single: 160, part: 153 };
const unicodeLengths = { single: 70, part: 67 };

const partsOf = (text: string): number => {
  const isPlain = /^[\n\r\x20-\x7e]*$/.test(text);
  const { single, part } = isPlain ? plainLengths : unicodeLengths;
  return text.length <= single ? 1 : Math.ceil(text.length / part);
};

/** Left: the code of the refusal. */
export const readOrder = (
  { token, sender, credits }: SmsBooks,
  fields: URLSearchParams,
): E.Either<number, SmsOrder> => {
  const names = ['token', 'from', 'to', 'text'] as const;
  if (names.some((name) => !fields.has(name))) return E.left(1000);
  const [givenToken, from, to = '', text = ''] = names.map((name) => fields.get(name) ?? '');
  if (givenToken !== token) return E.left(1002);
  if (from !== sender) return E.left(1008);
  if (text.trim() === '') return E.left(1010);
  const receivers = to.split(',').map((each) => each.trim());
  const valid = receivers.filter((each) => mobile.test(each));
  if (valid.length === 0) return E.left(receivers.length === 1 ? 1007 : 1011);
  const cost = partsOf(text) * valid.length;
  if (credits < cost) return E.left(credits === 0 ? 1012 : 1013);
  return E.right({ to: valid, text, cost });
};

const refusalTexts: Readonly<Record<number, string>> = {
  1000: 'A required field is missing',
  1001: 'Invalid IP Address',
  1002: 'Invalid Token',
  1007: 'Invalid Receiver',
  1008: 'Invalid Sender',
  1010: 'Text cannot be empty',
  1011: 'No valid receiver',
  1012: 'No Credits Available',
  1013: 'Insufficient Credits',
};

export interface SmsAnswer {
  readonly status: number;
  readonly body: string;
}

const answer = (status: number, body: unknown): SmsAnswer => ({
  status,
  body: JSON.stringify(body),
});

export const refusalAnswer = (code: number): SmsAnswer =>
  answer(403, { response_code: code, response: refusalTexts[code] ?? 'Refused' });

export const queuedAnswer = (count: number): SmsAnswer => {
  const response = `${count} messages have been queued for delivery`;
  return answer(200, { count, response_code: 200, response });
};

export const creditAnswer = (books: SmsBooks, fields: URLSearchParams): SmsAnswer => {
  if (fields.get('token') !== books.token) return refusalAnswer(1002);
  const { credits: credits_available, consumed: credits_consumed } = books;
  return answer(200, { credits_available, credits_consumed, response_code: 200 });
};

export const unknownPathAnswer: SmsAnswer = answer(404, { response: 'Not Found' });
