import type { Category, EventIn } from '../../domain/registry.js';
import type { Position } from '../../ports/event-store.js';
import type { LoggedEvent } from '../../ports/logged-event.js';
import type { TimerChange } from '../../ports/timers.js';

type TypeIn<C extends Category> = EventIn<C>['type'];
type DataIn<C extends Category, T extends TypeIn<C>> = Extract<EventIn<C>, { type: T }>['data'];

/** One fact of the log as a reaction sees it. */
export interface Fact<Data> {
  /** UUID of the event; command ids derive from it. */
  readonly id: string;
  readonly correlationId: string;
  readonly position: Position;
  /** Id of the aggregate that it happened to: the stream's name without its category. */
  readonly streamId: string;
  readonly data: Data;
}

export type FactOf<C extends Category, T extends TypeIn<C>> = Fact<DataIn<C, T>>;

/** What follows from a fact; no answer means that no timer changes. */
// biome-ignore lint/suspicious/noConfusingVoidType: most reactions have no timers to tell of
export type Follow = Promise<readonly TimerChange[] | void>;

/**
 * What a process does, as a table from facts to what follows: by category, by type of event. It
 * is the picture of the process that one reads first.
 */
export type ReactionTable = {
  readonly [C in Category]?: {
    readonly [T in TypeIn<C>]?: (fact: FactOf<C, T>) => Follow;
  };
};

/** Looks an event up in the table and lets the reaction run. */
export const reactTo = async (
  table: ReactionTable,
  logged: LoggedEvent,
): Promise<readonly TimerChange[]> => {
  const ofCategory: Readonly<Record<string, unknown>> = table[logged.category] ?? {};
  const reaction = ofCategory[logged.event.type];
  if (typeof reaction !== 'function') return [];
  const { id, correlationId, position, streamId, event } = logged;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- looked up by its own type
  const follow = reaction as (fact: Fact<unknown>) => Follow;
  return (await follow({ id, correlationId, position, streamId, data: event.data })) ?? [];
};
