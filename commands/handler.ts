import * as E from 'fp-ts/lib/Either.js';
import type { Aggregate } from '../domain/shared/aggregate.js';
import { streamName } from '../domain/shared/aggregate.js';
import { Bug } from '../domain/shared/assert.js';
import type { DomainEvent } from '../domain/shared/events.js';
import type { EventStore, Position, ProposedEvent } from '../ports/event-store.js';
import type { Metrics } from '../ports/metrics.js';
import { type CommandContext, deriveId } from './context.js';
import { proposeEvent } from './propose.js';
import { readNewer } from './replay.js';
import { type KnownState, StateCache } from './state-cache.js';

/** Tries before a command gives up on a stream that others keep writing to. */
const attemptsMax = 20;

/** Why a command did not end in `Handled`. Only `Refused` is an answer of the domain. */
export type CommandFailure<Refusal> =
  | { readonly kind: 'Refused'; readonly refusal: Refusal }
  /** Others were faster, `attempts` times in a row. Nothing was written. */
  | { readonly kind: 'Contended'; readonly stream: string; readonly attempts: number }
  /** The store's answer was lost and the events are not to be found (yet). */
  | { readonly kind: 'OutcomeUnknown'; readonly stream: string; readonly reason: string }
  | { readonly kind: 'StoreRejected'; readonly stream: string; readonly reason: string };

export interface Handled<State, Event> {
  readonly state: State;
  /** What this command added; empty when its wish was already fulfilled. */
  readonly events: readonly Event[];
  /** Position of the stream's last event, for reading one's own write; `null` for no event. */
  readonly position: Position | null;
}

/** The commands of one aggregate: load → decide → append → retry on conflict. */
export interface AggregateHandler<Command, State, Event, Refusal> {
  execute(
    id: string,
    command: Command,
    context: CommandContext,
  ): Promise<E.Either<CommandFailure<Refusal>, Handled<State, Event>>>;
  /** State as of now, read from the log. */
  load(id: string): Promise<KnownState<State>>;
}

export interface HandlerDependencies {
  readonly store: EventStore;
  readonly metrics: Metrics;
}

export const createHandler = <Command, State, Event extends DomainEvent, Refusal>(
  aggregate: Aggregate<Command, State, Event, Refusal>,
  { store, metrics }: HandlerDependencies,
): AggregateHandler<Command, State, Event, Refusal> => {
  const cache = new StateCache<State>();

  const refresh = async (stream: string, known: KnownState<State>): Promise<KnownState<State>> => {
    const newer = await readNewer(store, aggregate, stream, known);
    cache.set(stream, newer);
    return newer;
  };

  const start = (stream: string): KnownState<State> =>
    cache.get(stream) ?? { state: aggregate.initial, revision: -1n, position: null };

  const append = async (
    stream: string,
    known: KnownState<State>,
    events: readonly Event[],
    proposed: readonly ProposedEvent[],
  ): Promise<E.Either<CommandFailure<Refusal>, Handled<State, Event>> | 'conflict'> => {
    const expected = known.revision < 0n ? 'no-stream' : known.revision;
    const outcome = await store.append(stream, expected, proposed);
    if (outcome.kind === 'done') {
      const { revision, position } = outcome;
      const state = events.reduce(aggregate.evolve, known.state);
      cache.set(stream, { state, revision, position });
      return E.right({ state, events, position });
    }
    if (outcome.kind === 'conflict') return 'conflict';
    if (outcome.kind === 'rejected') {
      return E.left({ kind: 'StoreRejected', stream, reason: outcome.reason });
    }
    // The answer was lost: look for our events instead of sending them again.
    const isThere = await isWritten(store, stream, known.revision, proposed);
    if (!isThere) return E.left({ kind: 'OutcomeUnknown', stream, reason: outcome.reason });
    const now = await refresh(stream, known);
    return E.right({ state: now.state, events, position: now.position });
  };

  const decideAndAppend = async (
    stream: string,
    command: Command,
    context: CommandContext,
  ): Promise<E.Either<CommandFailure<Refusal>, Handled<State, Event>>> => {
    let known = start(stream);
    // What the cache holds may be old: good enough to write from (the expected revision
    // checks), never good enough to refuse from.
    let isFresh = false;
    for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
      const decision = aggregate.decide(command, known.state);
      if (E.isLeft(decision) || decision.right.length === 0) {
        if (isFresh) {
          return E.isLeft(decision)
            ? E.left({ kind: 'Refused', refusal: decision.left })
            : E.right({ state: known.state, events: [], position: known.position });
        }
        known = await refresh(stream, known);
        isFresh = true;
        continue;
      }
      const proposed = decision.right.map((event, index) =>
        proposeEvent(aggregate.events, event, {
          id: deriveId(context.commandId, stream, String(index)),
          context,
        }),
      );
      const outcome = await append(stream, known, decision.right, proposed);
      if (outcome !== 'conflict') return outcome;
      metrics.count('command_conflicts_total', { aggregate: aggregate.category });
      known = await refresh(stream, known);
      isFresh = true;
    }
    return E.left({ kind: 'Contended', stream, attempts: attemptsMax });
  };

  return {
    execute: async (id, command, context) => {
      const startedMs = performance.now();
      const result = await decideAndAppend(streamName(aggregate.category, id), command, context);
      const outcome = E.isRight(result) ? 'done' : result.left.kind;
      metrics.count('commands_total', { aggregate: aggregate.category, outcome });
      metrics.observeSeconds('command_seconds', (performance.now() - startedMs) / 1_000, {
        aggregate: aggregate.category,
      });
      return result;
    },
    load: (id) => {
      const stream = streamName(aggregate.category, id);
      return refresh(stream, start(stream));
    },
  };
};

const isWritten = async (
  store: EventStore,
  stream: string,
  after: bigint,
  proposed: readonly ProposedEvent[],
): Promise<boolean> => {
  const [first] = proposed;
  if (first === undefined) throw new Bug('an append without events has no unknown outcome');
  for await (const event of store.readStream(stream, after + 1n)) {
    if (event.id === first.id) return true;
  }
  return false;
};
