/** What all writing operations have in common: who asks, how it is tried, what is answered. */

import * as E from 'fp-ts/lib/Either.js';
import { readSettings, type Settings, settingsId } from '../domain/settings/index.js';
import { Bug } from '../domain/shared/assert.js';
import type { BrandedString } from '../domain/shared/brand.js';
import { UserId } from '../domain/shared/ids.js';
import type { EventStore, Position } from '../ports/event-store.js';
import type { Problem } from '../ports/http/answer.js';
import { problem as problemOf } from '../ports/http/answer.js';
import type { IdentifiedPrincipal } from '../ports/http/principal.js';
import { actorOf } from '../ports/http/principal.js';
import { stop } from '../ports/http/problem.js';
import type { ProblemCode } from '../ports/http/problem-codes.js';
import type { Log } from '../ports/log.js';
import { type CommandContext, deriveId } from './context.js';
import type { AggregateHandler } from './handler.js';
import type { Handlers } from './handlers.js';
import type { Handled } from './outcome.js';
import { type AnyRefusal, refusalCode } from './refusal-codes.js';
import { refusalFacts } from './refusal-facts.js';
import type { StreamWaits } from './wait.js';

/** What every writing operation works with. */
export interface OperationTools {
  readonly handlers: Handlers;
  readonly waits: StreamWaits;
  /** For the facts of the log that no state keeps, such as why a start failed. */
  readonly store: Pick<EventStore, 'readStream'>;
  readonly log: Log;
}

/** The part of a request that a command's context is made of. */
export interface Asking {
  readonly principal: IdentifiedPrincipal;
  readonly commandId: string;
  readonly correlationId: string;
}

/** Clients may try again this soon when others were faster at the same thing. */
const retryAfterContentionSeconds = 1;

/**
 * The context of one command of a request. A request that needs several names them, so that each
 * has an id of its own and the same request always makes the same commands.
 */
export const contextOf = (asking: Asking, step?: string): CommandContext => {
  const { commandId, correlationId, principal } = asking;
  return {
    commandId: step === undefined ? commandId : deriveId(commandId, step),
    correlationId,
    causationId: commandId,
    actor: actorOf(principal),
  };
};

/**
 * Carries a command out. The domain's refusal comes back as a value; what the world prevents
 * leaves as the problem that says so.
 *
 * @throws ProblemError 503 when others kept changing the same thing, 504 when the answer was lost.
 */
export const submit = async <Command, State, Event, Refusal>(
  handler: AggregateHandler<Command, State, Event, Refusal>,
  id: string,
  command: Command,
  context: CommandContext,
): Promise<E.Either<Refusal, Handled<State, Event>>> => {
  const result = await handler.execute(id, command, context);
  if (E.isRight(result)) return result;
  const failure = result.left;
  switch (failure.kind) {
    case 'Refused':
      return E.left(failure.refusal);
    case 'Contended':
      throw stop('concurrent_change', { retryAfterSeconds: retryAfterContentionSeconds });
    case 'OutcomeUnknown':
      throw stop('outcome_unknown');
    case 'StoreRejected':
      throw new Bug(`the store rejected an append to ${failure.stream}: ${failure.reason}`);
  }
};

/**
 * Turns refusals of the domain into the problems that an operation declares. A refusal with
 * another word is a case that nobody thought of, so it is a bug and not an answer.
 */
export const problemsOf = <const Code extends ProblemCode>(codes: readonly Code[]) => {
  const isDeclared = (word: string): word is Code => codes.some((code) => code === word);
  const named = (word: string): Code => {
    if (!isDeclared(word)) throw new Bug(`an operation refused with ${word} and declares no such`);
    return word;
  };
  return {
    codes,
    refused: (refusal: AnyRefusal): Problem<Code> =>
      problemOf(named(refusalCode(refusal)), { facts: refusalFacts(refusal) }),
    named,
  };
};

/** Settings in force. @throws ProblemError 503 while staff have not set them all. */
export const settingsNow = async ({ settings }: Pick<Handlers, 'settings'>): Promise<Settings> => {
  const read = readSettings((await settings.load(settingsId)).state);
  if (E.isRight(read)) return read.right;
  throw stop('service_unavailable', { detail: 'The settings of this network are not complete.' });
};

/** The caller as a user of the network. */
export const userOf = ({ principal }: Pick<Asking, 'principal'>): UserId =>
  idFrom(UserId, principal.id);

/** An id that we made, or that a token of ours names. */
export const idFrom = <Name extends string>(
  codec: BrandedString<Name>,
  text: string,
): string & { readonly __brand: Name } => {
  if (!codec.is(text)) throw new Bug(`no ${codec.name}: ${text}`);
  return text;
};

/** `X-Position` of an answer; nothing when no event was ever written there. */
export const withPosition = (position: Position | null): { readonly position?: Position } =>
  position === null ? {} : { position };
