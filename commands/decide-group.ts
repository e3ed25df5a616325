import * as E from 'fp-ts/lib/Either.js';
import type { Aggregate } from '../domain/shared/aggregate.js';
import type { DomainEvent } from '../domain/shared/events.js';
import type { ProposedEvent } from '../ports/event-store.js';
import { type CommandContext, deriveId } from './context.js';
import { proposeEvent } from './propose.js';

/** A command and who wants it. */
export interface Wish<Command> {
  readonly command: Command;
  readonly context: CommandContext;
}

/** What becomes of a wish, if everything that was decided before it in its group is written. */
export interface Decided<Of, State, Event, Refusal> {
  readonly wish: Of;
  readonly decision: E.Either<Refusal, readonly Event[]>;
  /** The events of the decision in the form in which they are stored; none of a refusal. */
  readonly proposed: readonly ProposedEvent[];
  /** The state with these events. */
  readonly state: State;
}

/** Decides wishes in their order, each on what the ones before it have left. */
export const decideGroup = <
  Command,
  State,
  Event extends DomainEvent,
  Refusal,
  Of extends Wish<Command>,
>(
  aggregate: Aggregate<Command, State, Event, Refusal>,
  { stream, state: before }: { readonly stream: string; readonly state: State },
  wishes: readonly Of[],
): readonly Decided<Of, State, Event, Refusal>[] => {
  let state = before;
  return wishes.map((wish) => {
    const decision = aggregate.decide(wish.command, state);
    if (E.isLeft(decision)) return { wish, decision, proposed: [], state };
    const { context } = wish;
    const proposed = decision.right.map((event, index) =>
      proposeEvent(aggregate.events, event, {
        id: deriveId(context.commandId, stream, String(index)),
        context,
      }),
    );
    state = decision.right.reduce(aggregate.evolve, state);
    return { wish, decision, proposed, state };
  });
};
