import type { HttpContext } from './http-state.js';
import type { StreamedAnswer, WireAnswer } from './wire-answer.js';

/** Puts an answer into Koa's response. */
export const write = (
  ctx: Pick<HttpContext, 'status' | 'body' | 'set'>,
  { status, headers, body }: WireAnswer | StreamedAnswer,
): void => {
  // An answer that has none makes Koa choose a status and drop headers, which we then overrule.
  if (body === null) ctx.body = null;
  ctx.status = status;
  // Before the body, for which Koa would otherwise guess a type.
  for (const [name, value] of Object.entries(headers)) ctx.set(name, value);
  if (body !== null) ctx.body = body;
};
