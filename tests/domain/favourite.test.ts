import test from 'ava';
import { type FavouriteEvent, favourite } from '../../domain/favourite/index.js';
import { brandOrThrow } from '../../domain/shared/brand.js';
import { EntryId, StationSerial } from '../../domain/shared/ids.js';
import { instant } from '../../domain/shared/instant.js';
import { specOf } from '../support/decider-spec.js';

const favourites = specOf(favourite);
const at = instant('2026-03-01T04:00:00Z');
const tap = (serial: string, id: string) => ({
  station: brandOrThrow(StationSerial, serial),
  toggleId: brandOrThrow(EntryId, id),
  at,
});
const toggle = (serial: string, id: string) =>
  ({ type: 'ToggleFavourite', ...tap(serial, id) }) as const;
const on = (serial: string, id: string): FavouriteEvent => ({
  type: 'StationFavourited',
  data: tap(serial, id),
});
const off = (serial: string, id: string): FavouriteEvent => ({
  type: 'StationUnfavourited',
  data: tap(serial, id),
});

test(
  'the first tap marks a station, and the same tap again is the same tap',
  favourites.given().when(toggle('KTM001', 't-1')).thenOnce(on('KTM001', 't-1')),
);

test(
  'the next tap takes the mark away',
  favourites.given(on('KTM001', 't-1')).when(toggle('KTM001', 't-2')).then(off('KTM001', 't-2')),
);

test(
  'a third tap marks it again',
  favourites
    .given(on('KTM001', 't-1'), off('KTM001', 't-2'))
    .when(toggle('KTM001', 't-3'))
    .then(on('KTM001', 't-3')),
);

test(
  'other stations do not matter',
  favourites.given(on('KTM001', 't-1')).when(toggle('PKR001', 't-2')).then(on('PKR001', 't-2')),
);
