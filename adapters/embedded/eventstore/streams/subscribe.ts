/**
 * Subscriptions to a stream or to `$all`.
 *
 *     confirmed -> catching up -> (caught_up) -> live -+-> over
 *                       ^                              |
 *                       +---- fell a page behind ------+
 *
 * Catching up reads pages from storage. When storage has no more, `caught_up` is sent and the
 * subscription is live: it waits for commits. A subscriber that was busy while more than a page
 * was committed has fallen behind, and hears `caught_up` again when it is there.
 */
import { randomUUID } from 'node:crypto';
import { PAGE_EVENTS_MAX } from '../limits.js';
import type { EventLog } from '../log/event-log.js';
import { streamState } from '../log/stream-view.js';
import { type RecordedEvent, TOMBSTONE_TYPE } from '../log/types.js';
import { nextTurn } from '../next-turn.js';
import { eventResponse } from '../wire/event-response.js';
import { TOMBSTONE_REVISION } from '../wire/numbers.js';
import {
  caughtUpResponse,
  checkpointResponse,
  confirmationResponse,
} from '../wire/read-response.js';
import { CheckpointCounter } from './checkpoints.js';
import { type CallError, streamDeleted } from './errors.js';
import { AllFeed, type Feed, StreamFeed } from './feed.js';
import type { EventFilter } from './filter.js';
import type { ReadRequest, ReadSettings, StartingPoint } from './read-request.js';
import { resolveFor } from './resolve.js';
import type { ResponseWriter } from './response-writer.js';

type StreamRequest = Extract<ReadRequest, { kind: 'stream-subscription' }>;
type AllRequest = Extract<ReadRequest, { kind: 'all-subscription' }>;

/** Runs a subscription to a stream until it is over; resolves with the error to end with. */
export async function subscribeToStream(
  log: EventLog,
  request: StreamRequest,
  writer: ResponseWriter,
): Promise<CallError | undefined> {
  const { streamName } = request;
  const state = streamState(log.reader, streamName);
  if (state.tombstoned) return streamDeleted(streamName);
  const after = exclusiveStart(request.from, { beforeAll: -1, last: state.lastRevision });
  const feed = new StreamFeed(log, streamName, after);
  return new Subscription(log, { feed, request, filter: undefined, writer }).run();
}

/** Runs a subscription to `$all` until it is over. */
export async function subscribeToAll(
  log: EventLog,
  request: AllRequest,
  writer: ResponseWriter,
): Promise<CallError | undefined> {
  const after = exclusiveStart(request.from, { beforeAll: 0, last: log.head });
  const feed = new AllFeed(log, after);
  return new Subscription(log, { feed, request, filter: request.filter, writer }).run();
}

function exclusiveStart(
  from: StartingPoint,
  edges: { readonly beforeAll: number; readonly last: number },
): number {
  if (from === 'start') return edges.beforeAll;
  return from === 'end' ? edges.last : from;
}

interface Parts {
  readonly feed: Feed;
  readonly request: ReadSettings;
  readonly filter: EventFilter | undefined;
  readonly writer: ResponseWriter;
}

class Subscription {
  private live = false;
  private readonly checkpoints: CheckpointCounter | undefined;

  constructor(
    private readonly log: EventLog,
    private readonly parts: Parts,
  ) {
    const { filter } = parts;
    this.checkpoints = filter && new CheckpointCounter(filter.checkpointEvents, log.head);
  }

  async run(): Promise<CallError | undefined> {
    const { feed, writer } = this.parts;
    await writer.write(confirmationResponse(randomUUID()));
    while (!writer.isOver) {
      const page = feed.read(this.live);
      if (page.length >= PAGE_EVENTS_MAX) this.live = false;
      if (page.length > 0) {
        const ended = await this.deliver(page);
        if (ended !== undefined) return ended;
        await nextTurn();
      } else if (!this.live) {
        await this.becomeLive();
      } else {
        const ended = await this.deliver(await feed.next(writer.signal));
        if (ended !== undefined) return ended;
      }
    }
    return undefined;
  }

  /** After `caught_up` storage is looked at once more: the write may have had to wait. */
  private async becomeLive(): Promise<void> {
    const { writer } = this.parts;
    const checkpoint = this.checkpoints?.atCaughtUp();
    if (checkpoint !== undefined) await writer.write(checkpointResponse(checkpoint));
    await writer.write(caughtUpResponse());
    this.live = true;
  }

  private async deliver(events: readonly RecordedEvent[]): Promise<CallError | undefined> {
    const { feed, filter, writer } = this.parts;
    for (const event of events) {
      if (writer.isOver) return undefined;
      feed.take(event);
      if (!feed.shows(event, this.live)) continue;
      const sent = filter === undefined || filter.matches(event);
      if (sent) await this.send(event);
      if (this.checkpoints?.saw(event.position, { live: this.live, sent })) {
        await writer.write(checkpointResponse(event.position));
      }
      if (feed instanceof StreamFeed && isTombstone(event)) return streamDeleted(event.streamName);
    }
    return undefined;
  }

  private async send(event: RecordedEvent): Promise<void> {
    const { request, writer } = this.parts;
    await writer.write(eventResponse(resolveFor(request, this.log, event), request.uuidForm));
  }
}

function isTombstone(event: RecordedEvent): boolean {
  return event.type === TOMBSTONE_TYPE && event.revision === TOMBSTONE_REVISION;
}
