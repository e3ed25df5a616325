import * as t from 'io-ts';
import { PositiveInteger } from '../domain/shared/codecs.js';

/** Who caused something: a person, a cabinet, or a part of the program itself. */
export const Actor = t.strict(
  {
    kind: t.keyof({ user: null, staff: null, cabinet: null, system: null }, 'ActorKind'),
    id: t.string,
  },
  'Actor',
);
export type Actor = t.TypeOf<typeof Actor>;

/** Metadata of every event; the two `$` names are EventStoreDB's own conventions. */
export const EventMetadata = t.strict(
  {
    $correlationId: t.string,
    $causationId: t.string,
    actor: Actor,
    commandId: t.string,
    schemaVersion: PositiveInteger,
  },
  'EventMetadata',
);
export type EventMetadata = t.TypeOf<typeof EventMetadata>;
