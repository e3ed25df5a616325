import * as E from 'fp-ts/lib/Either.js';
import { readSettings, type Settings, settingsId } from '../../domain/settings/index.js';
import { Bug } from '../../domain/shared/assert.js';
import type { BrandedString } from '../../domain/shared/brand.js';
import type { Clock } from '../../ports/clock.js';
import type { Actor } from '../../ports/event-metadata.js';
import type { Log } from '../../ports/log.js';
import { type CommandContext, followUp } from '../context.js';
import type { AggregateHandler } from '../handler.js';
import type { Handlers } from '../handlers.js';
import type { Handled } from '../outcome.js';
import type { Fact } from './facts.js';
import { TryAgain } from './reactions.js';

/** What every process works with. */
export interface ProcessTools {
  readonly handlers: Handlers;
  readonly clock: Clock;
  readonly log: Log;
}

export const processActor = (name: string): Actor => ({ kind: 'system', id: name });

/**
 * Issues one command of a process. The domain's answer comes back as a value; trouble (the store
 * is away, others keep writing, the outcome is unknown) throws `TryAgain`, and the same command
 * with the same id is issued again.
 */
export const issue = async <Command, State, Event, Refusal>(
  handler: AggregateHandler<Command, State, Event, Refusal>,
  id: string,
  command: Command,
  context: CommandContext,
): Promise<E.Either<Refusal, Handled<State, Event>>> => {
  const result = await handler.execute(id, command, context);
  if (E.isRight(result)) return result;
  const failure = result.left;
  if (failure.kind === 'Refused') return E.left(failure.refusal);
  throw new TryAgain(`${failure.kind} on ${failure.stream}`);
};

/**
 * Contexts of the commands that follow from one fact, by the name of the step. Two steps of one
 * reaction must have two names.
 */
export const stepsAfter =
  (fact: Pick<Fact<unknown>, 'id' | 'correlationId'>, actor: Actor) =>
  (step: string): CommandContext =>
    followUp(fact, step, actor);

/** The settings in force. Without them nothing can be decided, so the process waits for them. */
export const settingsInForce = async ({ settings }: Handlers): Promise<Settings> => {
  const known = await settings.load(settingsId);
  const read = readSettings(known.state);
  if (E.isRight(read)) return read.right;
  const { missing, unreadable } = read.left;
  throw new TryAgain(`settings are missing: ${[...missing, ...unreadable].join(', ')}`);
};

/** An id from a timer's payload or a stream's name, which we wrote ourselves. */
export const ownId = <Name extends string>(
  codec: BrandedString<Name>,
  text: string | undefined,
): string & { readonly __brand: Name } => {
  if (text === undefined || !codec.is(text)) throw new Bug(`no ${codec.name}: ${text}`);
  return text;
};
