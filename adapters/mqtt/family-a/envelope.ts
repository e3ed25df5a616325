/** The JSON answer to every HTTP call of a cabinet (§10). */

import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';

const OK_STATUS = 200;

/** `data` is text in every documented answer, also where that text is itself JSON (§10.4). */
export const AnswerEnvelope = t.readonly(
  t.type({
    code: t.number,
    type: t.literal(0),
    data: t.string,
    msg: t.string,
    time: t.number,
  }),
);

/** `code` repeats the HTTP status, `time` is in milliseconds since 1970. */
export type AnswerEnvelope = t.TypeOf<typeof AnswerEnvelope>;

/** The answer to a call that worked. */
export const okAnswer = (data: string, nowMs: number): AnswerEnvelope => ({
  code: OK_STATUS,
  type: 0,
  data,
  msg: 'OK',
  time: nowMs,
});

/** The answer to a call that failed; `message` must not say anything a stranger should not read. */
export const failedAnswer = (
  httpStatus: number,
  message: string,
  nowMs: number,
): AnswerEnvelope => ({ code: httpStatus, type: 0, data: '', msg: message, time: nowMs });

/** Reads an answer as a cabinet does. */
export const parseAnswer = (body: string): E.Either<'bad_answer', AnswerEnvelope> => {
  const parsed = E.tryCatch(
    (): unknown => JSON.parse(body),
    () => 'bad_answer' as const,
  );
  if (E.isLeft(parsed)) return parsed;
  return AnswerEnvelope.is(parsed.right) ? E.right(parsed.right) : E.left('bad_answer');
};
