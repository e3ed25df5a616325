/**
 * Where a subscription gets its events from: storage while it is behind, commits when it is not.
 *
 * There is no buffer of live events. A commit is handed over only to a feed that waits, which it
 * does only after it found nothing more in storage; any other feed finds the events in storage
 * when it comes to them. So nothing is missed or doubled, and a slow subscriber costs no more
 * memory than the page or commit it is working on.
 */
import { PAGE_BYTES_MAX, PAGE_EVENTS_MAX } from '../limits.js';
import type { CommitListener, EventLog } from '../log/event-log.js';
import { isHiddenFromAll } from '../log/hidden-streams.js';
import { firstVisibleRevision, isVisible, streamState } from '../log/stream-view.js';
import type { RecordedEvent } from '../log/types.js';
import { TOMBSTONE_REVISION } from '../wire/numbers.js';

export interface Feed {
  /**
   * Committed events after the last one taken, at most a page or `eventsMax`; none if there are
   * no more.
   */
  read(live: boolean, eventsMax?: number): readonly RecordedEvent[];
  /**
   * Whether the subscriber gets the event; those that it does not are passed over. Stream
   * metadata hides events from those who catch up only: who was live when an event came would
   * have got it at once, had he been a little faster.
   */
  shows(event: RecordedEvent, live: boolean): boolean;
  /** Marks an event as dealt with. */
  take(event: RecordedEvent): void;
  /** Waits for a commit. To be called in the same turn in which `read` found nothing. */
  next(signal: AbortSignal): Promise<readonly RecordedEvent[]>;
}

type Listen = (listener: CommitListener) => () => void;
type Key = (event: RecordedEvent) => number;

abstract class CommitFeed implements Feed {
  /** Revision or position of the last event taken. */
  protected constructor(
    protected cursor: number,
    private readonly key: Key,
    private readonly listen: Listen,
  ) {}

  abstract read(live: boolean, eventsMax?: number): readonly RecordedEvent[];
  abstract shows(event: RecordedEvent, live: boolean): boolean;

  take(event: RecordedEvent): void {
    this.cursor = Math.max(this.cursor, this.key(event));
  }

  next(signal: AbortSignal): Promise<readonly RecordedEvent[]> {
    return new Promise((resolve) => {
      const finish = (events: readonly RecordedEvent[]): void => {
        unlisten();
        signal.removeEventListener('abort', abort);
        // Events up to a start in the future, or read from storage already, are passed over.
        resolve(events.filter((event) => this.key(event) > this.cursor));
      };
      const abort = (): void => finish([]);
      const unlisten = this.listen(finish);
      if (signal.aborted) abort();
      else signal.addEventListener('abort', abort, { once: true });
    });
  }
}

/** The events of one stream after a revision (-1 for all of them). */
export class StreamFeed extends CommitFeed {
  constructor(
    private readonly log: EventLog,
    private readonly streamName: string,
    afterRevision: number,
  ) {
    const listen: Listen = (listener) => log.onStreamCommit(streamName, listener);
    super(afterRevision, (event) => event.revision, listen);
  }

  read(live: boolean, eventsMax = PAGE_EVENTS_MAX): readonly RecordedEvent[] {
    const known = this.log.reader.stream(this.streamName);
    if (known === undefined) return [];
    // Asked after each commit, so the common answer has to be cheap.
    const last = known.tombstonePosition > 0 ? TOMBSTONE_REVISION : known.lastRevision;
    if (last <= this.cursor) return [];
    // What is hidden from those who catch up is passed for good: a live look would show it.
    if (!live) this.cursor = Math.max(this.cursor, this.lastHidden(known.lastRevision));
    return this.log.reader.streamPage(known.number, {
      from: this.cursor + 1,
      backwards: false,
      eventsMax,
      bytesMax: PAGE_BYTES_MAX,
    });
  }

  shows(event: RecordedEvent, live: boolean): boolean {
    if (live) return true;
    return isVisible(streamState(this.log.reader, this.streamName), event, this.log.now());
  }

  /** The last revision that nobody may see any more; events yet to come are never among them. */
  private lastHidden(lastRevision: number): number {
    const state = streamState(this.log.reader, this.streamName);
    return Math.min(firstVisibleRevision(state) - 1, lastRevision);
  }
}

/** The events of the whole log after a position (0 for all of them). */
export class AllFeed extends CommitFeed {
  constructor(
    private readonly log: EventLog,
    afterPosition: number,
  ) {
    super(
      afterPosition,
      (event) => event.position,
      (listener) => log.onCommit(listener),
    );
  }

  read(_live: boolean, eventsMax = PAGE_EVENTS_MAX): readonly RecordedEvent[] {
    if (this.cursor >= this.log.head) return [];
    return this.log.reader.allPage({
      from: this.cursor + 1,
      backwards: false,
      eventsMax,
      bytesMax: PAGE_BYTES_MAX,
    });
  }

  shows(event: RecordedEvent): boolean {
    return !isHiddenFromAll(event.streamName);
  }
}
