/** How late fees look in JSON. */

import * as t from 'io-ts';
import type { LateFeeCatalogue, LateFeeConfig } from '../domain/late-fee/index.js';
import { FeeType, PackageType, type RatePerMinute } from '../domain/pricing/index.js';
import { Bug } from '../domain/shared/assert.js';
import {
  integer,
  NonNegativeInteger,
  nullable,
  PositiveInteger,
  text,
} from '../domain/shared/codecs.js';
import { LateFeeConfigId } from '../domain/shared/ids.js';
import { paisa, zero } from '../domain/shared/money.js';
import { withDefault } from '../ports/http/default-type.js';
import { DescribedType } from '../ports/http/described-type.js';
import { MoneyText, moneyText } from '../ports/http/money-text.js';

const hundredthsPattern = /^(\d{1,3})(?:\.(\d{1,2}))?$/;

/** A multiplier with at most two decimals outside, whole hundredths inside: "2.5" is 250. */
const Multiplier = new DescribedType<number>(
  'Multiplier',
  {
    description: 'a number from 0 to 999.99 with at most two decimals',
    input: { type: ['string', 'number'], pattern: hundredthsPattern.source },
    output: { type: 'string', pattern: '^\\d+\\.\\d{2}$' },
  },
  {
    is: (input): input is number => NonNegativeInteger.is(input),
    parse: (input) => {
      if (typeof input !== 'string' && typeof input !== 'number') return null;
      const match = hundredthsPattern.exec(String(input));
      if (match === null) return null;
      const [, whole = '', places = ''] = match;
      return Number(whole) * 100 + Number(places.padEnd(2, '0'));
    },
    write: (hundredths) =>
      `${Math.floor(hundredths / 100)}.${String(hundredths % 100).padStart(2, '0')}`,
  },
);

const ratePattern = /^(\d{1,4})(?:\.(\d{1,6}))?$/;
const paisaPerRupee = 100;

/** Rupees a minute with up to six decimals, kept as an exact fraction (PKG-1). */
export const RateText = new DescribedType<RatePerMinute>(
  'RatePerMinuteText',
  {
    description: 'rupees a minute with at most six decimals',
    input: { type: ['string', 'number'], pattern: ratePattern.source },
    output: { type: 'string' },
  },
  {
    is: (input): input is RatePerMinute => typeof input === 'object' && input !== null,
    parse: (input) => {
      if (typeof input !== 'string' && typeof input !== 'number') return null;
      const match = ratePattern.exec(String(input));
      if (match === null) return null;
      const [, whole = '', places = ''] = match;
      const minutes = 10 ** places.length;
      return { price: paisa(Number(whole + places) * paisaPerRupee), minutes };
    },
    write: ({ price, minutes }) => String(price.minor / paisaPerRupee / minutes),
  },
);

const Amount = moneyText('LateFeeAmount', { minimum: zero });

/** Up to a leap year; more is a slip of the finger, and does not fit into read models. */
const GraceMinutes = integer('GraceMinutes', { minimum: 0, maximum: 527_040 });

const configFields = {
  name: text('LateFeeConfigName', { minLength: 1, maxLength: 100 }),
  fee_type: FeeType,
  grace_period_minutes: NonNegativeInteger,
  applicable_package_types: t.array(PackageType),
};

export const LateFeeConfigBody = t.strict(
  {
    ...configFields,
    multiplier: withDefault(Multiplier, 200),
    flat_rate_per_hour: withDefault(Amount, zero),
    grace_period_minutes: withDefault(GraceMinutes, 0),
    /** No limit when absent. */
    max_daily_rate: withDefault(nullable(Amount), null),
    applicable_package_types: withDefault(t.array(PackageType), []),
  },
  'LateFeeConfigBody',
);

export const LateFeeConfigAnswer = t.strict(
  {
    id: LateFeeConfigId,
    ...configFields,
    multiplier: Multiplier,
    flat_rate_per_hour: MoneyText,
    max_daily_rate: nullable(MoneyText),
    is_active: t.boolean,
  },
  'LateFeeConfig',
);

export const LateFeeCalculation = t.strict(
  {
    configuration_id: LateFeeConfigId,
    fee: MoneyText,
    overdue_minutes: NonNegativeInteger,
    effective_minutes: NonNegativeInteger,
    cap_periods: PositiveInteger,
    is_capped: t.boolean,
  },
  'LateFeeCalculation',
);

export const configOf = (body: t.TypeOf<typeof LateFeeConfigBody>): LateFeeConfig => ({
  name: body.name,
  feeType: body.fee_type,
  multiplierHundredths: body.multiplier,
  flatRatePerHour: body.flat_rate_per_hour,
  graceMinutes: body.grace_period_minutes,
  capPerDay: body.max_daily_rate,
  packageTypes: body.applicable_package_types,
});

/** One configuration of the catalogue, which has it. */
export const configAnswer = (
  { entries }: LateFeeCatalogue,
  configId: LateFeeConfigId,
): t.TypeOf<typeof LateFeeConfigAnswer> => {
  const entry = entries.get(configId);
  if (entry === undefined) throw new Bug(`no late-fee configuration ${configId}`);
  const { config, status } = entry;
  return {
    id: configId,
    name: config.name,
    fee_type: config.feeType,
    multiplier: config.multiplierHundredths,
    flat_rate_per_hour: config.flatRatePerHour,
    grace_period_minutes: config.graceMinutes,
    max_daily_rate: config.capPerDay,
    applicable_package_types: [...config.packageTypes],
    is_active: status === 'ACTIVE',
  };
};
