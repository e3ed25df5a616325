import * as E from 'fp-ts/lib/Either.js';
import type { Aggregate } from '../../domain/shared/aggregate.js';
import type { DomainEvent } from '../../domain/shared/events.js';
import type { SnapshotRules } from '../../domain/shared/snapshot-rules.js';
import type { EventStore, Revision } from '../../ports/event-store.js';
import type { Metrics } from '../../ports/metrics.js';
import {
  fingerprintOf,
  type SnapshotRecord,
  shapeOf,
  snapshotRecord,
  snapshotStream,
} from '../../ports/snapshots/index.js';
import { decodeOwn, foldOn } from '../replay.js';
import type { KnownState } from '../state-cache.js';
import type { SnapshotLimits } from './limits.js';
import { mayHaveSeen, moveIntoPages } from './pages.js';
import { proposeRecord } from './propose-record.js';
import { Trail } from './trail.js';

/**
 * Snapshots of one aggregate's streams: a help, and nothing else. Whatever is wrong with one (it is
 * lost, old, damaged, of another version of the program), the stream is folded from its beginning.
 */
export interface Snapshots<Command, State> {
  /** What is known of a stream that nobody has read yet. */
  unwritten(): KnownState<State>;
  /**
   * The state as of now, from the newest snapshot and what came after; `null` without one. What is
   * going to be decided only makes that faster.
   */
  load(stream: string, commands: readonly Command[]): Promise<KnownState<State> | null>;
  /** Whether decisions on these can be made without what the state has forgotten. */
  areEnough(
    stream: string,
    known: KnownState<State>,
    commands: readonly Command[],
  ): Promise<boolean>;
  /** Has a snapshot of it written when one is due. Returns at once, and never fails. */
  offer(stream: string, known: KnownState<State>): void;
}

export interface SnapshotDependencies {
  readonly store: EventStore;
  readonly metrics: Metrics;
  readonly limits: SnapshotLimits;
}

export const createSnapshots = <Command, State, Event extends DomainEvent, Refusal>(
  aggregate: Aggregate<Command, State, Event, Refusal>,
  dependencies: SnapshotDependencies,
): Snapshots<Command, State> => {
  const unwritten = { state: aggregate.initial, revision: -1n, position: null, forgets: false };
  const { snapshots: rules } = aggregate;
  return rules === undefined
    ? {
        unwritten: () => ({ ...unwritten, trail: null }),
        load: () => Promise.resolve(null),
        areEnough: () => Promise.resolve(true),
        offer: () => undefined,
      }
    : {
        unwritten: () => ({ ...unwritten, trail: new Trail(null) }),
        ...reading(aggregate, rules, dependencies),
        offer: writing(aggregate, rules, dependencies),
      };
};

/** A snapshot that may be used. */
interface Kept<State> extends Pick<SnapshotRecord, 'revision' | 'eventId'> {
  readonly state: State;
  readonly trail: Trail;
}

/** Snapshots as they are used. */
const reading = <Command, State, Event extends DomainEvent, Refusal>(
  aggregate: Aggregate<Command, State, Event, Refusal>,
  rules: SnapshotRules<Command, State, Event>,
  { store }: SnapshotDependencies,
): Pick<Snapshots<Command, State>, 'load' | 'areEnough'> => {
  const shape = shapeOf(aggregate.events, rules);

  const newest = async (stream: string): Promise<Kept<State> | null> => {
    const recorded = await store.readLast(snapshotStream(stream));
    const record = recorded === null ? null : snapshotRecord.decode(recorded);
    if (record === null || record.shape !== shape || record.stream !== stream) return null;
    const { revision, eventId, keys, pages } = record;
    const restored = rules.fromStored(record.state);
    if (E.isLeft(restored)) return null;
    const trail = new Trail({ last: { revision, id: eventId }, keys, pages });
    return { state: restored.right, revision, eventId, trail };
  };

  /** From the snapshot's own event, which proves that this is still the same stream. */
  const goOn = async (
    stream: string,
    { state, revision, eventId, trail }: Kept<State>,
  ): Promise<KnownState<State> | null> => {
    let known: KnownState<State> | null = null;
    for await (const event of store.readStream(stream, revision)) {
      if (known !== null) known = foldOn(aggregate, known, event);
      else if (event.id !== eventId) return null;
      else known = { state, revision, position: event.position, trail, forgets: true };
    }
    return known;
  };

  /** Whether keys that these look up, and the state does not have, may have been seen before. */
  const mayBeMissed = async (
    stream: string,
    { state, trail }: Pick<Kept<State>, 'state' | 'trail'>,
    commands: readonly Command[],
  ): Promise<boolean> => {
    const wanted = new Set(commands.flatMap((command) => rules.keysWanted(command, state)));
    const of = { store, shape, stream };
    const seen = await Promise.all(
      [...wanted].map((key) => mayHaveSeen(of, trail, fingerprintOf(key))),
    );
    return seen.includes(true);
  };

  return {
    load: async (stream, commands) => {
      const kept = await newest(stream);
      if (kept === null) return null;
      // Pages that will be asked for are read beside the events, and stay with the trail.
      const [known] = await Promise.all([goOn(stream, kept), mayBeMissed(stream, kept, commands)]);
      return known;
    },
    areEnough: async (stream, { state, trail, forgets }, commands) =>
      !forgets || trail === null || !(await mayBeMissed(stream, { state, trail }, commands)),
  };
};

/** Snapshots as they are made. */
const writing = <Command, State, Event extends DomainEvent, Refusal>(
  aggregate: Aggregate<Command, State, Event, Refusal>,
  rules: SnapshotRules<Command, State, Event>,
  { store, metrics, limits }: SnapshotDependencies,
): Snapshots<Command, State>['offer'] => {
  const shape = shapeOf(aggregate.events, rules);
  /** Streams of which one is being written. */
  const underWay = new Set<string>();

  /** All keys of a stream, from its beginning. */
  const allKeys = async (stream: string): Promise<readonly number[]> => {
    const keys: number[] = [];
    for await (const recorded of store.readStream(stream)) {
      const seen = rules.keysSeen(decodeOwn(aggregate, recorded));
      keys.push(...seen.map(fingerprintOf));
    }
    return keys;
  };

  /** Keys that are too many for the snapshot go into pages; `null` when that failed. */
  const place = async (
    stream: string,
    { trail, upTo }: { readonly trail: Trail; readonly upTo: Revision },
  ): Promise<Pick<SnapshotRecord, 'keys' | 'pages'> | null> => {
    const keys = [...trail.keys];
    const before = trail.shelf?.pages ?? null;
    if (keys.length <= limits.keysInSnapshotMax) return { keys, pages: before };
    const of = { store, shape, stream };
    const { keysInPageMax } = limits;
    const anew = (): Promise<readonly number[]> => allKeys(stream);
    const pages = await moveIntoPages(of, before, { keys, upTo, keysInPageMax, anew });
    if (pages === null) return null;
    trail.moveToPages(keys.length, pages);
    return { keys: [], pages };
  };

  const write = async (
    stream: string,
    { state, revision }: KnownState<State>,
    { trail, eventId }: { readonly trail: Trail; readonly eventId: string },
  ): Promise<'done' | 'failed'> => {
    const placed = await place(stream, { trail, upTo: revision });
    if (placed === null) return 'failed';
    const record = { shape, stream, revision, eventId, state: rules.toStored(state), ...placed };
    const kept = snapshotStream(stream);
    if (trail.keptAt < 0n) await store.limitStream(kept, 1);
    const proposed = proposeRecord(snapshotRecord.type, snapshotRecord.encode(record));
    const outcome = await store.append(kept, 'any', [proposed]);
    if (outcome.kind !== 'done') return 'failed';
    trail.keptAt = revision;
    return 'done';
  };

  return (stream, known) => {
    const { trail, revision } = known;
    const last = trail?.last ?? null;
    if (trail === null || last === null || last.revision !== revision) return;
    const newEvents = revision - trail.keptAt;
    if (newEvents < BigInt(limits.dueAfterEvents) || underWay.has(stream)) return;
    const nowMs = performance.now();
    if (underWay.size >= limits.underWayMax || nowMs - trail.begunAtMs < limits.pauseMs) return;
    trail.begunAtMs = nowMs;
    underWay.add(stream);
    void write(stream, known, { trail, eventId: last.id })
      // The stream goes on without it, and after its next event another one is due.
      .catch(() => 'failed' as const)
      .then((outcome) => {
        underWay.delete(stream);
        metrics.count('snapshots_total', { aggregate: aggregate.category, outcome });
      });
  };
};
