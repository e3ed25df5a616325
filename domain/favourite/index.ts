import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import type { Aggregate } from '../shared/aggregate.js';
import { type EventOf, event } from '../shared/events.js';
import { EntryId, StationSerial } from '../shared/ids.js';
import { Instant } from '../shared/instant.js';

const Toggle = t.strict({ station: StationSerial, toggleId: EntryId, at: Instant });

export const favouriteEvents = {
  StationFavourited: event(Toggle),
  StationUnfavourited: event(Toggle),
} as const;

export type FavouriteEvent = EventOf<typeof favouriteEvents>;

/** Turning a mark on or off. The id makes a repeated tap the same tap. */
export interface FavouriteCommand extends t.TypeOf<typeof Toggle> {
  readonly type: 'ToggleFavourite';
}

export interface FavouriteMark {
  readonly isFavourite: boolean;
  readonly lastToggle: EntryId;
}

/** The stations that a user ever marked. */
export type FavouriteState = ReadonlyMap<StationSerial, FavouriteMark>;

const decide = (
  { station, toggleId, at }: FavouriteCommand,
  marks: FavouriteState,
): E.Either<never, readonly FavouriteEvent[]> => {
  const mark = marks.get(station);
  if (mark?.lastToggle === toggleId) return E.right([]);
  const type = mark?.isFavourite === true ? 'StationUnfavourited' : 'StationFavourited';
  return E.right([{ type, data: { station, toggleId, at } }]);
};

const evolve = (marks: FavouriteState, { type, data }: FavouriteEvent): FavouriteState => {
  const { station, toggleId: lastToggle } = data;
  const isFavourite = type === 'StationFavourited';
  return new Map(marks).set(station, { isFavourite, lastToggle });
};

/** The stations that a user has marked: stream `favourite-{userId}`. */
export const favourite: Aggregate<FavouriteCommand, FavouriteState, FavouriteEvent, never> = {
  category: 'favourite',
  events: favouriteEvents,
  initial: new Map(),
  decide,
  evolve,
};
