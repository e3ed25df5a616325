/**
 * Events that a group could not handle lie in a stream of its own, as links, until somebody looks
 * into what is wrong with them and has them replayed.
 *
 * What is replayed leaves the stream (by `$tb`) when it is dealt with, not when it is delivered: a
 * node that is killed in between finds it parked again.
 */
import { randomUUID } from 'node:crypto';
import { PAGE_BYTES_MAX } from '../limits.js';
import type { EventLog } from '../log/event-log.js';
import type { ResolvedEvent } from '../log/links.js';
import { metadataStreamOf, withTruncateBefore } from '../log/stream-metadata.js';
import { firstVisibleRevision, isVisible, lastMetadata, streamState } from '../log/stream-view.js';
import { LINK_TYPE, METADATA_TYPE, type ProposedEvent, type RecordedEvent } from '../log/types.js';
import { revisionText } from '../wire/numbers.js';
import { append, jsonEvent, writeState } from './state-streams.js';

export class ParkedStream {
  /** The first revision that was not replayed yet. */
  private next = 0;
  /** Where the replay that somebody asked for ends (excluded). */
  private replayEnd = 0;
  /** Revisions that were replayed and are not dealt with, in order. */
  private readonly open = new Set<number>();
  private truncatedBefore = 0;
  private truncating = false;

  constructor(
    private readonly log: EventLog,
    private readonly streamName: string,
  ) {}

  /** Events that nobody replayed. */
  get count(): number {
    const { first, end } = this.range();
    return Math.max(end - Math.max(first, this.next), 0);
  }

  /** Whether some of what is to be replayed was not taken yet. */
  get hasMore(): boolean {
    return this.next < this.replayEnd;
  }

  /** Whether all that was replayed is dealt with, and some of it still in the stream. */
  get isDone(): boolean {
    return this.open.size === 0 && this.next > this.truncatedBefore;
  }

  /** Puts an event aside; false if it could not be written. */
  park(resolved: ResolvedEvent, reason: string): Promise<boolean> {
    const event = this.parkedLink(resolved, reason);
    return writeState(this.log, [append(this.streamName, event)]);
  }

  /** Asks for all that is parked now, or for what lies before a revision. */
  replay(stopAt: number): void {
    this.replayEnd = Math.max(this.replayEnd, Math.min(stopAt, this.range().end));
  }

  /** The next events to be delivered again. */
  takeReplayed(countMax: number): readonly RecordedEvent[] {
    const state = streamState(this.log.reader, this.streamName);
    const from = Math.max(this.next, firstVisibleRevision(state));
    const eventsMax = Math.min(countMax, this.replayEnd - from);
    if (state.entry === undefined || eventsMax <= 0) {
      this.next = this.replayEnd;
      return [];
    }
    const page = { from, backwards: false, eventsMax, bytesMax: PAGE_BYTES_MAX };
    const events = this.log.reader.streamPage(state.entry.number, page);
    this.next = (events.at(-1)?.revision ?? this.replayEnd - 1) + 1;
    const visible = events.filter((event) => isVisible(state, event, this.log.now()));
    for (const { revision } of visible) this.open.add(revision);
    return visible;
  }

  /** Notes that a replayed event is dealt with. */
  settle(revision: number): void {
    this.open.delete(revision);
  }

  /** Removes from the stream what is dealt with; resolves when that is written. */
  async truncate(): Promise<void> {
    const [oldestOpen = this.next] = this.open;
    if (this.truncating || oldestOpen <= this.truncatedBefore) return;
    // A `$tb` of ours would bring back a stream that somebody deleted.
    if (streamState(this.log.reader, this.streamName).softDeleted) return;
    this.truncating = true;
    const known = lastMetadata(this.log.reader, this.streamName)?.data ?? Buffer.from('{}');
    const data = withTruncateBefore(known, oldestOpen);
    const metadata = jsonEvent(METADATA_TYPE, { $tb: oldestOpen });
    const event = data === undefined ? metadata : { ...metadata, data };
    const write = append(metadataStreamOf(this.streamName), event);
    const done = await writeState(this.log, [write]);
    if (done) this.truncatedBefore = oldestOpen;
    this.truncating = false;
  }

  private parkedLink(resolved: ResolvedEvent, reason: string): ProposedEvent {
    const { event, link } = resolved;
    const read = link ?? event;
    const metadata = {
      added: new Date(this.log.now()).toISOString(),
      reason,
      subscriptionEventNumber: read?.revision,
    };
    return {
      id: randomUUID(),
      type: LINK_TYPE,
      isJson: false,
      // A link whose target is gone is parked as it is: it says what it led to.
      data: event === undefined ? (link?.data ?? Buffer.alloc(0)) : linkData(event),
      customMetadata: Buffer.from(JSON.stringify(metadata), 'utf8'),
    };
  }

  private range(): { readonly first: number; readonly end: number } {
    const state = streamState(this.log.reader, this.streamName);
    if (state.tombstoned) return { first: 0, end: 0 };
    return { first: firstVisibleRevision(state), end: state.lastRevision + 1 };
  }
}

function linkData({ revision, streamName }: RecordedEvent): Buffer {
  return Buffer.from(`${revisionText(revision)}@${streamName}`, 'utf8');
}
