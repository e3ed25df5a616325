import type { Instant } from '../domain/shared/instant.js';

/** The only source of time outside `bin/`; tests pass one that they can move. */
export interface Clock {
  now(): Instant;
  /** Resolves once `at` has come, or as soon as `signal` aborts. Never rejects. */
  until(at: Instant, signal: AbortSignal): Promise<void>;
}
