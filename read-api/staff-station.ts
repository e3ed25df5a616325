/** Stations and power banks as staff see them. */

import * as t from 'io-ts';
import { NonNegativeInteger, nullable, Percent, PositiveInteger } from '../domain/shared/codecs.js';
import { StationSerial } from '../domain/shared/ids.js';
import { Instant } from '../domain/shared/instant.js';
import { problem } from '../ports/http/answer.js';
import { cursorOf, pageFrom, pageOf, pageQuery } from '../ports/http/paging.js';
import { queryInteger } from '../ports/http/query-codecs.js';
import { type Route, route } from '../ports/http/route.js';
import type { RowOf } from '../projections/engine/table.js';
import { type banks, PlaceWord, PowerBankStatusWord } from '../projections/power-bank.js';
import {
  banksWhere,
  slotCountsOf,
  slotsOf,
  stationBySerial,
  stationsWhere,
} from './queries/station.js';
import { type ReadTools, rowOf, rowsOf, settingsShown, upToDate } from './reading.js';
import {
  countsOf,
  StaffStation,
  StaffStationDetail,
  StationStatusWord,
  slotItem,
  staffStation,
} from './station-shapes.js';

const tag = 'Staff: stations';
const models = ['station', 'settings'];

const NameCursor = cursorOf('NameCursor', t.strict({ name: t.string, station: t.string }));

const ListQuery = t.intersection([
  pageQuery(NameCursor),
  t.exact(t.partial({ status: StationStatusWord, search: t.string })),
]);

const StaffStationPage = pageOf('StaffStationPage', StaffStation);

const listStationsForStaff = (tools: ReadTools): Route =>
  route({
    operation: 'listStationsForStaff',
    method: 'GET',
    path: '/api/admin/stations',
    summary: 'All stations by name, also those that customers do not see yet',
    tag,
    minPosition: true,
    query: ListQuery,
    responses: { 200: StaffStationPage },
    handler: async ({ query, minPosition }, answer) => {
      const shown = await upToDate(tools, models, minPosition);
      const { status, search, page_size: size, cursor: after } = query;
      const statement = stationsWhere({ isForCustomers: false, status, search, after }, size + 1);
      const rows = await rowsOf(tools, statement);
      const { minRentalBatteryPercent } = await settingsShown(tools);
      const serials = rows.map(({ station }) => station);
      const counts = await slotCountsOf(tools.database, serials, minRentalBatteryPercent);
      const page = pageFrom(rows, {
        size,
        cursor: NameCursor,
        placeOf: ({ name, station }) => ({ name, station }),
        itemOf: (row) => staffStation(row, { counts: counts.get(row.station), distanceKm: null }),
      });
      return answer(200, page, shown);
    },
  });

const readStationForStaff = (tools: ReadTools): Route =>
  route({
    operation: 'readStationForStaff',
    method: 'GET',
    path: '/api/admin/stations/:serial',
    summary: 'One station with its slots',
    tag,
    minPosition: true,
    params: t.strict({ serial: StationSerial }, 'StationPath'),
    responses: { 200: StaffStationDetail },
    problems: ['station_not_found'],
    handler: async ({ params, minPosition }, answer) => {
      const shown = await upToDate(tools, models, minPosition);
      const row = await rowOf(tools, stationBySerial(params.serial));
      if (row === null) return problem('station_not_found');
      const [slots, settings] = await Promise.all([
        rowsOf(tools, slotsOf([row.station])),
        settingsShown(tools),
      ]);
      const minBatteryPercent = settings.minRentalBatteryPercent;
      const data = {
        ...staffStation(row, { counts: countsOf(slots, minBatteryPercent), distanceKm: null }),
        slots: slots.map(slotItem(minBatteryPercent)),
      };
      return answer(200, data, shown);
    },
  });

const PowerBank = t.strict(
  {
    serial_number: t.string,
    model: nullable(t.string),
    capacity_mah: nullable(PositiveInteger),
    status: PowerBankStatusWord,
    place: PlaceWord,
    station_sn: nullable(t.string),
    slot: nullable(PositiveInteger),
    rental_id: nullable(t.string),
    battery_level: nullable(Percent),
    rentals_count: NonNegativeInteger,
    last_change_at: Instant,
  },
  'PowerBank',
);

const powerBankItem = (row: RowOf<typeof banks>): t.TypeOf<typeof PowerBank> => ({
  serial_number: row.power_bank,
  model: row.model,
  capacity_mah: row.capacity_mah,
  status: row.status,
  place: row.place,
  station_sn: row.station,
  slot: row.slot,
  rental_id: row.rental_id,
  battery_level: row.battery_percent,
  rentals_count: row.rentals_count,
  last_change_at: row.updated_at,
});

const SerialCursor = cursorOf('SerialCursor', t.strict({ serial: t.string }));
const BatteryQuery = queryInteger('BatteryQuery', { minimum: 0, maximum: 100 });

const BankQuery = t.intersection([
  pageQuery(SerialCursor),
  t.exact(
    t.partial({
      status: PowerBankStatusWord,
      station_id: StationSerial,
      min_battery: BatteryQuery,
      max_battery: BatteryQuery,
    }),
  ),
]);

const PowerBankPage = pageOf('PowerBankPage', PowerBank);

const listPowerBanks = (tools: ReadTools): Route =>
  route({
    operation: 'listPowerBanks',
    method: 'GET',
    path: '/api/admin/powerbanks',
    summary: 'Power banks and where they are',
    tag: 'Staff: power banks',
    minPosition: true,
    query: BankQuery,
    responses: { 200: PowerBankPage },
    handler: async ({ query, minPosition }, answer) => {
      const shown = await upToDate(tools, ['power_bank'], minPosition);
      const size = query.page_size;
      const filter = {
        status: query.status,
        station: query.station_id,
        minBattery: query.min_battery,
        maxBattery: query.max_battery,
        after: query.cursor?.serial,
      };
      const page = pageFrom(await rowsOf(tools, banksWhere(filter, size + 1)), {
        size,
        cursor: SerialCursor,
        placeOf: ({ power_bank: serial }) => ({ serial }),
        itemOf: powerBankItem,
      });
      return answer(200, page, shown);
    },
  });

export const staffStationReads = (tools: ReadTools): readonly Route[] => [
  listStationsForStaff(tools),
  readStationForStaff(tools),
  listPowerBanks(tools),
];
