import * as E from 'fp-ts/lib/Either.js';
import {
  type Category,
  type DecodeFault,
  decodeWith,
  type EventIn,
  eventsByCategory,
  isCategory,
} from '../domain/registry.js';
import { parseStreamName } from '../domain/shared/aggregate.js';
import { type Actor, EventMetadata } from './event-metadata.js';
import type { Position, RecordedEvent, Revision } from './event-store.js';

interface Envelope {
  /** UUID of the event. */
  readonly id: string;
  readonly stream: string;
  /** Id of the aggregate: the stream's name without its category. */
  readonly streamId: string;
  readonly revision: Revision;
  readonly position: Position;
  readonly correlationId: string;
  /** The request or the event that directly led to it. */
  readonly causationId: string;
  readonly actor: Actor;
}

/** A decoded event of the log with where it stands, typed by its category. */
export type LoggedEvent = {
  readonly [C in Category]: Envelope & { readonly category: C; readonly event: EventIn<C> };
}[Category];

export type LogFault =
  | DecodeFault
  | { readonly kind: 'NotAnAggregate'; readonly stream: string }
  | { readonly kind: 'BadMetadata'; readonly stream: string };

/** Decodes what a subscription delivers; a fault is a value, so that its reader can park it. */
export const decodeLogged = (recorded: RecordedEvent): E.Either<LogFault, LoggedEvent> => {
  const name = parseStreamName(recorded.stream);
  if (name === null || !isCategory(name.category)) {
    return E.left({ kind: 'NotAnAggregate', stream: recorded.stream });
  }
  const { metadata } = recorded;
  // Of metadata only what is named here goes on, so there is nothing that decoding would strip.
  if (!EventMetadata.is(metadata)) return E.left({ kind: 'BadMetadata', stream: recorded.stream });
  const { category, id: streamId } = name;
  const decoded = decodeWith(eventsByCategory[category], {
    category,
    type: recorded.type,
    schemaVersion: metadata.schemaVersion,
    data: recorded.data,
  });
  if (E.isLeft(decoded)) return decoded;
  const logged = {
    id: recorded.id,
    stream: recorded.stream,
    streamId,
    revision: recorded.revision,
    position: recorded.position,
    correlationId: metadata.$correlationId,
    causationId: metadata.$causationId,
    actor: { kind: metadata.actor.kind, id: metadata.actor.id },
    category,
    event: decoded.right,
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- decoded by its own category
  return E.right(logged as LoggedEvent);
};
