import { isRecord } from '../../ports/http/json.js';
import { ProblemError, stop } from '../../ports/http/problem.js';
import { isTrouble } from '../../ports/http/trouble.js';
import { KeyDestroyed } from '../../ports/personal-data.js';

/** Clients may try again this soon when a part of the system was away for a moment. */
const retryAfterTroubleSeconds = 2;

/**
 * The one place that turns a thrown thing into an answer.
 *
 * - What the machinery threw on purpose carries its problem.
 * - Trouble of the outside (a store that is away) becomes 503: trying again is sensible.
 * - Whose data was to be sealed has left while the request was under way (AUTH-11).
 * - Everything else is a bug of ours: 500, its text stays in the log.
 */
export const problemErrorOf = (thrown: unknown): ProblemError => {
  if (thrown instanceof ProblemError) return thrown;
  if (isTrouble(thrown)) {
    return stop('service_unavailable', { retryAfterSeconds: retryAfterTroubleSeconds });
  }
  if (thrown instanceof KeyDestroyed) return stop('account_deleted');
  if (isBadRequestOfKoa(thrown)) return stop('invalid_request');
  return stop('internal_error', { detail: 'Quote the correlation id when you report this.' });
};

/** Koa and its router throw http-errors of status 400 for URLs and headers they cannot read. */
const isBadRequestOfKoa = (thrown: unknown): boolean =>
  isRecord(thrown) && thrown.status === 400 && thrown.expose === true;
