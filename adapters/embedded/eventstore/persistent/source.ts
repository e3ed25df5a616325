/**
 * Reads what a group has to handle: from storage while it is behind, as it is committed while it
 * is not. It reads ahead as far as the group's buffers allow and no further.
 *
 *     behind: wait for room, read a batch ...  nothing more -> live
 *     live:   wait for a commit, take it ...   no room for it -> behind
 *
 * What did not fit is not kept: it is found in storage again.
 */
import { PAGE_EVENTS_MAX } from '../limits.js';
import type { RecordedEvent } from '../log/types.js';
import { nextTurn } from '../next-turn.js';
import type { Feed } from '../streams/feed.js';

/** Where events go. */
export interface SourceSink {
  /** How many more events the group takes, by how they come. */
  readonly room: (live: boolean) => number;
  /** Takes an event, or passes over it if it is not for the group. */
  readonly take: (event: RecordedEvent, live: boolean) => void;
  /** Hears when a page or a commit was taken. */
  readonly taken: () => void;
  /** Whether events in storage may still be shown: not if the stream ended for ever. */
  readonly readable: () => boolean;
}

export class Source {
  /** Whether everything there was has been taken. */
  live = false;
  private wakeUp: () => void = () => undefined;
  private readonly batch: number;

  constructor(
    private readonly feed: Feed,
    private readonly sink: SourceSink,
    readBatchSize: number,
  ) {
    this.batch = Math.min(readBatchSize, PAGE_EVENTS_MAX);
  }

  /** Reads until it is told to stop. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      if (this.live) await this.follow(signal);
      else await this.catchUp(signal);
    }
  }

  /** To be called when there may be room again. */
  wake(): void {
    this.wakeUp();
  }

  private async catchUp(signal: AbortSignal): Promise<void> {
    while (this.sink.room(false) < this.batch) {
      await this.untilWoken(signal);
      if (signal.aborted) return;
    }
    const page = this.feed.read(false, this.batch);
    if (page.length === 0) {
      this.live = true;
      return;
    }
    const readable = this.sink.readable();
    for (const event of page) {
      if (readable && this.feed.shows(event, false)) this.sink.take(event, false);
      // Last: an event that could not be taken is found again.
      this.feed.take(event);
    }
    this.sink.taken();
    await nextTurn();
  }

  private async follow(signal: AbortSignal): Promise<void> {
    const page = this.feed.read(true, this.batch);
    const events = page.length > 0 ? page : await this.feed.next(signal);
    if (signal.aborted) return;
    for (const event of events) {
      if (this.sink.room(true) <= 0) {
        this.live = false;
        break;
      }
      if (this.feed.shows(event, true)) this.sink.take(event, true);
      this.feed.take(event);
    }
    this.sink.taken();
    if (page.length > 0) await nextTurn();
  }

  private async untilWoken(signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const done = (): void => {
        signal.removeEventListener('abort', done);
        this.wakeUp = () => undefined;
        resolve();
      };
      this.wakeUp = done;
      signal.addEventListener('abort', done, { once: true });
    });
  }
}
