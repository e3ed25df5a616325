import type { HttpContext } from './http-state.js';
import type { StreamedAnswer, WireAnswer } from './wire-answer.js';

/** Puts an answer into Koa's response. */
export const write = (
  ctx: Pick<HttpContext, 'status' | 'body' | 'set'>,
  { status, headers, body }: WireAnswer | StreamedAnswer,
): void => {
  // The body first: setting it makes Koa guess a status and a type, which we then overrule.
  ctx.body = body;
  ctx.status = status;
  ctx.set({ ...headers });
};
