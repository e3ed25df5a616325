import type { Instant } from '../domain/shared/instant.js';
import type { Clock } from '../ports/clock.js';
import type { EventStore, Position } from '../ports/event-store.js';
import { linkedAbort } from '../ports/linked-abort.js';

/** How long somebody waits. */
export interface Patience {
  /** The last moment at which the answer is still wanted. */
  readonly until: Instant;
  /** Nobody wants the answer any more. */
  readonly signal: AbortSignal;
}

/**
 * Lets requests wait for what processes and cabinets do to an aggregate, without polling: each
 * new event of a stream wakes those who wait for that stream, and they look at its state again.
 */
export interface StreamWaits {
  /** Follows the log until `signal` aborts; waits end early only meanwhile. */
  run(signal: AbortSignal): Promise<void>;
  /**
   * Asks `look` now and after every event of the stream, until it finds something. Gives back what
   * it found, or `null` when patience ended first; then `look` was asked once more at the end.
   * Where it is an event that makes it look, `look` hears its position: a state that holds this
   * event is new enough, see `AggregateHandler.load`.
   */
  find<Found>(
    stream: string,
    look: (since: Position | null) => Promise<Found | null>,
    patience: Patience,
  ): Promise<Found | null>;
}

/** A wake-up that stays until it is used, so that one between two looks is not missed. */
class Bell {
  #rung: { readonly since: Position | null } | null = null;
  #wake: () => void = () => undefined;

  /** @param since position of the event that rings; `null` when it is something else. */
  ring(since: Position | null): void {
    this.#rung = { since };
    this.#wake();
  }

  /** What rang last: at once when it has rung since the last call. */
  async heard(): Promise<Position | null> {
    if (this.#rung === null) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const since = this.#rung?.since ?? null;
    this.#rung = null;
    return since;
  }
}

export interface StreamWaitsOptions {
  readonly store: Pick<EventStore, 'subscribeLog'>;
  readonly clock: Clock;
  /** Categories of the streams that anybody may wait for. */
  readonly categories: readonly string[];
}

/** One live tail of the log for a whole process, however many requests wait. */
export const createStreamWaits = (options: StreamWaitsOptions): StreamWaits => {
  const { store, clock, categories } = options;
  const bells = new Map<string, Set<Bell>>();

  const ring = (stream: string, since: Position | null): void => {
    for (const bell of bells.get(stream) ?? []) bell.ring(since);
  };

  const hang = (stream: string): { readonly bell: Bell; readonly takeDown: () => void } => {
    const bell = new Bell();
    const ofStream = bells.get(stream) ?? new Set();
    bells.set(stream, ofStream.add(bell));
    return {
      bell,
      takeDown: () => {
        ofStream.delete(bell);
        if (ofStream.size === 0) bells.delete(stream);
      },
    };
  };

  return {
    run: async (signal) => {
      const items = store.subscribeLog({ after: 'end', filter: { categories }, signal });
      for await (const item of items) {
        if (item.kind === 'event') ring(item.event.stream, item.event.position);
        // Events may have passed before the tail was live, so everybody looks for themselves.
        if (item.kind === 'caught-up') for (const stream of bells.keys()) ring(stream, null);
      }
    },
    find: async (stream, look, { until, signal }) => {
      const { bell, takeDown } = hang(stream);
      const found = linkedAbort(signal);
      let isOver = false;
      const patienceEnds = clock.until(until, found.signal).then(() => {
        isOver = true;
        bell.ring(null);
      });
      try {
        for (let since: Position | null = null; ; since = await bell.heard()) {
          const isLastLook = isOver;
          const sight = await look(isLastLook ? null : since);
          if (sight !== null || isLastLook) return sight;
        }
      } finally {
        found.abort();
        takeDown();
        await patienceEnds;
      }
    },
  };
};
