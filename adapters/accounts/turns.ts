/**
 * Lets so much work run at once, so much wait for its turn, and nothing more. Hashing passwords
 * takes memory and threads that file access and name look-ups need, too.
 */
export interface Turns {
  /** `busy`, and nothing is done, when too much waits already. */
  take<T>(work: () => Promise<T>): Promise<T | 'busy'>;
}

export interface TurnLimits {
  readonly atOnceMax: number;
  readonly waitingMax: number;
}

export const createTurns = ({ atOnceMax, waitingMax }: TurnLimits): Turns => {
  let running = 0;
  const waiting: (() => void)[] = [];

  /** A turn that ends is handed to the next in line, so nobody can push in between. */
  const end = (): void => {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  };

  const begin = async (): Promise<void> => {
    if (running < atOnceMax) running += 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
  };

  return {
    take: async (work) => {
      if (running >= atOnceMax && waiting.length >= waitingMax) return 'busy';
      await begin();
      try {
        return await work();
      } finally {
        end();
      }
    },
  };
};
