import type * as t from 'io-ts';
import { Bug } from '../domain/shared/assert.js';
import {
  currentSchemaVersion,
  type DomainEvent,
  type EventDefinitions,
} from '../domain/shared/events.js';
import { fits } from '../domain/shared/fits.js';
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
  return {
    id,
    type: event.type,
    data: encoded(definition.data, event),
    metadata: {
      $correlationId: context.correlationId,
      $causationId: context.causationId,
      actor: context.actor,
      commandId: context.commandId,
      schemaVersion: currentSchemaVersion(definition),
    },
  };
};

const encoded = (codec: t.Mixed, { type, data }: DomainEvent): unknown => {
  if (fits(codec)(data)) return data;
  if (!codec.is(data)) throw new Bug(`${type} does not fit its own codec`);
  return codec.encode(data);
};
