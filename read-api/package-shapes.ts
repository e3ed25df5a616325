import * as t from 'io-ts';
import { discountedPrice, PackageType, PaymentModel } from '../domain/pricing/index.js';
import { nullable, Percent, PositiveInteger } from '../domain/shared/codecs.js';
import { paisa } from '../domain/shared/money.js';
import { MoneyText } from '../ports/http/money-text.js';
import type { RowOf } from '../projections/engine/table.js';
import type { packages } from '../projections/package.js';

export type PackageRow = RowOf<typeof packages>;

const packageFields = {
  id: t.string,
  name: t.string,
  description: t.string,
  duration_minutes: PositiveInteger,
  price: MoneyText,
  package_type: PackageType,
  payment_model: PaymentModel,
};

/** A package on offer; with a discount where a station is named that gives one. */
export const PackageOffer = t.strict(
  { ...packageFields, discount_percent: nullable(Percent), discounted_price: MoneyText },
  'PackageOffer',
);

export const StaffPackage = t.strict(
  { ...packageFields, is_active: t.boolean },
  'StaffRentalPackage',
);

const fieldsOf = (row: PackageRow) => ({
  id: row.package_id,
  name: row.name,
  description: row.description,
  duration_minutes: row.duration_minutes,
  price: paisa(row.price_minor),
  package_type: row.package_type,
  payment_model: row.payment_model,
});

/** The price by the function that prices a start (START-15). */
export const packageOffer = (
  row: PackageRow,
  percent: number | null,
): t.TypeOf<typeof PackageOffer> => ({
  ...fieldsOf(row),
  discount_percent: percent,
  discounted_price: discountedPrice(paisa(row.price_minor), percent ?? 0),
});

export const staffPackage = (row: PackageRow): t.TypeOf<typeof StaffPackage> => ({
  ...fieldsOf(row),
  is_active: row.is_active,
});
