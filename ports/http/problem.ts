/** Errors as RFC 9457 documents: one shape, whatever went wrong. */

import { Bug } from '../../domain/shared/assert.js';
import { type Problem, type ProblemExtras, problem } from './answer.js';
import type { Fault } from './faults.js';
import type { JsonObject } from './json.js';
import { type ProblemCode, problemStatus, problemTitle } from './problem-codes.js';

export const problemMediaType = 'application/problem+json';

/** Which request a problem belongs to. */
export interface Occurrence {
  /** Path of the request. */
  readonly instance: string;
  readonly correlationId: string;
}

const standardMembers: ReadonlySet<string> = new Set([
  'type',
  'title',
  'status',
  'detail',
  'instance',
  'code',
  'correlation_id',
]);

/** A name for the kind of problem that never moves, as `type` must be (RFC 9457 §3.1.1). */
export const problemType = (code: ProblemCode): string => `urn:problem-type:powerbank:${code}`;

/** The document that goes out; the facts of the problem are members beside the standard ones. */
export const problemDocument = (
  { code, detail, facts = {} }: Problem,
  { instance, correlationId }: Occurrence,
): JsonObject => {
  const clash = Object.keys(facts).find((name) => standardMembers.has(name));
  if (clash !== undefined) throw new Bug(`a fact of ${code} must not be called ${clash}`);
  return {
    type: problemType(code),
    title: problemTitle(code),
    status: problemStatus(code),
    ...(detail === undefined ? {} : { detail }),
    instance,
    code,
    correlation_id: correlationId,
    ...facts,
  };
};

/**
 * How the machinery leaves a request early. Only what is in the problem is shown to the client;
 * everything else that is thrown becomes `internal_error` without a word of its text.
 */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';

  constructor(
    readonly problem: Problem,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(problem.code);
  }
}

export const stop = (
  code: ProblemCode,
  extras: ProblemExtras = {},
  headers: Readonly<Record<string, string>> = {},
): ProblemError => new ProblemError(problem(code, extras), headers);

/** So many are told: a list of thousands of wrong things must not cost an answer of megabytes. */
const faultsShownMax = 50;

/** A request whose parts do not fit, with all faults at once. */
export const invalidRequest = (faults: readonly Fault[]): ProblemError =>
  stop('invalid_request', {
    detail: `${faults.length} ${faults.length === 1 ? 'fault' : 'faults'} in the request`,
    facts: {
      errors: faults.slice(0, faultsShownMax).map(({ path, message }) => ({ path, message })),
    },
  });
