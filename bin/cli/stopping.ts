import type { Terminal } from './terminal.js';

/** What a shell reports for a program that was interrupted. */
const interruptedExitCode = 130;

/** Everything together must have ended by then; orchestrators kill after 30 seconds. */
const stopSecondsMax = 28;

/**
 * Aborts at the first SIGINT or SIGTERM, so that the program can end its work in order. A second
 * one ends it at once: whoever presses Ctrl-C twice does not want to wait.
 */
export const stopOnSignals = (terminal: Pick<Terminal, 'line'>): AbortSignal => {
  const stopping = new AbortController();
  const onSignal = (): void => {
    if (stopping.signal.aborted) process.exit(interruptedExitCode);
    terminal.line('Stopping (once more to stop at once) …');
    stopping.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return stopping.signal;
};

export const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

/** One part that has to be stopped, by a name that an operator knows. */
export interface Stoppable {
  readonly name: string;
  stop(): Promise<void>;
}

/**
 * Stops what was started, the last one first, and keeps going when one of them fails: data on
 * disk must be closed whatever happened above it. Ends the program when it takes too long.
 */
export const stopInOrder = async (
  parts: readonly Stoppable[],
  complain: (text: string) => void,
): Promise<boolean> => {
  let current = '';
  const cutOff = setTimeout(() => {
    complain(`${current} did not stop within ${stopSecondsMax} seconds`);
    process.exit(1);
  }, stopSecondsMax * 1_000);
  let isClean = true;
  for (const part of parts.toReversed()) {
    current = part.name;
    try {
      await part.stop();
    } catch (error) {
      isClean = false;
      complain(
        `${part.name} did not stop cleanly: ${error instanceof Error ? error.message : error}`,
      );
    }
  }
  clearTimeout(cutOff);
  return isClean;
};
