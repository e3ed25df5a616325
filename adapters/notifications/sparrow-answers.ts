/** What the answers of Sparrow SMS (v2) mean. */

import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { type Attempt, deliveries } from './provider.js';

const { accepted, refusedReceiver, refusedMessage, configuration, later, unknownOutcome } =
  deliveries;

const acceptedCode = 200;

/** By the `response_code` of a refusal, which comes with HTTP 403. */
const refusals: ReadonlyMap<number, Attempt['delivery']> = new Map<number, Attempt['delivery']>([
  [1000, refusedMessage], // a field is missing
  [1001, configuration], // our address is not on the account's list
  [1002, configuration], // the token is wrong
  [1003, configuration], // the account is inactive
  [1004, configuration],
  [1005, configuration], // the account has expired
  [1006, configuration],
  [1007, refusedReceiver], // no such number
  [1008, configuration], // the sender is not approved
  [1010, refusedMessage], // the text is empty
  [1011, refusedReceiver], // none of the numbers is one
  [1012, configuration], // no credit is left
  [1013, configuration], // too little credit is left
]);

const Coded = t.type({ response_code: t.number });
const Credit = t.type({ credits_available: t.number });

const read = <A>(codec: t.Decoder<unknown, A>, body: string): A | null => {
  try {
    const decoded = codec.decode(JSON.parse(body));
    return E.isRight(decoded) ? decoded.right : null;
  } catch {
    // Not JSON: some machine in between has answered. The status is all there is.
    return null;
  }
};

/** For what is no answer of Sparrow's own: did the request get through to somebody who acts? */
const deliveryOfStatus = (status: number): Attempt['delivery'] => {
  if (status === 429) return later;
  // 408 and everything from 500 on may be said of a request that was carried out.
  if (status === 408 || status >= 500) return unknownOutcome;
  // A redirection is not followed: the token would go along.
  return status >= 300 ? configuration : unknownOutcome;
};

/** The one thing that means success is HTTP 200 with the code 200. */
export const readSparrowAnswer = (status: number, body: string): Attempt => {
  const code = read(Coded, body)?.response_code ?? null;
  if (code === null) return { delivery: deliveryOfStatus(status), code: `http-${status}` };
  const named = String(code);
  const refusal = refusals.get(code);
  if (refusal !== undefined) return { delivery: refusal, code: named };
  if (code === acceptedCode && status === 200) return { delivery: accepted, code: named };
  return { delivery: deliveryOfStatus(status), code: `http-${status}-${named}` };
};

/** @returns what is left on the account, `null` when the answer does not say. */
export const readCredit = (body: string): number | null =>
  read(Credit, body)?.credits_available ?? null;
