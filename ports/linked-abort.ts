import { setMaxListeners } from 'node:events';

/**
 * A controller that aborts when one of `sources` does. Whoever is done with it aborts it, so that
 * the sources forget it.
 *
 * Not `AbortSignal.any`: on Node 20 each call leaves something behind in its sources, even when the
 * signal that it made is gone, and the sources of a program's roles live as long as the program.
 */
export const linkedAbort = (...sources: readonly AbortSignal[]): AbortController => {
  const linked = new AbortController();
  const unlink: (() => void)[] = [];
  const unlinkAll = (): void => {
    for (const each of unlink) each();
  };
  linked.signal.addEventListener('abort', unlinkAll, { once: true });
  for (const source of sources) {
    if (source.aborted) {
      linked.abort(source.reason);
      break;
    }
    const follow = (): void => linked.abort(source.reason);
    // All that a role waits for may follow its signal: many listeners are no leak here.
    setMaxListeners(0, source);
    source.addEventListener('abort', follow, { once: true });
    unlink.push(() => source.removeEventListener('abort', follow));
  }
  return linked;
};
