import type { Actor } from '../ports/event-metadata.js';
import { uuidMaker } from '../ports/name-uuid.js';

/** Who wants something, and why: it ends up in the metadata of every event that follows. */
export interface CommandContext {
  /** The same wish has the same id, however often it is sent. */
  readonly commandId: string;
  /** Everything that follows from one request of the outside world shares this id. */
  readonly correlationId: string;
  /** The event or command that directly led to this command. */
  readonly causationId: string;
  readonly actor: Actor;
}

/** Of all ids that the program derives; fixed for ever, or retries would write anew. */
const derivedId = uuidMaker('5b0d6f2e-7c53-4b58-9a2e-0f6f3f1f4c11');

/** The same words always give the same UUID (version 5). */
export const deriveId = (...words: readonly string[]): string => derivedId(words.join('\u0000'));

/** Context of a step that follows from an event: its command id comes from the event's. */
export const followUp = (
  cause: { readonly id: string; readonly correlationId: string },
  step: string,
  actor: Actor,
): CommandContext => ({
  commandId: deriveId(cause.id, step),
  correlationId: cause.correlationId,
  causationId: cause.id,
  actor,
});
