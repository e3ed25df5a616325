import test from 'ava';
import {
  activeConfigFor,
  type LateFeeConfig,
  type LateFeeEvent,
  lateFee,
  lateFeeTermsNow,
} from '../../domain/late-fee/index.js';
import type { PackageType } from '../../domain/pricing/index.js';
import { brandOrThrow } from '../../domain/shared/brand.js';
import { LateFeeConfigId } from '../../domain/shared/ids.js';
import { instant } from '../../domain/shared/instant.js';
import { rupees } from '../../domain/shared/money.js';
import { specOf } from '../support/decider-spec.js';

const spec = specOf(lateFee);
const at = instant('2026-03-01T10:00:00.000Z');
const id = (text: string) => brandOrThrow(LateFeeConfigId, text);

const config = (...packageTypes: readonly PackageType[]): LateFeeConfig => ({
  name: 'Hourly double rate',
  feeType: 'MULTIPLIER',
  multiplierHundredths: 200,
  flatRatePerHour: rupees('0'),
  graceMinutes: 2,
  capPerDay: rupees('100'),
  packageTypes,
});
const created = (name: string, details: LateFeeConfig): LateFeeEvent => ({
  type: 'LateFeeConfigCreated',
  data: { configId: id(name), config: details, at },
});
const changed = (name: string, details: LateFeeConfig): LateFeeEvent => ({
  type: 'LateFeeConfigChanged',
  data: { configId: id(name), config: details, at },
});
const activated = (name: string): LateFeeEvent => ({
  type: 'LateFeeConfigActivated',
  data: { configId: id(name), at },
});
const deactivated = (name: string): LateFeeEvent => ({
  type: 'LateFeeConfigDeactivated',
  data: { configId: id(name), at },
});
const deleted = (name: string): LateFeeEvent => ({
  type: 'LateFeeConfigDeleted',
  data: { configId: id(name), at },
});

const create = (name: string, details: LateFeeConfig) => ({
  type: 'CreateLateFeeConfig' as const,
  configId: id(name),
  config: details,
  at,
});
const change = (name: string, details: LateFeeConfig) => ({
  type: 'ChangeLateFeeConfig' as const,
  configId: id(name),
  config: details,
  at,
});
const activate = (name: string, deactivateOthers = false) => ({
  type: 'ActivateLateFeeConfig' as const,
  configId: id(name),
  deactivateOthers,
  at,
});
const remove = (name: string) => ({
  type: 'DeleteLateFeeConfig' as const,
  configId: id(name),
  at,
});

const hourlyActive = [created('hourly', config('HOURLY')), activated('hourly')];

test(
  'a configuration is created, inactive',
  spec
    .given()
    .when(create('hourly', config('HOURLY')))
    .thenOnce(created('hourly', config('HOURLY'))),
);
test(
  'an id names one configuration',
  spec
    .given(created('hourly', config('HOURLY')))
    .when(create('hourly', config('HOURLY', 'DAILY')))
    .refuses({ kind: 'IdReused', id: 'hourly', differing: ['packageTypes'] }),
);
test(
  'a negative amount is refused',
  spec
    .given()
    .when(create('hourly', { ...config(), capPerDay: rupees('-1') }))
    .refuses({ kind: 'AmountNegative', fields: ['capPerDay'] }),
);
test(
  'a configuration is activated',
  spec
    .given(created('hourly', config('HOURLY')))
    .when(activate('hourly'))
    .thenOnce(activated('hourly')),
);
test(
  'rules 2.11: a second active one for the same type is refused, naming the first',
  spec
    .given(...hourlyActive, created('all', config()))
    .when(activate('all'))
    .refuses({ kind: 'LateFeeConfigOverlaps', others: [id('hourly')] }),
);
test(
  'rules 2.11: the others make room in the same step',
  spec
    .given(...hourlyActive, created('all', config()))
    .when(activate('all', true))
    .thenOnce(deactivated('hourly'), activated('all')),
);
test(
  'one for another type is no obstacle',
  spec
    .given(...hourlyActive, created('daily', config('DAILY')))
    .when(activate('daily'))
    .thenOnce(activated('daily')),
);
test(
  'making room leaves those for other types alone',
  spec
    .given(
      ...hourlyActive,
      created('daily', config('DAILY')),
      activated('daily'),
      created('weekly', config('WEEKLY', 'DAILY')),
    )
    .when(activate('weekly', true))
    .thenOnce(deactivated('daily'), activated('weekly')),
);
test(
  'an inactive one changes freely',
  spec
    .given(...hourlyActive, created('daily', config('DAILY')))
    .when(change('daily', config()))
    .thenOnce(changed('daily', config())),
);
test(
  'an active one does not change into the way of another',
  spec
    .given(...hourlyActive, created('daily', config('DAILY')), activated('daily'))
    .when(change('daily', config('DAILY', 'HOURLY')))
    .refuses({ kind: 'LateFeeConfigOverlaps', others: [id('hourly')] }),
);
test(
  'a configuration is deactivated',
  spec
    .given(...hourlyActive)
    .when({ type: 'DeactivateLateFeeConfig', configId: id('hourly'), at })
    .thenOnce(deactivated('hourly')),
);
test(
  'rules 2.11: an active one is not deleted',
  spec
    .given(...hourlyActive)
    .when(remove('hourly'))
    .refuses({ kind: 'LateFeeConfigActive', configId: id('hourly') }),
);
test(
  'an inactive one is deleted',
  spec
    .given(...hourlyActive, deactivated('hourly'))
    .when(remove('hourly'))
    .thenOnce(deleted('hourly')),
);
test(
  'a deleted one is not activated',
  spec
    .given(created('hourly', config('HOURLY')), deleted('hourly'))
    .when(activate('hourly'))
    .refuses({ kind: 'LateFeeConfigUnknown', configId: id('hourly') }),
);

for (const command of [change('gone', config()), activate('gone'), remove('gone')]) {
  const refusal = { kind: 'LateFeeConfigUnknown', configId: id('gone') } as const;
  test(`${command.type} of an unknown one`, spec.given().when(command).refuses(refusal));
}

test('P-085: the active one for a package type is found', (t) => {
  const { state } = spec.given(...hourlyActive, created('daily', config('DAILY')));
  t.is(activeConfigFor(state, 'HOURLY')?.configId, id('hourly'));
  t.is(activeConfigFor(state, 'DAILY'), null);
});

test('LATE-4: terms come from the active one, or are twice the rate', (t) => {
  const { state } = spec.given(...hourlyActive);
  const termsFor = (packageType: PackageType) =>
    lateFeeTermsNow(state, { packageType, fallbackMultiplierHundredths: 200 });
  const { name: _, packageTypes: __, ...ofHourly } = config('HOURLY');
  t.deepEqual(termsFor('HOURLY'), { configId: id('hourly'), ...ofHourly });
  t.like(termsFor('DAILY'), { configId: null, graceMinutes: 0, capPerDay: null });
});
