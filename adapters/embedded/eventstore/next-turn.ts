/**
 * Lets other work of the process run. Storage reads are synchronous, so a long read has to pause
 * between pages, or the calls and pings of everybody else would wait for it.
 */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
