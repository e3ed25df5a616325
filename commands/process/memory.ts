import * as E from 'fp-ts/lib/Either.js';
import type { Position } from '../../ports/event-store.js';
import type { AggregateHandler } from '../handler.js';
import type { Loaded } from '../state-cache.js';

/** Aggregates of one kind that are remembered; those longest unheard of are forgotten first. */
const rememberedMax = 10_000;

interface Remembered<State> {
  readonly state: State;
  /** Position of the last event in it; `null` when there was none. */
  readonly position: Position | null;
}

interface Kept<State> extends Remembered<State> {
  /**
   * It was read from the log in this run, or comes from what was. A command that is told again
   * after a crash may be the first thing that we hear of a stream: the store takes its events for
   * those that are there, and the state that they lead to may be long out of date.
   */
  readonly isRead: boolean;
}

/** Handlers of one kind of aggregate, and what one run of a process has seen through them. */
export interface RememberingHandler<Command, State, Event, Refusal>
  extends AggregateHandler<Command, State, Event, Refusal> {
  /**
   * A state that holds everything up to `position`, and is read from the log only when none is in
   * memory. It is what a reaction to the event at `position` needs: nobody has reacted to that
   * event yet, so nothing that the reaction must not repeat can be missing.
   */
  upTo(id: string, position: Position): Promise<State>;
  /** As this run last saw it, however long ago; `null` when it has not. */
  last(id: string): State | null;
}

/**
 * Remembers what comes by, so that a process does not read again what it has just read or written.
 *
 * To be made anew for every run of a process: while another instance ran it, that one has reacted
 * to events and written what we do not know. Within a run, all reactions are our own.
 */
export const remembering = <Command, State, Event, Refusal>(
  handler: AggregateHandler<Command, State, Event, Refusal>,
): RememberingHandler<Command, State, Event, Refusal> => {
  const memory = new Map<string, Kept<State>>();

  const remember = (
    id: string,
    { state, position }: Remembered<State>,
    how: 'read' | 'told',
  ): void => {
    const known = memory.get(id);
    // Answers may overtake each other; the newer one stays.
    if (known !== undefined && (known.position ?? 0n) > (position ?? 0n)) return;
    memory.delete(id);
    memory.set(id, { state, position, isRead: how === 'read' || known?.isRead === true });
    if (memory.size <= rememberedMax) return;
    const oldest = memory.keys().next();
    if (!oldest.done) memory.delete(oldest.value);
  };

  const load = async (id: string): Promise<Loaded<State>> => {
    const known = await handler.load(id);
    remember(id, known, 'read');
    return known;
  };

  return {
    load,
    execute: async (id, command, context) => {
      const result = await handler.execute(id, command, context);
      const isKnown = E.isRight(result) ? result.right.isCurrent : result.left.kind === 'Refused';
      // What was written is not known, or not what came behind it, so nothing is.
      if (!isKnown) memory.delete(id);
      else if (E.isRight(result)) remember(id, result.right, 'told');
      return result;
    },
    upTo: async (id, position) => {
      const known = memory.get(id);
      if (known?.isRead !== true) return (await load(id)).state;
      if ((known.position ?? 0n) >= position) return known.state;
      // All that earlier runs did was in what this one has read, and what is newer holds it too.
      const newer = await handler.load(id, position);
      remember(id, newer, 'told');
      return newer.state;
    },
    last: (id) => memory.get(id)?.state ?? null,
  };
};
