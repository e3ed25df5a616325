/**
 * Follows the log and links each event into the stream of its category, `$ce-<category>`.
 *
 * Exactly once: a page of the log becomes one write, in which the links stand in the order of
 * their events, so the last link says without doubt what is done. Should it be discarded, and a
 * page be linked again, then each link still has the id that follows from its event.
 *
 * It takes part like any client: its links wait in the same queue as other writes, and it reads
 * on only after they were committed. So it holds nobody up, and costs one page of memory.
 */
import { setTimeout as delay } from 'node:timers/promises';
import {
  CATEGORY_CHECKPOINT_EVENTS,
  CATEGORY_PAGE_EVENTS_MAX,
  CATEGORY_RETRY_MS,
} from '../limits.js';
import type { EventLog } from '../log/event-log.js';
import { metadataStreamOf } from '../log/stream-metadata.js';
import { METADATA_TYPE, type RecordedEvent, type WriteOperation } from '../log/types.js';
import { nextTurn } from '../next-turn.js';
import { AllFeed } from '../streams/feed.js';
import { linkOf } from './link.js';
import { checkpointWrites, findProgress } from './progress.js';

/** Category streams are for everybody, although other system streams are for administrators. */
const OPEN_TO_ALL = Buffer.from('{"$acl":{"$r":"$all","$mr":"$all"}}', 'utf8');

/** Keeps the category streams of a log up to date until it is stopped. */
export class CategoryStreams {
  private readonly stopping = new AbortController();
  private readonly running: Promise<void>;
  /** Events looked at since the last one that was linked, or the last checkpoint. */
  private unmarked = 0;

  constructor(
    private readonly log: EventLog,
    private readonly newId: () => string,
  ) {
    this.running = this.run().catch((error: unknown) => this.log.reportFailure(error));
  }

  /** Resolves when the page at hand is written; what follows is linked after the next start. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    const progress = await findProgress(this.log, signal);
    if (progress === undefined && !signal.aborted) {
      await this.write(checkpointWrites(this.log, 0, this.newId));
    }
    const feed = new AllFeed(this.log, progress ?? 0);
    while (!signal.aborted) {
      const page = feed.read(false, CATEGORY_PAGE_EVENTS_MAX);
      const last = page.at(-1);
      if (last === undefined) {
        await feed.next(signal);
        continue;
      }
      await this.write(this.writesOf(page, last));
      feed.take(last);
      await nextTurn();
    }
  }

  private writesOf(page: readonly RecordedEvent[], last: RecordedEvent): WriteOperation[] {
    const writes: WriteOperation[] = [];
    const opened = new Set<string>();
    for (const event of page) {
      const link = linkOf(event);
      if (link === undefined) continue;
      const { streamName } = link;
      if (this.log.reader.stream(streamName) === undefined && !opened.has(streamName)) {
        opened.add(streamName);
        writes.push(this.openToAll(streamName));
      }
      // One write for each link: an id that is known makes it, and nothing else, do nothing.
      writes.push({ kind: 'append', streamName, expected: { kind: 'any' }, events: [link.event] });
    }
    this.unmarked = writes.length > 0 ? 0 : this.unmarked + page.length;
    if (this.unmarked < CATEGORY_CHECKPOINT_EVENTS) return writes;
    this.unmarked = 0;
    return checkpointWrites(this.log, last.position, this.newId);
  }

  /** Metadata that somebody else has written already is left alone. */
  private openToAll(streamName: string): WriteOperation {
    const event = {
      id: this.newId(),
      type: METADATA_TYPE,
      isJson: true,
      data: OPEN_TO_ALL,
      customMetadata: new Uint8Array(0),
    };
    const expected = { kind: 'no-stream' } as const;
    return { kind: 'append', streamName: metadataStreamOf(streamName), expected, events: [event] };
  }

  /**
   * Tries until the storage takes the writes. A category stream that somebody has tombstoned
   * gets no more links; that is no failure.
   */
  private async write(writes: readonly WriteOperation[]): Promise<void> {
    const { signal } = this.stopping;
    while (writes.length > 0) {
      const outcomes = await this.log.writeTogether(writes);
      if (!outcomes.some(({ kind }) => kind === 'failed') || signal.aborted) return;
      // The timer alone keeps no process alive; stopping ends the wait early.
      await delay(CATEGORY_RETRY_MS, undefined, { ref: false, signal }).catch(() => undefined);
    }
  }
}
