/** Bounds what is under way at once, and what may wait for that. */

export interface TurnLimits {
  readonly atOnceMax: number;
  readonly waitingMax: number;
  readonly waitMsMax: number;
}

/** Gives the turn back; to be called once. */
export type EndTurn = () => void;

export interface Turns {
  /** `null`: too many wait already, the wait took too long, or there are no more turns. */
  take(): Promise<EndTurn | null>;
  /** Sends those away who wait, and whoever comes. Turns that were given last until they end. */
  close(): void;
  /** Resolves once nobody has a turn. */
  ended(): Promise<void>;
}

type Answer = (turn: EndTurn | null) => void;

/** First come, first served. */
export const createTurns = ({ atOnceMax, waitingMax, waitMsMax }: TurnLimits): Turns => {
  let given = 0;
  let isClosed = false;
  /** A set keeps its order, and forgets one of its middle at once. */
  const waiting = new Set<Answer>();
  const watchers = new Set<() => void>();

  const endTurn: EndTurn = () => {
    const [next] = waiting;
    if (next !== undefined) {
      next(endTurn);
      return;
    }
    given -= 1;
    if (given > 0) return;
    for (const resolve of watchers) resolve();
    watchers.clear();
  };

  const wait = (): Promise<EndTurn | null> =>
    new Promise((resolve) => {
      const answer: Answer = (turn) => {
        clearTimeout(timer);
        waiting.delete(answer);
        resolve(turn);
      };
      const timer = setTimeout(() => answer(null), waitMsMax);
      waiting.add(answer);
    });

  return {
    take: async () => {
      if (isClosed) return null;
      if (given < atOnceMax) {
        given += 1;
        return endTurn;
      }
      return waiting.size < waitingMax ? wait() : null;
    },
    close: () => {
      isClosed = true;
      for (const answer of [...waiting]) answer(null);
    },
    ended: () =>
      given === 0 ? Promise.resolve() : new Promise((resolve) => watchers.add(resolve)),
  };
};
