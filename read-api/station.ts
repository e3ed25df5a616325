/** Stations as customers see them. */

import * as t from 'io-ts';
import { StationSerial } from '../domain/shared/ids.js';
import { problem } from '../ports/http/answer.js';
import { withDefault } from '../ports/http/default-type.js';
import { cursorOf, pageFrom, pageOf, pageQuery } from '../ports/http/paging.js';
import { queryDecimal } from '../ports/http/query-codecs.js';
import { type Route, route } from '../ports/http/route.js';
import { stationsIn } from '../projections/hot-reads.js';
import { boxAround, distanceKm, type Place } from './distance.js';
import {
  discountsAt,
  favouritesOf,
  slotCountsOf,
  slotsOf,
  stationBySerial,
  stationsNamed,
  stationsWhere,
} from './queries/station.js';
import { type ReadTools, rowOf, rowsOf, settingsShown, upToDate } from './reading.js';
import {
  countsOf,
  type ShownStation,
  StationDetail,
  StationItem,
  slotItem,
  stationItem,
  statusOf,
} from './station-shapes.js';

const tag = 'Stations';
const models = ['station', 'settings'];

const Latitude = queryDecimal('LatitudeQuery', { minimum: -90, maximum: 90 });
const Longitude = queryDecimal('LongitudeQuery', { minimum: -180, maximum: 180 });

/** STA-1: accepted up to 50 km, and at most 20 km are looked at. */
const radiusKmMax = 20;
const radiusKmDefault = 5;
const Radius = queryDecimal('RadiusQuery', { minimum: 0.1, maximum: 50 });
const maxDistanceKmDefault = 10;
const MaxDistance = queryDecimal('MaxDistanceQuery', { minimum: 0.1, maximum: 50 });

/** Nobody walks to the hundredth station. */
const nearbyMax = 100;

const StationPage = pageOf('StationPage', StationItem);
const StationList = t.strict({ items: t.array(StationItem) }, 'StationList');

const microdegrees = (degrees: number): number => Math.round(degrees * 1_000_000);

const placeOf = (query: { readonly lat: number; readonly lng: number }): Place => ({
  latitude: microdegrees(query.lat),
  longitude: microdegrees(query.lng),
});

const rowPlace = (row: ShownStation): Place => ({
  latitude: row.latitude_microdegrees,
  longitude: row.longitude_microdegrees,
});

/** Rows as items, with what their slots offer, in the order of the rows. */
export const stationItems = async (
  tools: ReadTools,
  rows: readonly ShownStation[],
  from: Place | null,
): Promise<StationItem[]> => {
  const { minRentalBatteryPercent } = await settingsShown(tools);
  const serials = rows.map(({ station }) => station);
  const counts = await slotCountsOf(tools.database, serials, minRentalBatteryPercent);
  return rows.map((row) => {
    const distance = from === null ? null : distanceKm(from, rowPlace(row));
    return stationItem(row, { counts: counts.get(row.station), distanceKm: distance });
  });
};

/** Stations within a radius, the nearest first (P-053). */
const nearest = async (
  tools: ReadTools,
  from: Place,
  wanted: { readonly radiusKm: number; readonly status: string | undefined },
): Promise<StationItem[]> => {
  const { radiusKm, status } = wanted;
  const inBox = await rowsOf(tools, stationsIn(boxAround(from, radiusKm)));
  const near = inBox
    .filter((row) => status === undefined || statusOf(row) === status)
    .map((row) => ({ row, km: distanceKm(from, rowPlace(row)) }))
    .filter(({ km }) => km <= radiusKm)
    .sort((left, right) => left.km - right.km || (left.row.station < right.row.station ? -1 : 1))
    .slice(0, nearbyMax);
  return stationItems(
    tools,
    near.map(({ row }) => row),
    from,
  );
};

const NameCursor = cursorOf('NameCursor', t.strict({ name: t.string, station: t.string }));

const ListQuery = t.intersection([
  pageQuery(NameCursor),
  t.exact(
    t.partial({
      lat: Latitude,
      lng: Longitude,
      status: t.keyof({ ONLINE: null, OFFLINE: null }, 'PublicStationStatus'),
      search: t.string,
    }),
  ),
  t.strict({ max_distance: withDefault(MaxDistance, maxDistanceKmDefault) }),
]);

const listStations = (tools: ReadTools): Route =>
  route({
    operation: 'listStations',
    method: 'GET',
    path: '/api/stations',
    summary: 'Stations, by name or by distance',
    description:
      'With `lat` and `lng` those within `max_distance` km, the nearest first and in one page; ' +
      'otherwise all of them by name, page by page.',
    tag,
    minPosition: true,
    query: ListQuery,
    responses: { 200: StationPage },
    handler: async ({ query, minPosition }, answer) => {
      const shown = await upToDate(tools, models, minPosition);
      const { lat, lng, status, search, page_size: size, max_distance } = query;
      if (lat !== undefined && lng !== undefined) {
        const radiusKm = Math.min(max_distance, radiusKmMax);
        const items = await nearest(tools, placeOf({ lat, lng }), { radiusKm, status });
        return answer(200, { items, next_cursor: null }, shown);
      }
      const filter = { isForCustomers: true, status, search, after: query.cursor };
      const rows = await rowsOf(tools, stationsWhere(filter, size + 1));
      const { items, next_cursor } = pageFrom(rows, {
        size,
        cursor: NameCursor,
        placeOf: ({ name, station }) => ({ name, station }),
        itemOf: (row) => row,
      });
      return answer(200, { items: await stationItems(tools, items, null), next_cursor }, shown);
    },
  });

const listNearbyStations = (tools: ReadTools): Route =>
  route({
    operation: 'listNearbyStations',
    method: 'GET',
    path: '/api/stations/nearby',
    summary: 'Stations around a place, the nearest first',
    description: 'Accepts a radius of 0.1 to 50 km, of which at most 20 are looked at (STA-1).',
    tag,
    minPosition: true,
    query: t.strict({
      lat: Latitude,
      lng: Longitude,
      radius: withDefault(Radius, radiusKmDefault),
    }),
    responses: { 200: StationList },
    handler: async ({ query, minPosition }, answer) => {
      const shown = await upToDate(tools, models, minPosition);
      const radiusKm = Math.min(query.radius, radiusKmMax);
      const items = await nearest(tools, placeOf(query), { radiusKm, status: undefined });
      return answer(200, { items }, shown);
    },
  });

const readStation = (tools: ReadTools): Route =>
  route({
    operation: 'readStation',
    method: 'GET',
    path: '/api/stations/:serial',
    summary: 'One station with its slots, banks and discounts',
    tag,
    minPosition: true,
    params: t.strict({ serial: StationSerial }, 'StationPath'),
    query: t.exact(t.partial({ lat: Latitude, lng: Longitude })),
    responses: { 200: StationDetail },
    problems: ['station_not_found'],
    handler: async ({ params, query, now, minPosition }, answer) => {
      const shown = await upToDate(tools, [...models, 'package'], minPosition);
      const row = await rowOf(tools, stationBySerial(params.serial));
      if (row === null || !row.is_configured) return problem('station_not_found');
      const [slots, discounts, settings] = await Promise.all([
        rowsOf(tools, slotsOf([row.station])),
        rowsOf(tools, discountsAt(row.station, now)),
        settingsShown(tools),
      ]);
      const minBatteryPercent = settings.minRentalBatteryPercent;
      const { lat, lng } = query;
      const distance =
        lat === undefined || lng === undefined
          ? null
          : distanceKm(placeOf({ lat, lng }), rowPlace(row));
      const data = {
        ...stationItem(row, { counts: countsOf(slots, minBatteryPercent), distanceKm: distance }),
        slots: slots.map(slotItem(minBatteryPercent)),
        discounts: discounts.map(({ package_id, percent }) => ({ package_id, percent })),
      };
      return answer(200, data, shown);
    },
  });

const listFavouriteStations = (tools: ReadTools): Route =>
  route({
    operation: 'listFavouriteStations',
    method: 'GET',
    path: '/api/stations/favorites',
    summary: 'Own favourite stations',
    tag,
    minPosition: true,
    responses: { 200: StationList },
    handler: async ({ principal, minPosition }, answer) => {
      const shown = await upToDate(tools, [...models, 'favourite'], minPosition);
      const marks = await rowsOf(tools, favouritesOf(principal.id));
      const rows = await rowsOf(tools, stationsNamed(marks.map(({ station }) => station)));
      return answer(200, { items: await stationItems(tools, rows, null) }, shown);
    },
  });

export const stationReads = (tools: ReadTools): readonly Route[] => [
  listStations(tools),
  listNearbyStations(tools),
  listFavouriteStations(tools),
  readStation(tools),
];
