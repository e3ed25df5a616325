/** Packages on offer. */

import * as t from 'io-ts';
import { StationSerial } from '../domain/shared/ids.js';
import { type Route, route } from '../ports/http/route.js';
import { PackageOffer, packageOffer } from './package-shapes.js';
import { packagesWhere } from './queries/package.js';
import { discountsAt } from './queries/station.js';
import { type ReadTools, rowsOf, upToDate } from './reading.js';

const PackageList = t.strict({ items: t.array(PackageOffer) }, 'PackageList');

const listRentalPackages = (tools: ReadTools): Route =>
  route({
    operation: 'listRentalPackages',
    method: 'GET',
    path: '/api/rentals/packages',
    summary: 'Packages on offer, with the discounts of a station',
    description: 'A discount may be limited for each user; `calculate-options` knows for sure.',
    tag: 'Rentals',
    minPosition: true,
    query: t.exact(t.partial({ station_sn: StationSerial })),
    responses: { 200: PackageList },
    handler: async ({ query, now, minPosition }, answer) => {
      const shown = await upToDate(tools, ['package'], minPosition);
      const { station_sn: station } = query;
      const [rows, discounts] = await Promise.all([
        rowsOf(tools, packagesWhere({ isActive: true })),
        station === undefined ? [] : rowsOf(tools, discountsAt(station, now)),
      ]);
      const percents = new Map(discounts.map(({ package_id, percent }) => [package_id, percent]));
      const items = rows.map((row) => packageOffer(row, percents.get(row.package_id) ?? null));
      return answer(200, { items }, shown);
    },
  });

const listPaymentPackages = (tools: ReadTools): Route =>
  route({
    operation: 'listPaymentPackages',
    method: 'GET',
    path: '/api/payments/packages',
    summary: 'Packages on offer',
    tag: 'Payments',
    minPosition: true,
    responses: { 200: PackageList },
    handler: async ({ minPosition }, answer) => {
      const shown = await upToDate(tools, ['package'], minPosition);
      const rows = await rowsOf(tools, packagesWhere({ isActive: true }));
      return answer(200, { items: rows.map((row) => packageOffer(row, null)) }, shown);
    },
  });

export const rentalPackageReads = (tools: ReadTools): readonly Route[] => [
  listRentalPackages(tools),
  listPaymentPackages(tools),
];
