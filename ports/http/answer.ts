import * as t from 'io-ts';
import type { Position } from '../event-store.js';
import type { CookieToSet } from './cookie.js';
import type { JsonObject } from './json.js';
import type { ProblemCode } from './problem-codes.js';

/**
 * "Codec" of an answer that has no body (204, or a redirect). Its own class, so that the writer of
 * answers and the OpenAPI document recognise it.
 */
export class NoBodyType extends t.Type<undefined> {
  readonly _tag = 'NoBodyType' as const;

  constructor() {
    super(
      'NoBody',
      (input): input is undefined => input === undefined,
      (input, context) => (input === undefined ? t.success(undefined) : t.failure(input, context)),
      t.identity,
    );
  }
}

export const noBody = new NoBodyType();

/** Codecs of the `data` of an operation's successful answers, by HTTP status. */
export type Responses = Readonly<Record<number, t.Mixed>>;

/** What every kind of answer may add. */
export interface AnswerExtras {
  /** Where in the log the effect is; goes out as `X-Position`, comes back as `X-Min-Position`. */
  readonly position?: Position;
  readonly setCookie?: CookieToSet;
}

export interface SuccessExtras extends AnswerExtras {
  /** One sentence for people, `message` of the envelope. */
  readonly message?: string;
  /** `Location` of a created resource or of a redirect. */
  readonly location?: string;
}

export interface Success<Status extends number, Data> extends SuccessExtras {
  readonly kind: 'success';
  readonly status: Status;
  readonly data: Data;
}

export interface ProblemExtras extends AnswerExtras {
  /** One sentence on this occurrence; the title of the code is always there. */
  readonly detail?: string;
  /** What the client needs to act on it (amounts, limits, states): members of the document. */
  readonly facts?: JsonObject;
  readonly retryAfterSeconds?: number;
}

export interface Problem<Code extends ProblemCode = ProblemCode> extends ProblemExtras {
  readonly kind: 'problem';
  readonly code: Code;
}

/** Any answer, as the machinery handles it once the types of one route are behind it. */
export type AnyAnswer = Success<number, unknown> | Problem;

/** The answers that a route may give: a declared status with its data, or a declared problem. */
export type Answer<R extends Responses, Code extends ProblemCode> =
  | { [Status in keyof R & number]: Success<Status, t.TypeOf<R[Status]>> }[keyof R & number]
  | Problem<Code>;

/**
 * How a handler answers with success: `answer(201, { id }, { position })`. It is handed to the
 * handler so that status and data are checked against the route's own `responses`.
 */
export type MakeAnswer<R extends Responses> = <Status extends keyof R & number>(
  status: Status,
  data: t.TypeOf<R[Status]>,
  extras?: SuccessExtras,
) => Success<Status, t.TypeOf<R[Status]>>;

export const success = <Status extends number, Data>(
  status: Status,
  data: Data,
  extras: SuccessExtras = {},
): Success<Status, Data> => ({ kind: 'success', status, data, ...extras });

/** A refusal: `problem('insufficient_balance', { facts: { required: '150.00' } })`. */
export const problem = <Code extends ProblemCode>(
  code: Code,
  extras: ProblemExtras = {},
): Problem<Code> => ({ kind: 'problem', code, ...extras });
