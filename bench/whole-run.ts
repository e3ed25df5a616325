/** A benchmark of its own, from its start to its end: whatever it has opened is closed. */

import { type Cleanup, createCleanup } from './cleanup.js';

const complain = (error: unknown): void => {
  process.exitCode = 1;
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`${text}\n`);
};

/** Does the work and ends the process; on Ctrl-C as well, and when the work fails. */
export const wholeRun = async (work: (cleanup: Cleanup) => Promise<void>): Promise<never> => {
  const cleanup = createCleanup();
  const interrupted = new Promise<never>((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => reject(new Error(`stopped by ${signal}`)));
    }
  });
  await Promise.race([work(cleanup), interrupted]).catch(complain);
  await cleanup.run(complain);
  // A run that was cut off may still have work under way, for which nobody waits any more.
  process.exit();
};
