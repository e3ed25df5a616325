/**
 * A persistent subscription group: competing consumers of one stream or of `$all`, which together
 * handle each event at least once.
 *
 *     source -> deliveries -> consumers          parked stream
 *                   |  ^                           ^     |
 *                   |  +------- retried ----+      |     | replayed
 *                   v                       |      |     v
 *                settled -> progress -> checkpoint, now and then
 */
import { GROUP_BUFFER_BYTES_MAX } from '../limits.js';
import type { EventLog } from '../log/event-log.js';
import { streamState } from '../log/stream-view.js';
import type { RecordedEvent } from '../log/types.js';
import { nextTurn } from '../next-turn.js';
import { AllFeed, type Feed, StreamFeed } from '../streams/feed.js';
import { compileFilter, type EventTest } from '../streams/filter.js';
import { Checkpointer } from './checkpoint.js';
import type { Consumer } from './consumer.js';
import { Deliveries, type RejectAction } from './deliveries.js';
import { loadMessage, type Message, resolve } from './message.js';
import { ParkedStream } from './parked.js';
import { Progress } from './progress.js';
import { type GroupDefinition, groupId, type SourceName } from './settings.js';
import { Source } from './source.js';
import { parkedStreamOf } from './state-streams.js';
import { type Strategy, strategyFor } from './strategies.js';

export class Group {
  readonly deliveries: Deliveries;
  readonly checkpointer: Checkpointer;
  readonly parked: ParkedStream;
  readonly source: Source;
  readonly progress: Progress;
  /** The last event that is known to be the group's, if there is one. */
  lastKnown: number | undefined;
  /** When somebody last asked for numbers, and what was sent by then. */
  lastLook: { readonly atMs: number; readonly sentCount: number };
  private readonly strategy: Strategy;
  private readonly matches: EventTest;
  private readonly stopping = new AbortController();
  private running = false;
  private replaying = false;
  private readonly parking = new Set<Promise<void>>();
  private replayedCount = 0;

  constructor(
    private readonly log: EventLog,
    readonly definition: GroupDefinition,
  ) {
    const { key, settings, filter } = definition;
    this.checkpointer = new Checkpointer(log, definition);
    this.lastKnown = this.checkpointer.saved;
    this.lastLook = { atMs: log.now(), sentCount: 0 };
    const after = this.checkpointer.saved ?? definition.startAfter;
    this.progress = new Progress(after);
    this.parked = new ParkedStream(log, parkedStreamOf(groupId(key)));
    this.strategy = strategyFor(settings.strategy);
    this.matches = testFor(filter);
    this.deliveries = new Deliveries({
      strategy: this.strategy,
      maxRetryCount: settings.maxRetryCount,
      messageTimeoutMs: settings.messageTimeoutMs,
      measured: settings.extraStatistics,
      now: () => log.now(),
      load: (message) => loadMessage({ log, resolveLinks: settings.resolveLinks }, message),
      settled: (message) => this.settle(message),
      park: (message, reason) => this.startParking(message, reason),
    });
    this.source = new Source(feedOf(log, key.source, after), this.sink(), settings.readBatchSize);
  }

  /** Begins to read. */
  start(): void {
    if (this.running || this.isClosed) return;
    this.running = true;
    const run = this.source.run(this.stopping.signal).finally(() => {
      this.running = false;
    });
    this.inBackground(run);
  }

  /** Whether there are as many consumers as may be. */
  get isFull(): boolean {
    const { maxSubscriberCount } = this.definition.settings;
    return maxSubscriberCount > 0 && this.deliveries.consumers.size >= maxSubscriberCount;
  }

  connect(consumer: Consumer): void {
    this.deliveries.join(consumer);
    this.proceed();
  }

  /** Takes back what the consumer did not confirm. */
  disconnect(consumer: Consumer): void {
    this.deliveries.leave(consumer);
    this.proceed();
  }

  confirm(ids: readonly string[]): void {
    this.deliveries.confirm(ids);
    this.proceed();
  }

  reject(ids: readonly string[], action: RejectAction, reason: string): void {
    this.deliveries.reject(ids, action, reason);
    this.proceed();
  }

  /** Delivers parked events again: those before a revision of the parked stream. */
  replayParked(stopAt: number): void {
    this.parked.replay(stopAt);
    this.proceed();
  }

  /** Does what may be due; to be called when anything changed that others wait for. */
  proceed(): void {
    if (this.isClosed) return;
    this.checkpointer.consider(this.progress, false);
    this.source.wake();
    if (this.parked.hasMore && !this.replaying) this.inBackground(this.replayMore());
    if (this.parked.isDone && !this.parked.hasMore) this.inBackground(this.parked.truncate());
    try {
      this.deliveries.dispatch();
    } catch (error) {
      // What cannot be read is looked at again later: whoever called has nothing to do with it.
      this.log.reportFailure(error);
    }
  }

  /** The regular look: time-outs, and state that is worth writing by now. */
  look(): void {
    if (this.isClosed) return;
    this.start();
    this.deliveries.expire();
    this.checkpointer.consider(this.progress, true);
    this.inBackground(this.parked.truncate());
    this.proceed();
  }

  /** Ends reading and sending. */
  halt(): void {
    this.stopping.abort();
  }

  /** Ends reading and drops the consumers. */
  close(): void {
    this.halt();
    for (const consumer of [...this.deliveries.consumers]) consumer.drop();
  }

  /** Resolves when nothing is being written; once the group has halted. */
  async idle(): Promise<void> {
    await Promise.all([...this.parking, this.checkpointer.idle()]);
  }

  /** Writes how far the group is; once it has halted, so that nothing changes meanwhile. */
  async flush(): Promise<void> {
    await this.idle();
    await this.checkpointer.flush(this.progress);
    await this.parked.truncate();
  }

  private get isClosed(): boolean {
    return this.stopping.signal.aborted;
  }

  private sink() {
    const { settings, key } = this.definition;
    const { waiting } = this.deliveries;
    return {
      room: (live: boolean): number => {
        if (waiting.newBytes >= GROUP_BUFFER_BYTES_MAX) return 0;
        const { newCount, retryCount } = waiting;
        if (live) return settings.liveBufferSize - newCount;
        return settings.historyBufferSize - newCount - retryCount;
      },
      take: (event: RecordedEvent, live: boolean): void => this.take(event, live),
      taken: (): void => this.proceed(),
      readable: (): boolean =>
        key.source.kind === 'all' ||
        !streamState(this.log.reader, key.source.streamName).tombstoned,
    };
  }

  private take(event: RecordedEvent, live: boolean): void {
    const at = placeOf(this.definition.key.source, event);
    if (!this.matches(event)) {
      this.progress.passOver(at);
      return;
    }
    const body = resolve(this.log, event, this.definition.settings.resolveLinks);
    const lane = this.strategy.laneOf(body);
    this.lastKnown = at;
    this.deliveries.waiting.addNew({
      sequence: this.progress.begin(at),
      id: event.id,
      position: event.position,
      parkedRevision: undefined,
      lane,
      live,
      retryCount: 0,
      body,
    });
  }

  private settle(message: Message): void {
    if (message.parkedRevision === undefined) this.progress.settle(message.sequence);
    else this.parked.settle(message.parkedRevision);
  }

  private startParking(message: Message, reason: string): void {
    const parked = this.park(message, reason)
      .catch((error: unknown) => {
        this.log.reportFailure(error);
        this.deliveries.giveBack(message);
      })
      .finally(() => this.parking.delete(parked));
    this.parking.add(parked);
  }

  /** Until the link is written the event counts as unconfirmed, so that it cannot get lost. */
  private async park(message: Message, reason: string): Promise<void> {
    const { resolveLinks } = this.definition.settings;
    const event = loadMessage({ log: this.log, resolveLinks }, message);
    const done = event === undefined || (await this.parked.park(event, reason));
    if (done) this.settle(message);
    else this.deliveries.giveBack(message);
    this.proceed();
  }

  /** Page by page, as long as the buffer has room. */
  private async replayMore(): Promise<void> {
    this.replaying = true;
    const { waiting } = this.deliveries;
    const { historyBufferSize, readBatchSize } = this.definition.settings;
    try {
      while (this.parked.hasMore && !this.isClosed) {
        const room = historyBufferSize - waiting.replayedCount;
        if (room <= 0) break;
        for (const event of this.parked.takeReplayed(Math.min(room, readBatchSize))) {
          waiting.addReplayed(this.replayedMessage(event));
        }
        this.proceed();
        await nextTurn();
      }
    } finally {
      this.replaying = false;
    }
  }

  /** Nobody waits for it: what goes wrong is told to the operator. */
  private inBackground(work: Promise<void>): void {
    work.catch((error: unknown) => this.log.reportFailure(error));
  }

  private replayedMessage(link: RecordedEvent): Message {
    this.replayedCount += 1;
    return {
      sequence: -this.replayedCount,
      id: link.id,
      position: link.position,
      parkedRevision: link.revision,
      lane: this.strategy.laneOf(resolve(this.log, link, true)),
      live: false,
      retryCount: 0,
      body: undefined,
    };
  }
}

function feedOf(log: EventLog, source: SourceName, after: number): Feed {
  return source.kind === 'all'
    ? new AllFeed(log, after)
    : new StreamFeed(log, source.streamName, after);
}

function placeOf(source: SourceName, { position, revision }: RecordedEvent): number {
  return source.kind === 'all' ? position : revision;
}

function testFor(filter: GroupDefinition['filter']): EventTest {
  const test = filter === undefined ? () => true : compileFilter(filter);
  // Only filters that compile are kept; see `configuration.ts`.
  if (typeof test === 'string') throw new Error(test);
  return test;
}
