/** Everything that a run has opened, closed again in reverse order however the run ends. */

export type Undo = () => Promise<void>;

export interface Cleanup {
  /** To be called as soon as there is something to close. */
  add(undo: Undo): void;
  /** Closes everything; one that fails is told and does not keep the others open. */
  run(tell: (error: unknown) => void): Promise<void>;
}

export const createCleanup = (): Cleanup => {
  const steps: Undo[] = [];
  let isOver = false;
  return {
    add: (undo) => {
      steps.push(undo);
      // A run that was cut off goes on until its next step: what it still opens ends at once.
      if (isOver) void undo();
    },
    run: async (tell) => {
      isOver = true;
      for (const undo of steps.splice(0).toReversed()) await undo().catch(tell);
    },
  };
};
