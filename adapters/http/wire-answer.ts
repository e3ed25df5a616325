import { Readable } from 'node:stream';
import * as t from 'io-ts';
import { Bug } from '../../domain/shared/assert.js';
import { integer, nullable } from '../../domain/shared/codecs.js';
import {
  type AnswerExtras,
  type AnyAnswer,
  NoBodyType,
  type Responses,
} from '../../ports/http/answer.js';
import { setCookieText } from '../../ports/http/cookie.js';
import { CsvType, csvMediaType } from '../../ports/http/csv.js';
import { type Occurrence, problemDocument, problemMediaType } from '../../ports/http/problem.js';
import { problemStatus } from '../../ports/http/problem-codes.js';

/** An answer as it goes over the wire; it is also what an idempotency key keeps. */
export const WireAnswer = t.strict(
  {
    status: integer('HttpStatus', { minimum: 200, maximum: 599 }),
    headers: t.record(t.string, t.string),
    body: nullable(t.string),
  },
  'WireAnswer',
);
export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/** An answer whose body is written while it is sent; it is never kept. */
export interface StreamedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readable;
}

export const jsonMediaType = 'application/json';

/** Text of `message` when a handler has nothing more to say. */
const defaultMessage = 'OK';

/** Turns what a handler answered into status, headers and body. */
export const wireAnswerOf = (
  answer: AnyAnswer,
  responses: Responses,
  occurrence: Occurrence,
): WireAnswer | StreamedAnswer => {
  if (answer.kind === 'problem') {
    const status = problemStatus(answer.code);
    const retry = answer.retryAfterSeconds;
    return {
      status,
      headers: {
        'content-type': problemMediaType,
        ...extraHeaders(answer),
        ...(retry === undefined ? {} : { 'retry-after': String(Math.ceil(retry)) }),
        // Every 401 names the scheme that would help (RFC 9110 §15.5.2).
        ...(status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
      },
      body: JSON.stringify(problemDocument(answer, occurrence)),
    };
  }
  const codec = responses[answer.status];
  if (codec === undefined) throw new Bug(`the route declares no answer ${answer.status}`);
  const { status, data, message = defaultMessage, location } = answer;
  const headers = {
    ...extraHeaders(answer),
    ...(location === undefined ? {} : { location }),
  };
  if (codec instanceof NoBodyType) return { status, headers, body: null };
  if (codec instanceof CsvType) return csvAnswer(codec, { status, headers, rows: data });
  return {
    status,
    headers: { 'content-type': `${jsonMediaType}; charset=utf-8`, ...headers },
    body: JSON.stringify({ success: true, message, data: codec.encode(data) }),
  };
};

const csvAnswer = (
  csv: CsvType<unknown>,
  { status, headers, rows }: Pick<WireAnswer, 'status' | 'headers'> & { readonly rows: unknown },
): StreamedAnswer => {
  if (!csv.is(rows)) throw new Bug('an answer in CSV has rows');
  return {
    status,
    headers: {
      'content-type': `${csvMediaType}; charset=utf-8; header=present`,
      'content-disposition': `attachment; filename="${csv.fileName}.csv"`,
      ...headers,
    },
    // A failure on the way ends the connection, so that nobody takes a part for the whole.
    body: Readable.from(csv.textOf(rows)),
  };
};

const extraHeaders = ({ position, setCookie }: AnswerExtras): Readonly<Record<string, string>> => ({
  ...(position === undefined ? {} : { 'x-position': position.toString() }),
  ...(setCookie === undefined ? {} : { 'set-cookie': setCookieText(setCookie) }),
});
