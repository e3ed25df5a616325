import type { Decider } from './decider.js';
import type { DomainEvent, EventDefinitions } from './events.js';
import type { SnapshotRules } from './snapshot-rules.js';

/**
 * A decider together with where its events live: stream `{category}-{id}`. The category ends at
 * the first `-`, which is EventStoreDB's own convention (its `$ce-` streams), so it holds none.
 */
export interface Aggregate<Command, State, Event extends DomainEvent, Refusal>
  extends Decider<Command, State, Event, Refusal> {
  readonly category: string;
  readonly events: EventDefinitions;
  /** Of aggregates whose streams may become long; the others are folded from their beginning. */
  readonly snapshots?: SnapshotRules<Command, State, Event>;
}

export const streamName = (category: string, id: string): string => `${category}-${id}`;

/** Splits a stream name at its first `-`; `null` for streams that are not an aggregate's. */
export const parseStreamName = (
  name: string,
): { readonly category: string; readonly id: string } | null => {
  const dash = name.indexOf('-');
  if (dash <= 0 || dash === name.length - 1 || name.startsWith('$')) return null;
  return { category: name.slice(0, dash), id: name.slice(dash + 1) };
};
