/** Packages, late fees and discounts as staff see them. */

import * as t from 'io-ts';
import { FeeType } from '../domain/pricing/index.js';
import { NonNegativeInteger, nullable, Percent, PositiveInteger } from '../domain/shared/codecs.js';
import { LateFeeConfigId, PackageId, StationSerial } from '../domain/shared/ids.js';
import { Instant } from '../domain/shared/instant.js';
import { paisa } from '../domain/shared/money.js';
import { problem } from '../ports/http/answer.js';
import { MoneyText } from '../ports/http/money-text.js';
import { cursorOf, pageFrom, pageOf, pageQuery } from '../ports/http/paging.js';
import { QueryBoolean } from '../ports/http/query-codecs.js';
import { type Route, route } from '../ports/http/route.js';
import type { RowOf } from '../projections/engine/table.js';
import type { configs } from '../projections/late-fee.js';
import { DiscountStatus, type discounts } from '../projections/package.js';
import { StaffPackage, staffPackage } from './package-shapes.js';
import { discountsWhere, lateFeeConfigsWhere, packagesWhere } from './queries/package.js';
import { type ReadTools, rowOf, rowsOf, upToDate } from './reading.js';

const StaffPackageList = t.strict({ items: t.array(StaffPackage) }, 'StaffPackageList');

const listPackagesForStaff = (tools: ReadTools): Route =>
  route({
    operation: 'listPackagesForStaff',
    method: 'GET',
    path: '/api/admin/rental-packages',
    summary: 'All packages, also those off the offer',
    tag: 'Staff: packages',
    minPosition: true,
    query: t.exact(t.partial({ is_active: QueryBoolean })),
    responses: { 200: StaffPackageList },
    handler: async ({ query, minPosition }, answer) => {
      const shown = await upToDate(tools, ['package'], minPosition);
      const rows = await rowsOf(tools, packagesWhere({ isActive: query.is_active }));
      return answer(200, { items: rows.map(staffPackage) }, shown);
    },
  });

const readPackageForStaff = (tools: ReadTools): Route =>
  route({
    operation: 'readPackageForStaff',
    method: 'GET',
    path: '/api/admin/rental-packages/:id',
    summary: 'One package',
    tag: 'Staff: packages',
    minPosition: true,
    params: t.strict({ id: PackageId }, 'PackagePath'),
    responses: { 200: StaffPackage },
    problems: ['package_not_found'],
    handler: async ({ params, minPosition }, answer) => {
      const shown = await upToDate(tools, ['package'], minPosition);
      const row = await rowOf(tools, packagesWhere({ packageId: params.id }));
      return row === null ? problem('package_not_found') : answer(200, staffPackage(row), shown);
    },
  });

const StaffLateFeeConfig = t.strict(
  {
    id: t.string,
    name: t.string,
    fee_type: FeeType,
    /** Two decimals: "2.00" is twice the rate. */
    multiplier: t.string,
    flat_rate_per_hour: MoneyText,
    grace_period_minutes: NonNegativeInteger,
    max_daily_rate: nullable(MoneyText),
    applicable_package_types: t.array(t.string),
    is_active: t.boolean,
  },
  'StaffLateFeeConfig',
);

const twoDecimals = (hundredths: number): string =>
  `${Math.floor(hundredths / 100)}.${String(hundredths % 100).padStart(2, '0')}`;

const configItem = (row: RowOf<typeof configs>): t.TypeOf<typeof StaffLateFeeConfig> => ({
  id: row.config_id,
  name: row.name,
  fee_type: row.fee_type,
  multiplier: twoDecimals(row.multiplier_hundredths),
  flat_rate_per_hour: paisa(row.flat_rate_per_hour_minor),
  grace_period_minutes: row.grace_minutes,
  max_daily_rate: row.cap_per_day_minor === null ? null : paisa(row.cap_per_day_minor),
  applicable_package_types: [...row.package_types],
  is_active: row.status === 'ACTIVE',
});

const ConfigList = t.strict({ items: t.array(StaffLateFeeConfig) }, 'LateFeeConfigList');

const listLateFeeConfigs = (tools: ReadTools): Route =>
  route({
    operation: 'listLateFeeConfigs',
    method: 'GET',
    path: '/api/admin/late-fee-configs',
    summary: 'Late-fee configurations, in force or not',
    tag: 'Staff: late fees',
    minPosition: true,
    responses: { 200: ConfigList },
    handler: async ({ minPosition }, answer) => {
      const shown = await upToDate(tools, ['late_fee'], minPosition);
      const rows = await rowsOf(tools, lateFeeConfigsWhere({}));
      return answer(200, { items: rows.map(configItem) }, shown);
    },
  });

const listActiveLateFeeConfigs = (tools: ReadTools): Route =>
  route({
    operation: 'listActiveLateFeeConfigs',
    method: 'GET',
    path: '/api/admin/late-fee-configs/active',
    summary: 'Late-fee configurations in force, at most one for a package type',
    tag: 'Staff: late fees',
    minPosition: true,
    responses: { 200: ConfigList },
    handler: async ({ minPosition }, answer) => {
      const shown = await upToDate(tools, ['late_fee'], minPosition);
      const rows = await rowsOf(tools, lateFeeConfigsWhere({ status: 'ACTIVE' }));
      return answer(200, { items: rows.map(configItem) }, shown);
    },
  });

const readLateFeeConfig = (tools: ReadTools): Route =>
  route({
    operation: 'readLateFeeConfig',
    method: 'GET',
    path: '/api/admin/late-fee-configs/:id',
    summary: 'One late-fee configuration',
    tag: 'Staff: late fees',
    minPosition: true,
    params: t.strict({ id: LateFeeConfigId }, 'LateFeeConfigPath'),
    responses: { 200: StaffLateFeeConfig },
    problems: ['late_fee_config_not_found'],
    handler: async ({ params, minPosition }, answer) => {
      const shown = await upToDate(tools, ['late_fee'], minPosition);
      const row = await rowOf(tools, lateFeeConfigsWhere({ configId: params.id }));
      if (row === null) return problem('late_fee_config_not_found');
      return answer(200, configItem(row), shown);
    },
  });

const StaffDiscount = t.strict(
  {
    id: t.string,
    station_id: t.string,
    package_id: t.string,
    discount_percent: Percent,
    max_total_uses: nullable(PositiveInteger),
    max_uses_per_user: PositiveInteger,
    used_count: NonNegativeInteger,
    valid_from: Instant,
    valid_until: Instant,
    status: DiscountStatus,
  },
  'StaffDiscount',
);

const discountItem = (row: RowOf<typeof discounts>): t.TypeOf<typeof StaffDiscount> => ({
  id: row.discount_id,
  station_id: row.station,
  package_id: row.package_id,
  discount_percent: row.percent,
  max_total_uses: row.max_total_uses,
  max_uses_per_user: row.max_uses_per_user,
  used_count: row.used_count,
  valid_from: row.valid_from,
  valid_until: row.valid_until,
  status: row.status,
});

const DiscountCursor = cursorOf('DiscountCursor', t.strict({ id: t.string }));

const DiscountQuery = t.intersection([
  pageQuery(DiscountCursor),
  t.exact(t.partial({ station_id: StationSerial, package_id: PackageId, status: DiscountStatus })),
]);

const DiscountPage = pageOf('DiscountPage', StaffDiscount);

const listDiscounts = (tools: ReadTools): Route =>
  route({
    operation: 'listDiscounts',
    method: 'GET',
    path: '/api/admin/discounts',
    summary: 'Discounts of stations on packages',
    tag: 'Staff: discounts',
    minPosition: true,
    query: DiscountQuery,
    responses: { 200: DiscountPage },
    handler: async ({ query, minPosition }, answer) => {
      const shown = await upToDate(tools, ['package'], minPosition);
      const size = query.page_size;
      const filter = {
        station: query.station_id,
        packageId: query.package_id,
        status: query.status,
        after: query.cursor?.id,
      };
      const page = pageFrom(await rowsOf(tools, discountsWhere(filter, size + 1)), {
        size,
        cursor: DiscountCursor,
        placeOf: ({ discount_id: id }) => ({ id }),
        itemOf: discountItem,
      });
      return answer(200, page, shown);
    },
  });

export const staffPricingReads = (tools: ReadTools): readonly Route[] => [
  listPackagesForStaff(tools),
  readPackageForStaff(tools),
  listLateFeeConfigs(tools),
  listActiveLateFeeConfigs(tools),
  readLateFeeConfig(tools),
  listDiscounts(tools),
];
