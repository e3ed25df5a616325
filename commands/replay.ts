import * as E from 'fp-ts/lib/Either.js';
import { decodeWith } from '../domain/registry.js';
import type { Aggregate } from '../domain/shared/aggregate.js';
import { Bug } from '../domain/shared/assert.js';
import type { DomainEvent } from '../domain/shared/events.js';
import { EventMetadata } from '../ports/event-metadata.js';
import type { EventStore, RecordedEvent } from '../ports/event-store.js';
import type { KnownState } from './state-cache.js';

/** Folds what was written after `known` into it. */
export const readNewer = async <Command, State, Event extends DomainEvent, Refusal>(
  store: EventStore,
  aggregate: Aggregate<Command, State, Event, Refusal>,
  stream: string,
  known: KnownState<State>,
): Promise<KnownState<State>> => {
  let newer = known;
  for await (const recorded of store.readStream(stream, known.revision + 1n)) {
    newer = foldOn(aggregate, newer, recorded);
  }
  return newer;
};

/** The next event of its stream folded into what is known. */
export const foldOn = <Command, State, Event extends DomainEvent, Refusal>(
  aggregate: Aggregate<Command, State, Event, Refusal>,
  { state, trail, forgets }: KnownState<State>,
  recorded: RecordedEvent,
): KnownState<State> => {
  const event = decodeOwn(aggregate, recorded);
  trail?.note(recorded, aggregate.snapshots?.keysSeen(event) ?? []);
  const { revision, position } = recorded;
  return { state: aggregate.evolve(state, event), revision, position, trail, forgets };
};

/**
 * An event of an aggregate's own stream. One that does not decode leaves its state unknown, and
 * nothing may be decided from an unknown state: that is a bug of ours, or damage, and stops here.
 */
export const decodeOwn = <Command, State, Event extends DomainEvent, Refusal>(
  aggregate: Aggregate<Command, State, Event, Refusal>,
  recorded: RecordedEvent,
): Event => {
  const where = `${recorded.type} at revision ${recorded.revision} of ${recorded.stream}`;
  const metadata = EventMetadata.decode(recorded.metadata);
  if (E.isLeft(metadata)) throw new Bug(`metadata of ${where} does not decode`);
  const decoded = decodeWith(aggregate.events, {
    category: aggregate.category,
    type: recorded.type,
    schemaVersion: metadata.right.schemaVersion,
    data: recorded.data,
  });
  if (E.isLeft(decoded)) throw new Bug(`${where} does not decode: ${decoded.left.kind}`);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- decoded by its definitions
  return decoded.right as DomainEvent as Event;
};
