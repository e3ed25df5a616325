import type { LateFeeConfig } from '../domain/late-fee/index.js';
import { FeeType } from '../domain/pricing/index.js';
import { oneOf } from '../domain/shared/codecs.js';
import type { Sql } from '../ports/database.js';
import { instant, maybe, minor, position, small, text, texts, word } from './engine/columns.js';
import { defineProjection, following } from './engine/define.js';
import type { Handlers, LoggedIn } from './engine/projection.js';
import { loadRows, type Rows } from './engine/rows.js';
import { defineTable, type RowOf } from './engine/table.js';

export const LateFeeConfigStatus = oneOf('LateFeeConfigStatus', ['ACTIVE', 'INACTIVE', 'DELETED']);

/** Late-fee configurations. Deleted ones stay, because rentals cite them (P-030). */
export const configs = defineTable({
  name: 'configs',
  columns: {
    config_id: text,
    name: text,
    fee_type: word(FeeType),
    multiplier_hundredths: small,
    flat_rate_per_hour_minor: minor,
    grace_minutes: small,
    cap_per_day_minor: maybe(minor),
    /** Empty is all of them. */
    package_types: texts,
    status: word(LateFeeConfigStatus),
    catalogue: text,
    created_at: instant,
    updated_at: instant,
    position,
  },
  key: ['config_id'],
  indexes: ['CREATE INDEX configs_of_catalogue ON configs (catalogue)'],
});

type Config = RowOf<typeof configs>;
type Context = Readonly<{ configs: Rows<Config> }>;

/** All configurations share one stream, so its name opens all of them. */
const open = async (sql: Sql, catalogues: readonly string[]): Promise<Context> => ({
  configs: await loadRows(sql, configs, 'catalogue', catalogues),
});

const columnsOf = (config: LateFeeConfig) => ({
  name: config.name,
  fee_type: config.feeType,
  multiplier_hundredths: config.multiplierHundredths,
  flat_rate_per_hour_minor: config.flatRatePerHour.minor,
  grace_minutes: config.graceMinutes,
  cap_per_day_minor: config.capPerDay?.minor ?? null,
  package_types: config.packageTypes,
});

const change = (
  { configs: rows }: Context,
  { event, position: here }: LoggedIn<'latefee'>,
  changes: Partial<Config>,
): void => {
  const { configId, at } = event.data;
  rows.update([configId], { ...changes, updated_at: at, position: here });
};

const handlers: Handlers<'latefee', Context> = {
  LateFeeConfigCreated: ({ configs: rows }, { configId, config, at }, logged) =>
    rows.put({
      ...columnsOf(config),
      config_id: configId,
      status: 'INACTIVE',
      catalogue: logged.streamId,
      created_at: at,
      updated_at: at,
      position: logged.position,
    }),
  LateFeeConfigChanged: (context, { config }, logged) => change(context, logged, columnsOf(config)),
  LateFeeConfigActivated: (context, _data, logged) => change(context, logged, { status: 'ACTIVE' }),
  LateFeeConfigDeactivated: (context, _data, logged) =>
    change(context, logged, { status: 'INACTIVE' }),
  LateFeeConfigDeleted: (context, _data, logged) => change(context, logged, { status: 'DELETED' }),
};

/** Late-fee configurations for staff; what a rental is charged by is in its own terms. */
export const lateFee = defineProjection({
  name: 'late_fee',
  version: 1,
  tables: [configs],
  parts: [following('latefee', { open, handlers })],
});
