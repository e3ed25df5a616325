import { configs } from '../../projections/late-fee.js';
import { discounts, packages } from '../../projections/package.js';
import { select, when } from './select.js';

/** Packages, the shortest first. */
export const packagesWhere = (filter: {
  readonly isActive?: boolean | undefined;
  readonly packageId?: string | undefined;
}) =>
  select('package', packages, {
    where: [when('is_active = ?', filter.isActive), when('package_id = ?', filter.packageId)],
    orderBy: 'duration_minutes, package_id',
  });

/** Late-fee configurations that are not deleted. */
export const lateFeeConfigsWhere = (filter: {
  readonly configId?: string | undefined;
  readonly status?: string | undefined;
}) =>
  select('late_fee', configs, {
    where: [
      ["status <> 'DELETED'"],
      when('config_id = ?', filter.configId),
      when('status = ?', filter.status),
    ],
    orderBy: 'created_at, config_id',
  });

export const discountsWhere = (
  filter: {
    readonly station?: string | undefined;
    readonly packageId?: string | undefined;
    readonly status?: string | undefined;
    readonly after?: string | undefined;
  },
  limit: number,
) =>
  select('package', discounts, {
    where: [
      when('station = ?', filter.station),
      when('package_id = ?', filter.packageId),
      when('status = ?', filter.status),
      when('discount_id > ?', filter.after),
    ],
    orderBy: 'discount_id',
    limit,
  });
