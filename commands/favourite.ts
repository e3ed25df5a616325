import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { EntryId, StationSerial } from '../domain/shared/ids.js';
import { problem } from '../ports/http/answer.js';
import { type Route, route } from '../ports/http/route.js';
import {
  contextOf,
  idFrom,
  type OperationTools,
  submit,
  userOf,
  withPosition,
} from './operation.js';

export const FavouriteAnswer = t.strict(
  { station_sn: StationSerial, is_favorite: t.boolean },
  'FavoriteStation',
);

export const toggleFavouriteStation = ({ handlers }: OperationTools): Route =>
  route({
    operation: 'toggleFavouriteStation',
    method: 'POST',
    path: '/api/stations/:serial/favorite',
    summary: 'Marks a station as a favourite, or takes the mark away',
    description: 'The Idempotency-Key makes a repeated tap the same tap.',
    tag: 'Stations',
    idempotency: 'required',
    params: t.strict({ serial: StationSerial }, 'StationPath'),
    responses: { 200: FavouriteAnswer },
    problems: ['station_not_found'],
    handler: async (asking, answer) => {
      const { serial: station } = asking.params;
      const { state } = await handlers.station.load(station);
      if (state.registration?.details.configured !== true) return problem('station_not_found');
      const toggleId = idFrom(EntryId, asking.commandId);
      const toggled = await submit(
        handlers.favourite,
        userOf(asking),
        { type: 'ToggleFavourite', station, toggleId, at: asking.now },
        contextOf(asking),
      );
      if (E.isLeft(toggled)) return toggled.left;
      const { state: marks, position } = toggled.right;
      const is_favorite = marks.get(station)?.isFavourite === true;
      return answer(200, { station_sn: station, is_favorite }, withPosition(position));
    },
  });
