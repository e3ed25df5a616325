import { setImmediate as nextTurn } from 'node:timers/promises';

/** Waits for a condition that nothing announces, turn by turn of the event loop. */
export const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await nextTurn();
};
