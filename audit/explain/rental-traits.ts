import * as E from 'fp-ts/lib/Either.js';
import { streamName } from '../../domain/shared/aggregate.js';
import type { RentalId } from '../../domain/shared/ids.js';
import type { EventStore } from '../../ports/event-store.js';
import { decodeLogged, type LoggedEvent } from '../../ports/logged-event.js';
import { type Known, knownOf } from './of-rental.js';

interface Tools {
  readonly store: Pick<EventStore, 'readStream'>;
  readonly signal?: AbortSignal;
}

/** By what a rental and the streams around it refer to each other. */
interface RentalTraits {
  /** Of its events. */
  readonly ids: ReadonlySet<string>;
  /** What its events name as causes and is none of them. */
  readonly wanted: ReadonlySet<string>;
  /** Streams of the accounts that pay for it. */
  readonly accounts: readonly string[];
  /** Streams of its renter and its stations, where most outer causes are. */
  readonly neighbours: readonly string[];
}

/** Streams that an event of a rental names. */
const neighboursIn = ({ event, category }: LoggedEvent): readonly string[] => {
  if (category !== 'rental') return [];
  if (event.type === 'RentalRequested') {
    const { userId, station } = event.data.request;
    return [streamName('renter', userId), streamName('station', station)];
  }
  return 'station' in event.data ? [streamName('station', event.data.station)] : [];
};

export const traitsOf = async (
  { store, signal }: Tools,
  rentalId: RentalId,
): Promise<RentalTraits> => {
  const ids = new Set<string>();
  const causes = new Set<string>();
  const accounts = new Set<string>();
  const neighbours = new Set<string>();
  for await (const recorded of store.readStream(streamName('rental', rentalId))) {
    signal?.throwIfAborted();
    ids.add(recorded.id);
    const logged = decodeLogged(recorded);
    if (E.isLeft(logged)) continue;
    causes.add(logged.right.causationId);
    for (const stream of neighboursIn(logged.right)) neighbours.add(stream);
    if (logged.right.category !== 'rental') continue;
    const { type, data } = logged.right.event;
    if (type !== 'RentalRequested') continue;
    const { userId } = data.request;
    accounts.add(streamName('wallet', userId)).add(streamName('points', userId));
  }
  const wanted = new Set([...causes].filter((id) => !ids.has(id)));
  return { ids, wanted, accounts: [...accounts], neighbours: [...neighbours] };
};

/** The causes that are not in the rental's own stream, as far as its neighbours have them. */
export const outerCauses = async (
  { store, signal }: Tools,
  { wanted, neighbours }: Pick<RentalTraits, 'wanted' | 'neighbours'>,
): Promise<ReadonlyMap<string, Known>> => {
  const found = new Map<string, Known>();
  for (const stream of neighbours) {
    for await (const recorded of store.readStream(stream)) {
      signal?.throwIfAborted();
      if (found.size === wanted.size) return found;
      const known = wanted.has(recorded.id) ? knownOf(recorded) : null;
      if (known !== null) found.set(recorded.id, known);
    }
  }
  return found;
};
