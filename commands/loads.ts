import type { Position } from '../ports/event-store.js';
import type { KnownState, Loaded } from './state-cache.js';
import type { States } from './states.js';
import { turn } from './turn.js';

/** How the state of a stream is asked for; see `AggregateHandler.load`. */
export type Loads<State> = (stream: string, since?: Position | null) => Promise<Loaded<State>>;

/**
 * Reading takes three times what appending does, so it is done no more often than needed. Who asks
 * for the same stream in one turn shares a reading, which begins when the turn ends and so finds
 * all that was there when they asked. Who knows of an event and wants no more than that it is in
 * the state takes what is in memory, where our own events are.
 */
export const createLoads = <Command, State, Event>(
  states: States<Command, State, Event>,
): Loads<State> => {
  const asked = new Map<string, Promise<KnownState<State>>>();

  const readAfterTurn = async (stream: string): Promise<KnownState<State>> => {
    await turn();
    asked.delete(stream);
    return states.refresh(stream, states.known(stream));
  };

  const read = (stream: string): Promise<KnownState<State>> => {
    const reading = asked.get(stream) ?? readAfterTurn(stream);
    asked.set(stream, reading);
    return reading;
  };

  /** What is in memory, when the event at `since` is in it. */
  const remembered = (stream: string, since: Position): KnownState<State> | null => {
    const known = states.known(stream);
    return known.position !== null && known.position >= since ? known : null;
  };

  return async (stream, since = null) => {
    if (since === null) return read(stream);
    const known = remembered(stream, since);
    if (known !== null) return known;
    // The log tells of an event of ours just before it answers who has appended it.
    await turn();
    return remembered(stream, since) ?? read(stream);
  };
};
