import type { Either } from 'fp-ts/lib/Either.js';
import type { Errors } from 'io-ts';

/**
 * How the state of a long stream is kept, so that it need not be folded from the beginning.
 *
 * An aggregate remembers for ever which ids it has seen, so that nothing counts twice. That memory
 * grows with the stream, and hardly any command looks into the old part of it. So what is kept of a
 * state is all but its memory, and beside it a note that these keys were seen. A state that is made
 * from it has forgotten what was behind the keys: whoever needs one of them folds the whole stream.
 */
export interface SnapshotRules<Command, State, Event> {
  /**
   * To be raised when `evolve`, `toStored` or `keysSeen` comes to something else for the same
   * events: what was kept before is not used any more.
   */
  readonly version: number;
  /** The state without its memory, as JSON. It holds nothing that the events do not show. */
  readonly toStored: (state: State) => unknown;
  /** The state with an empty memory. */
  readonly fromStored: (stored: unknown) => Either<Errors, State>;
  /** Keys of what an event adds to the memory; one too many costs time only. */
  readonly keysSeen: (event: Event) => readonly string[];
  /**
   * Keys that a decision looks up and `state` does not have: if one of them was seen before this
   * state began to remember, the decision needs the whole stream.
   */
  readonly keysWanted: (command: Command, state: State) => readonly string[];
}

/** Keys of different kinds of ids never meet. */
export const entryKey = (id: string): string => `entry ${id}`;
export const holdKey = (id: string): string => `hold ${id}`;
