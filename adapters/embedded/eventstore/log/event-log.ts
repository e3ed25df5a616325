/**
 * The log: the only writer of the storage, and the place where readers wait for news.
 *
 * Group commit. A write is queued. While a commit is under way, further writes collect; when it
 * has ended, all of them (within bounds) become the next one. So one fsync serves every append
 * that was waiting, and a lonely append waits for nobody. Between two groups there is room for one
 * step of maintenance, a write of its own.
 *
 * Visibility. The storage shows a write only once it is durable. Then `head` moves, listeners
 * hear of the new events, and writers get their answers, in this order and in one turn of the
 * event loop: a read that starts after an answer sees the event, and a subscription that found
 * nothing more in storage and then listens misses nothing.
 */
import {
  COMMIT_GROUP_BYTES_MAX,
  COMMIT_GROUP_EVENTS_MAX,
  COMMIT_GROUP_WRITES_MAX,
} from '../limits.js';
import type { Storage, StorageReader, StorageWriter } from '../storage/storage.js';
import type { RecordedEvent, WriteOperation, WriteOutcome } from './types.js';
import { WriteGroup } from './write-group.js';

/** Hears of every commit: its events in order of position. */
export type CommitListener = (events: readonly RecordedEvent[]) => void;

interface Weight {
  readonly events: number;
  readonly bytes: number;
}

interface QueuedWrite {
  readonly operations: readonly WriteOperation[];
  readonly weight: Weight;
  /** An outcome for each operation. */
  readonly answer: (outcomes: readonly WriteOutcome[]) => void;
}

export interface EventLogOptions {
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** Told what nobody expected: the storage refused a commit, or a read broke off. */
  readonly onFailure: (error: unknown) => void;
}

const UNDECIDED: WriteOutcome = { kind: 'failed', message: 'the write was not decided' };

/** See the head of this file. */
export class EventLog {
  /** The position of the last event that listeners have heard of. */
  head: number;
  private readonly queue: QueuedWrite[] = [];
  private readonly maintenance: (() => Promise<void>)[] = [];
  private committing: Promise<void> | undefined;
  private readonly listeners = new Set<CommitListener>();
  private readonly streamListeners = new Map<string, Set<CommitListener>>();

  constructor(
    private readonly storage: Storage,
    private readonly options: EventLogOptions,
  ) {
    this.head = storage.lastPosition();
  }

  /** For reading. May show events already that listeners are just about to hear of. */
  get reader(): StorageReader {
    return this.storage;
  }

  /** The node's time, milliseconds since the epoch. */
  now(): number {
    return this.options.clock();
  }

  /** Tells the operator that a read broke off; its caller learns of it by himself. */
  reportFailure(error: unknown): void {
    this.options.onFailure(error);
  }

  /** Queues a write; resolves with its outcome, when a success is durable. Never rejects. */
  async write(operation: WriteOperation): Promise<WriteOutcome> {
    const [outcome] = await this.writeTogether([operation]);
    return outcome ?? UNDECIDED;
  }

  /**
   * Queues writes for one and the same commit, in their order: when the storage fails, none of
   * them is kept. Each is still decided for itself. Resolves with their outcomes. Never rejects.
   */
  writeTogether(operations: readonly WriteOperation[]): Promise<readonly WriteOutcome[]> {
    return new Promise((answer) => {
      this.queue.push({ operations, weight: weightOf(operations), answer });
      this.committing ??= this.commitAll();
    });
  }

  /**
   * Runs `work`, which adds no events, as one atomic write between two commit groups. Resolves
   * with its result when that is durable; rejects if it throws or the storage fails.
   */
  maintain<T>(work: (writer: StorageWriter) => T): Promise<T> {
    return new Promise((resolve, reject) => {
      this.maintenance.push(async () => {
        let result: { readonly value: T } | undefined;
        try {
          await this.storage.write((writer) => {
            result = { value: work(writer) };
          });
          if (result === undefined) throw new Error('the storage did not run the work');
          resolve(result.value);
        } catch (error) {
          reject(error);
        }
      });
      this.committing ??= this.commitAll();
    });
  }

  /** Calls the listener at each commit, until the returned function is called. */
  onCommit(listener: CommitListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Like `onCommit`, with the events of one stream only, and only if there are any. */
  onStreamCommit(streamName: string, listener: CommitListener): () => void {
    const listeners = this.streamListeners.get(streamName) ?? new Set();
    this.streamListeners.set(streamName, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.streamListeners.get(streamName) === listeners) {
        this.streamListeners.delete(streamName);
      }
    };
  }

  /** Waits for queued writes, then closes the storage. No call may follow. */
  async close(): Promise<void> {
    await this.committing;
    await this.storage.close();
  }

  private async commitAll(): Promise<void> {
    while (this.queue.length > 0 || this.maintenance.length > 0) {
      if (this.queue.length > 0) await this.commitGroup();
      await this.maintenance.shift()?.();
    }
    this.committing = undefined;
  }

  private async commitGroup(): Promise<void> {
    let writes: readonly QueuedWrite[] = [];
    let outcomes: readonly (readonly WriteOutcome[])[] = [];
    let written: readonly RecordedEvent[] = [];
    try {
      await this.storage.write((writer) => {
        // Taken only now, so that writes which came while the storage got ready are in it.
        writes = this.takeGroup();
        const group = new WriteGroup(writer, { lastPosition: this.head, nowMs: this.now() });
        outcomes = writes.map(({ operations }) => operations.map((each) => group.apply(each)));
        written = group.written;
      });
    } catch (error) {
      this.options.onFailure(error);
      if (writes.length === 0) writes = this.takeGroup();
      const message = error instanceof Error ? error.message : String(error);
      for (const { operations, answer } of writes) {
        answer(operations.map(() => ({ kind: 'failed', message })));
      }
      return;
    }
    this.publish(written);
    for (const [index, { answer }] of writes.entries()) answer(outcomes[index] ?? []);
  }

  private takeGroup(): QueuedWrite[] {
    let events = 0;
    let bytes = 0;
    let count = 0;
    for (const { weight } of this.queue) {
      const isFull =
        bytes + weight.bytes > COMMIT_GROUP_BYTES_MAX ||
        events + weight.events > COMMIT_GROUP_EVENTS_MAX;
      if ((count > 0 && isFull) || count === COMMIT_GROUP_WRITES_MAX) break;
      bytes += weight.bytes;
      events += weight.events;
      count += 1;
    }
    return this.queue.splice(0, count);
  }

  private publish(events: readonly RecordedEvent[]): void {
    const last = events.at(-1);
    if (last === undefined) return;
    this.head = last.position;
    for (const listener of [...this.listeners]) listener(events);
    if (this.streamListeners.size === 0) return;
    for (const [name, ofStream] of groupByStream(events, this.streamListeners)) {
      for (const listener of [...(this.streamListeners.get(name) ?? [])]) listener(ofStream);
    }
  }
}

function groupByStream(
  events: readonly RecordedEvent[],
  wanted: ReadonlyMap<string, unknown>,
): Map<string, RecordedEvent[]> {
  const groups = new Map<string, RecordedEvent[]>();
  for (const event of events) {
    if (!wanted.has(event.streamName)) continue;
    const group = groups.get(event.streamName);
    if (group === undefined) groups.set(event.streamName, [event]);
    else group.push(event);
  }
  return groups;
}

function weightOf(operations: readonly WriteOperation[]): Weight {
  let events = 0;
  let bytes = 0;
  for (const operation of operations) {
    const proposed = operation.kind === 'append' ? operation.events : [];
    events += Math.max(proposed.length, 1);
    for (const { data, customMetadata } of proposed) bytes += data.length + customMetadata.length;
  }
  return { events, bytes };
}
