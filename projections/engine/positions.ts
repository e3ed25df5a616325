import {
  BehaviorSubject,
  defaultIfEmpty,
  exhaustMap,
  filter,
  firstValueFrom,
  from,
  map,
  merge,
  takeUntil,
  tap,
  timer,
} from 'rxjs';
import type { Database } from '../../ports/database.js';
import type { EventStore, Position } from '../../ports/event-store.js';
import { type Awaited, createAwaited } from './awaited.js';
import { checkpointChannel, isAtLeast, readCheckpoint, readCheckpoints } from './checkpoints.js';
import { createConcerns } from './concerns.js';
import type { Projection } from './projection.js';

export type Wait =
  /** The projection shows everything up to `wanted`, and it stands at `position`. */
  | { readonly kind: 'reached'; readonly position: Position | null }
  /** It did not get there in time; `name` is the laggard. */
  | {
      readonly kind: 'late';
      readonly name: string;
      readonly position: Position | null;
      readonly wanted: Position;
    };

/**
 * Knows how far each projection is, from what the projections tell when they commit; in whatever
 * process they run. Readers use it for `X-Min-Position`, tests instead of sleeping.
 */
export interface Positions {
  /** Listens until `signal` aborts; waits work only meanwhile. */
  run(signal: AbortSignal): Promise<void>;
  positionOf(name: string): Position | null;
  /** Waits until the projection has passed `wanted`, at most `withinMs`. */
  waitFor(name: string, wanted: Position, options: { readonly withinMs: number }): Promise<Wait>;
}

/**
 * A projection that nothing new concerns does not tell its progress, since the store tells it only
 * now and then. So while somebody waits, the log itself is asked whether anything is missing.
 */
const askLogEveryMs = 50;

interface PositionsOptions {
  readonly database: Database;
  readonly store: EventStore;
  readonly projections: readonly Projection[];
  /** Shared with projections in the same process, if there are any. */
  readonly awaited?: Awaited;
}

type Known = ReadonlyMap<string, Position | null>;

export const createPositions = (options: PositionsOptions): Positions => {
  const { database, store, projections, awaited = createAwaited() } = options;
  const concerns = new Map(projections.map((each) => [each.name, createConcerns(store, each)]));
  const known = new BehaviorSubject<Known>(new Map());
  const learn = (name: string, position: Position | null): void => {
    known.next(new Map([...known.value, [name, position]]));
  };

  const readAll = async (): Promise<void> => {
    const rows = await readCheckpoints(database);
    known.next(new Map(rows.map(({ name, position }) => [name, position])));
  };

  /** Whether nothing between the checkpoint and `wanted` concerns the projection. */
  const isComplete = async (name: string, wanted: Position): Promise<boolean> => {
    const checkpoint = await readCheckpoint(database, name);
    if (checkpoint === null) return false;
    learn(name, checkpoint.position);
    return (await concerns.get(name)?.noneUpTo(wanted, checkpoint.position)) ?? false;
  };

  return {
    run: (signal) =>
      database.listen(checkpointChannel, {
        signal,
        onMessage: (payload) => {
          const [name = '', position = ''] = payload.split(':');
          learn(name, position === '' ? null : BigInt(position));
        },
        onListening: () => {
          // What was told before we listened is in the table; a failure here is told by `listen`.
          readAll().catch(() => undefined);
        },
      }),
    positionOf: (name) => known.value.get(name) ?? null,
    waitFor: async (name, wanted, { withinMs }) => {
      const shown = known.value.get(name) ?? null;
      if (isAtLeast(shown, wanted)) return { kind: 'reached', position: shown };
      const told = known.pipe(filter((now) => isAtLeast(now.get(name) ?? null, wanted)));
      const asked = timer(askLogEveryMs, askLogEveryMs).pipe(
        exhaustMap(() => from(isComplete(name, wanted))),
        filter((complete) => complete),
      );
      const waiting = awaited.wait(name, wanted);
      const heard = from(waiting.reached).pipe(tap((upTo) => learn(name, upTo)));
      const reached = merge(told, asked, heard).pipe(
        map(() => true),
        takeUntil(timer(withinMs)),
        defaultIfEmpty(false),
      );
      // Whoever does not wait any more must not hurry the read model for ever.
      const isReached = await firstValueFrom(reached).finally(() => waiting.end());
      const position = known.value.get(name) ?? null;
      return isReached ? { kind: 'reached', position } : { kind: 'late', name, position, wanted };
    },
  };
};
