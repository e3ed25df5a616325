/**
 * `Idempotency-Key`: the same wish, sent again, gets the first answer again.
 *
 * - Same key, same request: the kept answer, marked `Idempotency-Replayed: true`. A refusal counts
 *   as an answer. While the first is still running, the second waits for it (bounded).
 * - Same key, other request: 409 `idempotency_conflict`, with the names of the fields that differ.
 * - What says nothing final (5xx, an unknown outcome, a rate limit) is not kept.
 *
 * A crash between executing and keeping is safe: the command id is derived from caller, operation
 * and key, so the repeated request is the same command, which writes nothing a second time.
 */

import { plusMs, plusSeconds } from '../../domain/shared/instant.js';
import type { Clock } from '../../ports/clock.js';
import type { IdentifiedPrincipal } from '../../ports/http/principal.js';
import { stop } from '../../ports/http/problem.js';
import type { Log } from '../../ports/log.js';
import { uuidMaker } from '../../ports/name-uuid.js';
import type { IdempotencyStore, KeyedRequest } from './idempotency-store.js';
import { differingFields, type FieldHashes } from './request-fingerprint.js';
import type { WireAnswer } from './wire-answer.js';

/** A second request looks this often whether the first has been answered. */
const pollMs = 100;
/** Nobody calls these waits off: they are short, and the time limit of the request ends them. */
const never = new AbortController().signal;
/** What a client that was told `idempotency_in_progress` should wait before it asks again. */
const retryAfterInProgressSeconds = 1;

/** The namespace is fixed for ever, or a repeated request would be a new command. */
const commandId = uuidMaker('8b6f2c0a-53a7-4a0e-9c11-6a1f3f0f7d52');

export interface IdempotencySettings {
  /** How long the second of two concurrent requests waits for the first. */
  readonly waitSeconds: number;
  /** After this an unanswered first request counts as crashed; longer than any request may run. */
  readonly claimSeconds: number;
  readonly retentionSeconds: number;
}

export interface IdempotencyDependencies {
  readonly store: IdempotencyStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: IdempotencySettings;
}

/** Caller and operation: a key means nothing outside of them. */
export const scopeOf = (principal: IdentifiedPrincipal, operation: string): string =>
  `${principal.kind}:${principal.id}:${operation}`;

/** The same caller, operation and key always give the same command id. */
export const commandIdOf = (scope: string, key: string): string =>
  commandId(`${scope}\u0000${key}`);

/** Answers a keyed request: from what is kept, or by `execute`, whose answer is then kept. */
export const answerOnce = async (
  request: KeyedRequest,
  execute: () => Promise<WireAnswer>,
  { store, clock, log, settings }: IdempotencyDependencies,
): Promise<WireAnswer> => {
  const { claimSeconds, retentionSeconds } = settings;
  const startedAt = clock.now();
  for (let now = startedAt; ; now = clock.now()) {
    const outcome = await store.claim(request, { now, claimSeconds, retentionSeconds });
    if (outcome.kind === 'ours') {
      return executeAndKeep(execute, {
        keep: (answer) => store.keep(outcome.claim, answer),
        release: () => store.release(outcome.claim),
        log,
      });
    }
    refuseOtherRequest(outcome.fields, request.fields);
    if (outcome.kind === 'answered') {
      const { answer } = outcome;
      return { ...answer, headers: { ...answer.headers, 'idempotency-replayed': 'true' } };
    }
    if (now >= plusSeconds(startedAt, settings.waitSeconds)) {
      throw stop('idempotency_in_progress', { retryAfterSeconds: retryAfterInProgressSeconds });
    }
    await clock.until(plusMs(now, pollMs), never);
  }
};

const refuseOtherRequest = (first: FieldHashes, second: FieldHashes): void => {
  const differing = differingFields(first, second);
  if (differing.length === 0) return;
  throw stop('idempotency_conflict', {
    detail: `The first request with this key had other values in: ${differing.join(', ')}.`,
    facts: { differing_fields: differing },
  });
};

interface Keeping {
  readonly keep: (answer: WireAnswer) => Promise<void>;
  readonly release: () => Promise<void>;
  readonly log: Log;
}

const executeAndKeep = async (
  execute: () => Promise<WireAnswer>,
  { keep, release, log }: Keeping,
): Promise<WireAnswer> => {
  // The command has its effect whether or not the store hears of it, so a store that fails now
  // must not turn the answer into an error; the claim then lapses by itself.
  const quietly = (work: Promise<void>): Promise<void> =>
    work.catch((error: unknown) => log.warn('an idempotency key was not updated', { error }));
  try {
    const answer = await execute();
    await quietly(isFinal(answer) ? keep(answer) : release());
    return answer;
  } catch (error) {
    await quietly(release());
    throw error;
  }
};

/** 5xx says nothing about the next try (`outcome_unknown` is one of them), nor does 429. */
const isFinal = ({ status }: WireAnswer): boolean => status < 500 && status !== 429;
