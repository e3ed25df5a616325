/**
 * Every word that an error answer may carry in `code`: the closed table of statuses and titles.
 *
 * The first part are the words that clients know (rules 3.24), the second those that the rules
 * imply; a word never changes its meaning and never disappears. The third part belongs to the HTTP
 * machinery.
 *
 * A 4xx is final: the same request gets it again, and an idempotency key keeps it (but for 429). A
 * 5xx says nothing about the next try.
 */

import { clientCodes } from './problem-codes-clients.js';
import { featureCodes } from './problem-codes-features.js';

/** The HTTP status and the short text that is the same for every occurrence. */
export type ProblemCodeRow = readonly [status: number, title: string];

const machineryCodes = {
  invalid_request: [400, 'The request does not have the documented shape'],
  malformed_json: [400, 'The body is not JSON'],
  idempotency_key_required: [400, 'This operation needs an Idempotency-Key header'],
  token_invalid: [401, 'A valid access token is needed'],
  forbidden: [403, 'Your role may not do this'],
  not_found: [404, 'There is nothing here'],
  method_not_allowed: [405, 'This path does not know the method'],
  not_acceptable: [406, 'The answer cannot be given in an accepted media type'],
  request_body_timeout: [408, 'The request did not arrive in time'],
  idempotency_conflict: [409, 'The Idempotency-Key was used for a different request'],
  idempotency_in_progress: [409, 'The first request with this Idempotency-Key is still running'],
  body_too_large: [413, 'The body is larger than this operation accepts'],
  unsupported_media_type: [415, 'The body is not in a supported media type'],
  header_fields_too_large: [431, 'The header is larger than the server accepts'],
  internal_error: [500, 'Something went wrong on our side'],
  service_unavailable: [503, 'A part of the system is not available right now'],
  concurrent_change: [503, 'Others changed the same thing at the same moment'],
  position_not_reached: [503, 'The read model has not reached the asked position yet'],
  request_timed_out: [504, 'The answer took too long'],
  outcome_unknown: [504, 'Whether the request took effect is not known yet'],
} satisfies Record<string, ProblemCodeRow>;

export const problemCodes = { ...clientCodes, ...featureCodes, ...machineryCodes };

export type ProblemCode = keyof typeof problemCodes;

export const problemStatus = (code: ProblemCode): number => problemCodes[code][0];
export const problemTitle = (code: ProblemCode): string => problemCodes[code][1];

/** Problems that any operation may answer which sends commands; its `problems` begin with them. */
export const commandProblems = [
  'concurrent_change',
  'outcome_unknown',
  'service_unavailable',
] as const satisfies readonly ProblemCode[];
