import type { Category, EventIn } from './registry.js';
import type { Instant } from './shared/instant.js';

type AnyEvent = { readonly [C in Category]: EventIn<C> }[Category];

/**
 * When a fact happened, by its own words. The books are dated by it and not by the time at which
 * the store wrote it down: a log that was copied to another store is written a second time.
 */
export const occurredAt = ({ data }: AnyEvent): Instant =>
  'at' in data ? data.at : data.startedAt;
