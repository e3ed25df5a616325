/**
 * Stations of the demo network, with the banks that their simulated cabinets begin with (rules 7).
 *
 * Family A knows a bank by a decimal number of 32 bits, so `PB001`, `PB002` … of the network's
 * lists are 50000001, 50000002 … here: the number on the label plus fifty million.
 */

import { brandOrThrow } from '../../domain/shared/brand.js';
import { Imei, PowerBankSerial, StationSerial } from '../../domain/shared/ids.js';
import type { StationDetails } from '../../domain/station/details.js';

export interface SeedBank {
  readonly slot: number;
  readonly serial: PowerBankSerial;
  readonly batteryPercent: number;
}

export interface SeedStation {
  readonly serial: StationSerial;
  readonly imei: Imei;
  readonly details: StationDetails;
  readonly banks: readonly SeedBank[];
}

const firstLabelNumber = 50_000_000;

/** The number that cabinets report for the bank with this label number. */
export const bankSerial = (label: number): PowerBankSerial =>
  brandOrThrow(PowerBankSerial, String(firstLabelNumber + label));

interface Row {
  readonly serial: string;
  readonly imei: string;
  readonly name: string;
  /** Latitude and longitude in degrees, as maps write them. */
  readonly at: readonly [string, string];
  readonly address: string;
  readonly landmark: string;
  readonly slots: number;
  /** Opening and closing time; round the clock when absent. */
  readonly hours?: readonly [string, string];
  readonly amenities?: readonly string[];
  /** Label number of the bank in slot 1; the following slots hold the following numbers. */
  readonly firstBank: number;
  readonly batteries: readonly number[];
}

/** Whole microdegrees from text, without a detour through fractions of a binary number. */
export const microdegrees = (text: string): number => {
  const [whole = '', places = ''] = text.split('.');
  return Number(`${whole}${places.padEnd(6, '0')}`);
};

const stationOf = (row: Row): SeedStation => ({
  serial: brandOrThrow(StationSerial, row.serial),
  imei: brandOrThrow(Imei, row.imei),
  details: {
    name: row.name,
    latitudeMicrodegrees: microdegrees(row.at[0]),
    longitudeMicrodegrees: microdegrees(row.at[1]),
    address: row.address,
    landmark: row.landmark,
    totalSlots: row.slots,
    openingTime: row.hours?.[0] ?? null,
    closingTime: row.hours?.[1] ?? null,
    model: `PT-${row.slots}S`,
    amenities: row.amenities ?? [],
    configured: true,
  },
  banks: row.batteries.map((batteryPercent, index) => ({
    slot: index + 1,
    serial: bankSerial(row.firstBank + index),
    batteryPercent,
  })),
});

const rows: readonly Row[] = [
  {
    serial: 'KTM001',
    imei: '123456789012345',
    name: 'Kathmandu Mall Station',
    at: ['27.717245', '85.323960'],
    address: 'Kathmandu Mall, New Baneshwor, Kathmandu',
    landmark: 'near the main entrance',
    slots: 8,
    hours: ['09:00', '21:00'],
    amenities: ['WiFi', 'Parking', '24/7 Access'],
    firstBank: 1,
    batteries: [95, 88, 90, 85],
  },
  {
    serial: 'PKR001',
    imei: '123456789012346',
    name: 'Pokhara Airport Station',
    at: ['28.200896', '83.982056'],
    address: 'Pokhara Regional International Airport',
    landmark: 'terminal, level 1',
    slots: 6,
    hours: ['06:00', '23:00'],
    amenities: ['WiFi', 'Parking', '24/7 Access'],
    firstBank: 5,
    batteries: [92, 88, 95, 82],
  },
  {
    serial: 'CTW001',
    imei: '123456789012347',
    name: 'Chitwan Mall Station',
    at: ['27.700769', '84.429359'],
    address: 'Chitwan Mall, Bharatpur',
    landmark: 'near the food court',
    slots: 4,
    hours: ['10:00', '22:00'],
    firstBank: 9,
    batteries: [90, 85, 93, 88],
  },
  {
    serial: 'LTP001',
    imei: '123456789012348',
    name: 'Lalitpur Tech Hub Station',
    at: ['27.678418', '85.316660'],
    address: 'Tech Hub, Lalitpur',
    landmark: 'near the IT companies',
    slots: 6,
    hours: ['08:00', '20:00'],
    firstBank: 13,
    batteries: [95, 92, 87, 90],
  },
  {
    serial: 'THM001',
    imei: '123456789012349',
    name: 'Thamel Square Station',
    at: ['27.715200', '85.312300'],
    address: 'Thamel Marg, Kathmandu',
    landmark: 'beside the trekking shops',
    slots: 8,
    amenities: ['WiFi', '24/7 Access'],
    firstBank: 17,
    batteries: [98, 76, 64, 91, 83],
  },
  {
    serial: 'PTN001',
    imei: '123456789012350',
    name: 'Patan Durbar Station',
    at: ['27.673300', '85.325000'],
    address: 'Mangal Bazar, Patan',
    landmark: 'north of the palace square',
    slots: 6,
    hours: ['07:00', '21:00'],
    firstBank: 22,
    batteries: [89, 94, 58],
  },
  {
    serial: 'BDH001',
    imei: '123456789012351',
    name: 'Boudha Gate Station',
    at: ['27.721400', '85.361900'],
    address: 'Boudha Road, Kathmandu',
    landmark: 'at the stupa gate',
    slots: 6,
    hours: ['06:00', '22:00'],
    firstBank: 25,
    batteries: [97, 81, 15, 72],
  },
  {
    serial: 'BKT001',
    imei: '123456789012352',
    name: 'Bhaktapur Bus Park Station',
    at: ['27.672000', '85.427900'],
    address: 'Kamalbinayak, Bhaktapur',
    landmark: 'at the ticket counter',
    slots: 4,
    firstBank: 29,
    batteries: [86, 93],
  },
];

export const seedStations: readonly SeedStation[] = rows.map(stationOf);
