import { Bug } from '../domain/shared/assert.js';
import {
  currentSchemaVersion,
  type DomainEvent,
  type EventDefinitions,
} from '../domain/shared/events.js';
import type { ProposedEvent } from '../ports/event-store.js';
import type { CommandContext } from './context.js';

/**
 * A decided event in the form in which it is stored. It passes its own codec once more on the way
 * out: what could not be read back must not get in.
 */
export const proposeEvent = (
  definitions: EventDefinitions,
  event: DomainEvent,
  { id, context }: { readonly id: string; readonly context: CommandContext },
): ProposedEvent => {
  const definition = Object.hasOwn(definitions, event.type) ? definitions[event.type] : undefined;
  if (definition === undefined) throw new Bug(`no definition of event ${event.type}`);
  if (!definition.data.is(event.data)) throw new Bug(`${event.type} does not fit its own codec`);
  return {
    id,
    type: event.type,
    data: definition.data.encode(event.data),
    metadata: {
      $correlationId: context.correlationId,
      $causationId: context.causationId,
      actor: context.actor,
      commandId: context.commandId,
      schemaVersion: currentSchemaVersion(definition),
    },
  };
};
