import type { Position } from '../../ports/event-store.js';
import type { Terminal } from './terminal.js';

/** Often enough for an eye, and far enough apart for the time left to be more than noise. */
const updateEveryMs = 250;

/** How far a pass over the log is: a bar over positions, with the events so far and their rate. */
export interface LogProgress {
  seen(position: Position): void;
  /** The pass came to its end. */
  finish(): void;
  /** To be called in any case. */
  end(): void;
}

/** @param last the position at which the pass is expected to end. */
export const logProgress = (story: Terminal, label: string, last: Position | null): LogProgress => {
  const bar = story.progress(label);
  const startedMs = performance.now();
  const total = Number(last ?? 0n);
  let events = 0;
  let updatedMs = startedMs;
  const update = (position: number): void => {
    const seconds = (performance.now() - startedMs) / 1_000;
    const rate = seconds > 0 ? `, ${Math.round(events / seconds)} a second` : '';
    bar.update(position, Math.max(position, total), `| ${events} events${rate}`);
  };
  return {
    seen: (position) => {
      events += 1;
      const nowMs = performance.now();
      if (nowMs < updatedMs + updateEveryMs) return;
      updatedMs = nowMs;
      update(Number(position));
    },
    finish: () => update(total),
    end: () => bar.end(),
  };
};
