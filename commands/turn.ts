const endOfTurn = (): (() => Promise<void>) => {
  let end: Promise<void> | null = null;
  return () => {
    end ??= new Promise((resolve) => {
      setImmediate(() => {
        end = null;
        resolve();
      });
    });
    return end;
  };
};

/**
 * The end of this turn of the event loop, the same for all who wait for it. What was asked for in
 * one turn can be done together there, by code that is still in the processor's cache.
 */
export const turn = endOfTurn();
