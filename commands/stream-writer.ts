import * as E from 'fp-ts/lib/Either.js';
import type { Aggregate } from '../domain/shared/aggregate.js';
import { Bug } from '../domain/shared/assert.js';
import type { DomainEvent } from '../domain/shared/events.js';
import type { EventStore } from '../ports/event-store.js';
import type { Metrics } from '../ports/metrics.js';
import type { CommandContext } from './context.js';
import { type Decided, decideGroup, type Wish } from './decide-group.js';
import type { CommandFailure, Handled } from './outcome.js';
import type { KnownState } from './state-cache.js';
import type { States } from './states.js';
import { turn } from './turn.js';

/** Tries before a command gives up on a stream that others keep writing to. */
const attemptsMax = 20;

/** Commands whose events go into one append; of the largest events, it takes as many. */
const groupCommandsMax = 64;

type Result<State, Event, Refusal> = E.Either<CommandFailure<Refusal>, Handled<State, Event>>;

/** A wish, and the promise that its caller waits for. */
interface Waiting<Command, State, Event, Refusal> extends Wish<Command> {
  readonly settle: (result: Result<State, Event, Refusal>) => void;
  readonly fail: (error: unknown) => void;
}

export interface StreamWriterDependencies<Command, State, Event> {
  readonly store: EventStore;
  readonly metrics: Metrics;
  readonly states: States<Command, State, Event>;
}

/**
 * Decides and appends, one group of commands at a time for each stream. Commands that come while
 * another is on its way to the store would only conflict with it; they wait, are decided in their
 * order on what it has left, and go into one append together. So a wallet that everybody wants at
 * once is as fast as many wallets. Writers in other processes are met by the expected revision.
 */
export const createStreamWriter = <Command, State, Event extends DomainEvent, Refusal>(
  aggregate: Aggregate<Command, State, Event, Refusal>,
  { store, metrics, states }: StreamWriterDependencies<Command, State, Event>,
) => {
  type Wanted = Waiting<Command, State, Event, Refusal>;
  type Group = readonly Wanted[];
  type Decisions = readonly Decided<Wanted, State, Event, Refusal>[];

  /** Streams that are being written to, and who waits for their turn. */
  const lanes = new Map<string, Wanted[]>();

  /** @param now what the stream came to with all of them. */
  const settleAs = (
    decided: Decisions,
    now: Pick<KnownState<State>, 'state' | 'position'>,
  ): void => {
    const { position } = now;
    for (const { wish, decision, state } of decided) {
      const isCurrent = state === now.state;
      wish.settle(
        E.isLeft(decision)
          ? E.left({ kind: 'Refused', refusal: decision.left })
          : E.right({ state, events: decision.right, position, isCurrent }),
      );
    }
  };

  /** The answer was lost: look for our events instead of sending them again. */
  const settleLost = async (
    stream: string,
    { known, decided }: { readonly known: KnownState<State>; readonly decided: Decisions },
    reason: string,
  ): Promise<void> => {
    const firstId = decided.flatMap(({ proposed }) => proposed)[0]?.id;
    if (firstId === undefined) throw new Bug('an append without events has no unknown outcome');
    if (await isWritten(store, { stream, after: known.revision, id: firstId })) {
      settleAs(decided, await states.refresh(stream, known));
      return;
    }
    for (const { wish, proposed } of decided) {
      if (proposed.length > 0) wish.settle(E.left({ kind: 'OutcomeUnknown', stream, reason }));
    }
    // Whether these are refused may depend on those.
    const others = decided.filter(({ proposed }) => proposed.length === 0);
    if (others.length > 0)
      await writeGroup(
        stream,
        others.map(({ wish }) => wish),
      );
  };

  /** What is too large together is not too large alone. */
  const settleRejected = async (stream: string, group: Group, reason: string): Promise<void> => {
    if (group.length > 1) {
      for (const wish of group) await writeGroup(stream, [wish]);
      return;
    }
    for (const wish of group) wish.settle(E.left({ kind: 'StoreRejected', stream, reason }));
  };

  const append = async (
    stream: string,
    known: KnownState<State>,
    decided: Decisions,
  ): Promise<'settled' | 'conflict'> => {
    const proposed = decided.flatMap((each) => each.proposed);
    const last = decided.at(-1);
    if (proposed.length === 0 || last === undefined) {
      settleAs(decided, known);
      return 'settled';
    }
    const expected = known.revision < 0n ? 'no-stream' : known.revision;
    const outcome = await store.append(stream, expected, proposed);
    switch (outcome.kind) {
      case 'done': {
        const { revision, position } = outcome;
        const events = decided.flatMap(({ decision }) =>
          E.isRight(decision) ? decision.right : [],
        );
        const { state } = last;
        states.appended(stream, known, { events, proposed, state, revision, position });
        settleAs(decided, { state, position });
        return 'settled';
      }
      case 'conflict':
        return 'conflict';
      case 'rejected':
        await settleRejected(
          stream,
          decided.map(({ wish }) => wish),
          outcome.reason,
        );
        return 'settled';
      case 'unknown':
        await settleLost(stream, { known, decided }, outcome.reason);
        return 'settled';
    }
  };

  const writeGroup = async (stream: string, group: Group): Promise<void> => {
    let known = states.known(stream);
    // What is in memory may be old: good enough to write from (the expected revision checks),
    // never good enough to refuse from.
    let isFresh = false;
    const commands = group.map(({ command }) => command);
    for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
      if (known.forgets) known = await states.enoughFor(stream, known, commands);
      const decided = decideGroup(aggregate, { stream, state: known.state }, group);
      if (isFresh || decided.every(({ proposed }) => proposed.length > 0)) {
        if ((await append(stream, known, decided)) === 'settled') return;
        metrics.count('command_conflicts_total', { aggregate: aggregate.category });
      }
      known = await states.refresh(stream, known, commands);
      isFresh = true;
    }
    for (const wish of group) {
      wish.settle(E.left({ kind: 'Contended', stream, attempts: attemptsMax }));
    }
  };

  /** A bug in one decision is that command's alone; together, nobody could tell whose it is. */
  const writeOrFail = async (stream: string, group: Group): Promise<void> => {
    try {
      await writeGroup(stream, group);
    } catch (error) {
      if (group.length === 1 || !(error instanceof Bug)) {
        for (const wish of group) wish.fail(error);
        return;
      }
      for (const wish of group) await writeOrFail(stream, [wish]);
    }
  };

  const work = async (stream: string, lane: Wanted[]): Promise<void> => {
    while (lane.length > 0) await writeOrFail(stream, lane.splice(0, groupLength(lane)));
    lanes.delete(stream);
  };

  return (
    stream: string,
    command: Command,
    context: CommandContext,
  ): Promise<Result<State, Event, Refusal>> =>
    new Promise((settle, fail) => {
      const wish = { command, context, settle, fail };
      const lane = lanes.get(stream);
      if (lane !== undefined) {
        lane.push(wish);
        return;
      }
      const opened = [wish];
      lanes.set(stream, opened);
      // Alone, a command waits for nobody.
      if (lanes.size === 1) void work(stream, opened);
      else void turn().then(() => work(stream, opened));
    });
};

/**
 * How many of those who wait go together: the same command twice would give two events the same
 * id, so that the second has to see the first written.
 */
const groupLength = (lane: readonly Wish<unknown>[]): number => {
  const commandIds = new Set<string>();
  for (const { context } of lane) {
    if (commandIds.size === groupCommandsMax || commandIds.has(context.commandId)) break;
    commandIds.add(context.commandId);
  }
  return commandIds.size;
};

const isWritten = async (
  store: EventStore,
  { stream, after, id }: { readonly stream: string; readonly after: bigint; readonly id: string },
): Promise<boolean> => {
  for await (const event of store.readStream(stream, after + 1n)) {
    if (event.id === id) return true;
  }
  return false;
};
