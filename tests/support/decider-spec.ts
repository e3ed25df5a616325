import type { ExecutionContext } from 'ava';
import * as E from 'fp-ts/lib/Either.js';
import type { Aggregate } from '../../domain/shared/aggregate.js';
import { fold } from '../../domain/shared/decider.js';
import type { DomainEvent } from '../../domain/shared/events.js';

type Implementation = (t: ExecutionContext) => void;

/** The three answers that a decider can give to a command. */
export interface Outcome<Event, Refusal> {
  /** These facts, in this order, each of the shape that the log accepts. */
  readonly then: (...events: readonly Event[]) => Implementation;
  /** The same, and the same command once more adds nothing. */
  readonly thenOnce: (...events: readonly Event[]) => Implementation;
  /** A refusal with exactly these facts. */
  readonly refuses: (refusal: Refusal) => Implementation;
  /** No event: the wish was fulfilled before. */
  readonly nothing: () => Implementation;
}

export interface DeciderSpec<Command, State, Event, Refusal> {
  readonly given: (...history: readonly Event[]) => {
    readonly when: (command: Command) => Outcome<Event, Refusal>;
    /** For the state that later decisions and pure queries see. */
    readonly state: State;
  };
}

/**
 * Given these facts, when this command comes, then …: the answer is an AVA implementation, so a
 * test is one expression: `test('…', wallet.given(…).when(…).then(…))`.
 */
export const specOf = <Command, State, Event extends DomainEvent, Refusal>(
  aggregate: Aggregate<Command, State, Event, Refusal>,
): DeciderSpec<Command, State, Event, Refusal> => {
  const fitsItsCodec = ({ type, data }: Event): boolean =>
    aggregate.events[type]?.data.is(data) ?? false;

  return {
    given: (...history) => ({
      state: fold(aggregate, history),
      when: (command) => {
        const answersTo = (facts: readonly Event[]) =>
          aggregate.decide(command, fold(aggregate, facts));
        const yields =
          (events: readonly Event[]): Implementation =>
          (t) => {
            t.deepEqual(answersTo(history), E.right(events));
            for (const event of events) t.true(fitsItsCodec(event), `${event.type} fits its codec`);
          };
        return {
          // biome-ignore lint/suspicious/noThenProperty: given-when-then; nobody awaits it.
          then: (...events) => yields(events),
          thenOnce:
            (...events) =>
            (t) => {
              yields(events)(t);
              t.deepEqual(answersTo([...history, ...events]), E.right([]), 'once more is quiet');
            },
          refuses: (refusal) => (t) => t.deepEqual(answersTo(history), E.left(refusal)),
          nothing: () => (t) => t.deepEqual(answersTo(history), E.right([])),
        };
      },
    }),
  };
};
