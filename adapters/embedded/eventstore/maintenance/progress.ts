/** How work on a whole log tells of itself and is broken off. */
import { nextTurn } from '../next-turn.js';

/**
 * A first look at the pages of a log that is to be copied, counted in pages; copying, in rows or
 * in bytes; checking, in pages and rows together.
 */
export type Stage = 'looking' | 'copying' | 'checking';

export interface Progress {
  readonly stage: Stage;
  readonly done: number;
  readonly total: number;
}

export interface WorkOptions {
  /** Breaks the work off: it rejects with the signal's reason and leaves nothing behind. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

/** Units of work between two looks at the signal. */
const UNITS_PER_TURN = 1024;

/** Counts the units of a stage; tells of them, and lets others have their turn, now and then. */
export class WorkMeter {
  private done = 0;

  constructor(
    private readonly stage: Stage,
    private readonly total: number,
    private readonly options: WorkOptions,
  ) {}

  /** Counts one unit; answers whether it is time to call `pause`. */
  count(): boolean {
    this.done += 1;
    return this.done % UNITS_PER_TURN === 0;
  }

  async pause(): Promise<void> {
    this.tell(this.done);
    await nextTurn();
    this.options.signal.throwIfAborted();
  }

  end(): void {
    this.tell(this.total);
  }

  private tell(done: number): void {
    const { stage, total } = this;
    // What was added since the total was asked for is no reason to go beyond it.
    this.options.onProgress({ stage, done: Math.min(done, total), total });
  }
}
