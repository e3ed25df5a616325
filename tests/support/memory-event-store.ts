import { instantOfMs, toMs } from '../../domain/shared/instant.js';
import type { Clock } from '../../ports/clock.js';
import type {
  AppendOutcome,
  EventStore,
  ExpectedRevision,
  LogFilter,
  LogItem,
  Position,
  ProposedEvent,
  RecordedEvent,
} from '../../ports/event-store.js';

const firstPosition = 100n;
/** Positions are not dense, as in the real log. */
const positionStep = 7n;

const matches = (stream: string, { categories }: LogFilter = {}): boolean =>
  categories === undefined || categories.includes(stream.slice(0, stream.indexOf('-')));

/** What `subscribeLog` does on purpose, to prove that its readers can bear it. */
export interface Mischief {
  /** Delivers every event twice, as a reconnecting subscription might. */
  readonly duplicates?: boolean;
}

export interface MemoryEventStore extends EventStore {
  /** Appends without an expected revision and answers the log position. */
  record(stream: string, events: readonly ProposedEvent[]): Position;
}

/** The log in memory: for tests that need no server. Keeps the promises of the port. */
export const createMemoryEventStore = (
  clock: Pick<Clock, 'now'> = { now: () => instantOfMs(Date.now()) },
  mischief: Mischief = {},
): MemoryEventStore => {
  const log: RecordedEvent[] = [];
  const wakers = new Set<() => void>();

  const streamOf = (stream: string) => log.filter((event) => event.stream === stream);

  const isExpected = (length: number, expected: ExpectedRevision): boolean => {
    if (expected === 'any') return true;
    return expected === 'no-stream' ? length === 0 : BigInt(length) === expected + 1n;
  };

  const record = (stream: string, events: readonly ProposedEvent[]): Position => {
    let revision = BigInt(streamOf(stream).length);
    for (const { id, type, data, metadata } of events) {
      const position = (log.at(-1)?.position ?? firstPosition) + positionStep;
      const recordedAt = instantOfMs(toMs(clock.now()));
      // A copy, so that nobody changes what is recorded.
      const stored = structuredClone({ data, metadata });
      log.push({ id, stream, revision, position, type, recordedAt, ...stored });
      revision += 1n;
    }
    for (const wake of wakers) wake();
    return log.at(-1)?.position ?? firstPosition;
  };

  const append = async (
    stream: string,
    expected: ExpectedRevision,
    events: readonly ProposedEvent[],
  ): Promise<AppendOutcome> => {
    const existing = streamOf(stream);
    const [first] = events;
    const repeated = existing.find(({ id }) => id === first?.id);
    if (repeated !== undefined) {
      const revision = repeated.revision + BigInt(events.length - 1);
      const position = existing[Number(revision)]?.position ?? repeated.position;
      return { kind: 'done', revision, position };
    }
    if (!isExpected(existing.length, expected)) {
      const actual = existing.at(-1)?.revision ?? 'no-stream';
      return { kind: 'conflict', actual };
    }
    const position = record(stream, events);
    return { kind: 'done', revision: BigInt(existing.length + events.length - 1), position };
  };

  const after = (position: Position | null, filter?: LogFilter) =>
    log.filter(
      (event) => (position === null || event.position > position) && matches(event.stream, filter),
    );

  async function* subscribeLog(
    options: Parameters<EventStore['subscribeLog']>[0],
  ): AsyncGenerator<LogItem> {
    const { filter, signal } = options;
    let seen = options.after === 'end' ? (log.at(-1)?.position ?? null) : options.after;
    let isCaughtUp = false;
    while (!signal.aborted) {
      const [event] = after(seen, filter);
      if (event !== undefined) {
        seen = event.position;
        yield { kind: 'event', event };
        if (mischief.duplicates === true) yield { kind: 'event', event };
        continue;
      }
      if (!isCaughtUp) yield { kind: 'caught-up' };
      isCaughtUp = true;
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          wakers.delete(wake);
          signal.removeEventListener('abort', wake);
          resolve();
        };
        wakers.add(wake);
        signal.addEventListener('abort', wake, { once: true });
        if (signal.aborted || after(seen, filter).length > 0) wake();
      });
    }
  }

  return {
    record,
    append,
    async *readStream(stream, from = 0n) {
      yield* streamOf(stream).filter(({ revision }) => revision >= from);
    },
    readLast: async (stream) => streamOf(stream).at(-1) ?? null,
    async *readLog(position, filter) {
      yield* after(position, filter);
    },
    readLogPage: async (position, eventsMax) => {
      const events = after(position).slice(0, eventsMax);
      const upTo = events.at(-1)?.position ?? position;
      return { events, upTo, isLast: events.length < eventsMax };
    },
    subscribeLog,
    lastPosition: async (filter) => after(null, filter).at(-1)?.position ?? null,
    limitStream: async () => undefined,
    close: async () => undefined,
  };
};
