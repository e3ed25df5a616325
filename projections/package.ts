import type { DiscountOffer } from '../domain/discount/index.js';
import { PackageType, PaymentModel } from '../domain/pricing/index.js';
import type { PackageDetails } from '../domain/rental-package/index.js';
import { oneOf } from '../domain/shared/codecs.js';
import type { Sql } from '../ports/database.js';
import {
  count,
  flag,
  instant,
  maybe,
  minor,
  position,
  small,
  text,
  word,
} from './engine/columns.js';
import { defineProjection, following } from './engine/define.js';
import type { Handlers, LoggedIn } from './engine/projection.js';
import { appendRows, loadRows, type Rows } from './engine/rows.js';
import { defineTable, type RowOf } from './engine/table.js';

export const packages = defineTable({
  name: 'packages',
  columns: {
    package_id: text,
    name: text,
    description: text,
    duration_minutes: small,
    price_minor: minor,
    package_type: word(PackageType),
    payment_model: word(PaymentModel),
    is_active: flag,
    created_at: instant,
    updated_at: instant,
    position,
  },
  key: ['package_id'],
});

export const DiscountStatus = oneOf('DiscountStatus', ['ACTIVE', 'INACTIVE', 'EXPIRED']);

/** One discount for each pair of station and package (rules 2.12). */
export const discounts = defineTable({
  name: 'discounts',
  columns: {
    discount_id: text,
    station: text,
    package_id: text,
    percent: small,
    max_total_uses: maybe(count),
    max_uses_per_user: count,
    used_count: count,
    valid_from: instant,
    /** Exclusive. */
    valid_until: instant,
    status: word(DiscountStatus),
    offered_at: instant,
    updated_at: instant,
    position,
  },
  key: ['discount_id'],
  indexes: ['CREATE INDEX discounts_of_station ON discounts (station, package_id)'],
});

/** Who used a discount for which rental (P-088); what is left for a user is counted here. */
export const discountUses = defineTable({
  name: 'discount_uses',
  columns: { discount_id: text, rental_id: text, user_id: text, at: instant, position },
  key: ['discount_id', 'rental_id'],
  indexes: ['CREATE INDEX discount_uses_of_user ON discount_uses (user_id, discount_id)'],
});

type PackageContext = Readonly<{ packages: Rows<RowOf<typeof packages>> }>;

const openPackages = async (sql: Sql, ids: readonly string[]): Promise<PackageContext> => ({
  packages: await loadRows(sql, packages, 'package_id', ids),
});

const columnsOfPackage = (details: PackageDetails) => ({
  name: details.name,
  description: details.description,
  duration_minutes: details.durationMinutes,
  price_minor: details.price.minor,
  package_type: details.packageType,
  payment_model: details.paymentModel,
});

const packageHandlers: Handlers<'package', PackageContext> = {
  PackageCreated: ({ packages: rows }, { packageId, details, at }, { position: here }) =>
    rows.put({
      ...columnsOfPackage(details),
      package_id: packageId,
      is_active: true,
      created_at: at,
      updated_at: at,
      position: here,
    }),
  PackageChanged: ({ packages: rows }, { details, at }, { streamId, position: here }) =>
    rows.update([streamId], { ...columnsOfPackage(details), updated_at: at, position: here }),
  PackageActivated: ({ packages: rows }, { at }, { streamId, position: here }) =>
    rows.update([streamId], { is_active: true, updated_at: at, position: here }),
  PackageDeactivated: ({ packages: rows }, { at }, { streamId, position: here }) =>
    rows.update([streamId], { is_active: false, updated_at: at, position: here }),
};

type Discount = RowOf<typeof discounts>;
type DiscountContext = Readonly<{
  discounts: Rows<Discount>;
  uses: Rows<RowOf<typeof discountUses>>;
}>;

const openDiscounts = async (sql: Sql, ids: readonly string[]): Promise<DiscountContext> => ({
  discounts: await loadRows(sql, discounts, 'discount_id', ids),
  uses: appendRows(sql, discountUses),
});

const columnsOfOffer = (offer: DiscountOffer) => ({
  station: offer.station,
  package_id: offer.packageId,
  percent: offer.percent,
  max_total_uses: offer.maxTotalUses,
  max_uses_per_user: offer.maxUsesPerUser,
  valid_from: offer.validFrom,
  valid_until: offer.validUntil,
});

const changeDiscount = (
  { discounts: rows }: DiscountContext,
  { streamId, position: here }: LoggedIn<'discount'>,
  changes: Partial<Discount>,
): void => rows.update([streamId], { ...changes, position: here });

const discountHandlers: Handlers<'discount', DiscountContext> = {
  DiscountOffered: ({ discounts: rows }, { discountId, offer, at }, { position: here }) =>
    rows.put({
      ...columnsOfOffer(offer),
      discount_id: discountId,
      used_count: 0,
      status: 'ACTIVE',
      offered_at: at,
      updated_at: at,
      position: here,
    }),
  DiscountChanged: (context, { offer, at }, logged) =>
    changeDiscount(context, logged, { ...columnsOfOffer(offer), updated_at: at }),
  DiscountActivated: (context, { at }, logged) =>
    changeDiscount(context, logged, { status: 'ACTIVE', updated_at: at }),
  DiscountDeactivated: (context, { at }, logged) =>
    changeDiscount(context, logged, { status: 'INACTIVE', updated_at: at }),
  DiscountExpired: (context, { at }, logged) =>
    changeDiscount(context, logged, { status: 'EXPIRED', updated_at: at }),
  DiscountUsed: (context, { rentalId, userId, at }, logged) => {
    const { streamId, position: here } = logged;
    const use = { discount_id: streamId, rental_id: rentalId, user_id: userId };
    context.uses.put({ ...use, at, position: here });
    const usedCount = (context.discounts.get(streamId)?.used_count ?? 0) + 1;
    changeDiscount(context, logged, { used_count: usedCount, updated_at: at });
  },
};

/** Packages, and the discounts on them at single stations. */
export const rentalPackage = defineProjection({
  name: 'package',
  version: 1,
  tables: [packages, discounts, discountUses],
  parts: [
    following('package', { open: openPackages, handlers: packageHandlers }),
    following('discount', { open: openDiscounts, handlers: discountHandlers }),
  ],
  checks: [
    {
      claim: 'a discount was used as often as rentals used it (P-088)',
      violations: `SELECT count(*) AS violations FROM discounts d WHERE used_count <>
        (SELECT count(*) FROM discount_uses u WHERE u.discount_id = d.discount_id)`,
    },
  ],
});
