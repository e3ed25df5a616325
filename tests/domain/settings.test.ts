import test from 'ava';
import * as E from 'fp-ts/lib/Either.js';
import {
  type Presentation,
  readSettings,
  rowOfKey,
  type SettingsEvent,
  settingRows,
  settings,
} from '../../domain/settings/index.js';
import { instant } from '../../domain/shared/instant.js';
import { rupees } from '../../domain/shared/money.js';
import { specOf } from '../support/decider-spec.js';

const at = instant('2026-03-01T10:00:00.000Z');
const spec = specOf(settings);

const changed = (key: string, value: string): SettingsEvent => ({
  type: 'SettingChanged',
  data: { key, value, at },
});
const change = (key: string, value: string) => ({ type: 'ChangeSetting' as const, key, value, at });
const seeded = settingRows.map(({ key, initial }) => changed(key, initial));
const without = (...keys: readonly string[]) =>
  seeded.filter(({ data }) => !keys.includes(data.key));

test(
  'staff change a setting',
  spec
    .given(...seeded)
    .when(change('POINTS_TIMELY_RETURN', '60'))
    .thenOnce(changed('POINTS_TIMELY_RETURN', '60')),
);

test(
  'the value that is already set changes nothing',
  spec
    .given(...seeded)
    .when(change('POINTS_TIMELY_RETURN', '50'))
    .nothing(),
);

test(
  'a key outside of the table is refused',
  spec.given().when(change('POINTS_FOR_NOTHING', '1')).refuses({
    kind: 'SettingUnknown',
    key: 'POINTS_FOR_NOTHING',
  }),
);

// One value that each kind of setting must not take; `expects` is what staff is told.
const invalid: readonly (readonly [string, string, string])[] = [
  ['EJECT_ANSWER_TIMEOUT_SECONDS', '0', 'whole seconds from 1 to 300'],
  ['EJECT_ANSWER_TIMEOUT_SECONDS', '15.5', 'whole seconds from 1 to 300'],
  ['EJECT_ANSWER_TIMEOUT_SECONDS', '-15', 'whole seconds from 1 to 300'],
  ['EJECT_ANSWER_TIMEOUT_SECONDS', '', 'whole seconds from 1 to 300'],
  ['MIN_RENTAL_BATTERY', '101', 'whole percent from 0 to 100'],
  ['PLATFORM_VAT_PERCENT', '13.125', 'percent from 0 to 100, at most two decimals'],
  ['PLATFORM_VAT_PERCENT', '100.01', 'percent from 0 to 100, at most two decimals'],
  ['LATE_FEE_FALLBACK_MULTIPLIER', '2,0', 'times from 0 to 1000, at most two decimals'],
  ['LOST_POWERBANK_PENALTY', '-1', 'an amount in rupees from 0 to 1000000'],
  ['LOST_POWERBANK_PENALTY', '5e3', 'an amount in rupees from 0 to 1000000'],
  ['WITHDRAWAL_ENABLED', 'yes', 'true or false'],
  ['POINTS_PER_NPR', '3', 'points for one rupee: 1, 2, 4, 5, 10, 20, 25, 50 or 100'],
];

for (const [key, value, expects] of invalid) {
  test(
    `${key} does not take '${value}'`,
    spec
      .given(...seeded)
      .when(change(key, value))
      .refuses({
        kind: 'SettingInvalid',
        key,
        value,
        expects,
      }),
  );
}

test(
  'seeding writes every key of an empty stream',
  spec
    .given()
    .when({ type: 'SeedSettings', at })
    .thenOnce(...seeded),
);

test(
  'seeding a running network writes only what was never set',
  spec
    .given(...without('MAX_RENTAL_EXTENSIONS'), changed('POINTS_KYC', '0'))
    .when({ type: 'SeedSettings', at })
    .then(changed('MAX_RENTAL_EXTENSIONS', '3')),
);

const optional = 'NEED_RENTALS_KYC_VERIFIED';
const presented = (key: string, words: Partial<Presentation>): SettingsEvent => {
  const row = rowOfKey(key);
  const usual = { isActive: true, isPublic: row?.isPublic === true };
  const description = row?.description ?? '';
  return { type: 'SettingPresented', data: { key, ...usual, description, ...words, at } };
};
const removed = (key: string): SettingsEvent => ({ type: 'SettingRemoved', data: { key, at } });
const isKycNeeded = (...history: readonly SettingsEvent[]): boolean | null => {
  const read = readSettings(spec.given(...history).state);
  return E.isRight(read) ? read.right.needRentalsKycVerified : null;
};

test(
  'staff say how a setting is shown, and change its value with the same wish',
  spec
    .given(...seeded)
    .when({ ...change('POINTS_KYC', '40'), presentation: { isPublic: true } })
    .thenOnce(changed('POINTS_KYC', '40'), presented('POINTS_KYC', { isPublic: true })),
);

test(
  'a setting without a safe value cannot be made inactive',
  spec
    .given(...seeded)
    .when({ ...change('POINTS_KYC', '40'), presentation: { isActive: false } })
    .refuses({ kind: 'SettingRequired', key: 'POINTS_KYC' }),
);

test(
  'nor can it be removed',
  spec
    .given(...seeded)
    .when({ type: 'RemoveSetting', key: 'POINTS_KYC', at })
    .refuses({ kind: 'SettingRequired', key: 'POINTS_KYC' }),
);

test(
  'a setting with a safe value is removed',
  spec
    .given(...seeded)
    .when({ type: 'RemoveSetting', key: optional, at })
    .thenOnce(removed(optional)),
);

test(
  'a seed does not bring back what staff removed',
  spec
    .given(...seeded, removed(optional))
    .when({ type: 'SeedSettings', at })
    .nothing(),
);

test(
  'a key that has a value is not added again',
  spec
    .given(...seeded)
    .when({ ...change(optional, 'true'), type: 'AddSetting' })
    .refuses({ kind: 'SettingExists', key: optional }),
);

test(
  'a removed key is added again',
  spec
    .given(...seeded, removed(optional))
    .when({ ...change(optional, 'false'), type: 'AddSetting' })
    .then(changed(optional, 'false')),
);

test(
  'an unknown key is not removed',
  spec
    .given()
    .when({ type: 'RemoveSetting', key: 'NO_SUCH_KEY', at })
    .refuses({ kind: 'SettingUnknown', key: 'NO_SUCH_KEY' }),
);

test('an inactive setting counts as never set, until it is active again', (t) => {
  const off = [...seeded, presented(optional, { isActive: false })];
  t.false(isKycNeeded(...seeded));
  t.true(isKycNeeded(...off));
  t.false(isKycNeeded(...off, presented(optional, {})));
  t.true(isKycNeeded(...seeded, removed(optional)));
});

test('every initial value fits its own setting, and no key is there twice', (t) => {
  for (const { key, initial, value } of settingRows) {
    t.is(value.decode(initial)._tag, 'Right', `${key} takes ${initial}`);
  }
  t.is(new Set(settingRows.map(({ key }) => key)).size, settingRows.length);
});

test('P-017: seeded settings are the initial values of the rules, typed', (t) => {
  const read = readSettings(spec.given(...seeded).state);
  if (E.isLeft(read)) return t.fail(read.left.missing.join());
  t.like(read.right, {
    pointsPerNpr: 10,
    freeCancellationMinutes: 5,
    swapWindowMinutes: 5,
    maxRentalExtensions: 3,
    postpaidMinimumBalance: rupees('50'),
    needRentalsProfileComplete: false,
    needRentalsKycVerified: false,
    lostPowerBankPenalty: rupees('5000'),
    minRentalBatteryPercent: 20,
    platformVatPercentHundredths: 1_300,
    platformServiceChargePercentHundredths: 250,
    withdrawalEnabled: true,
    withdrawalFeePercentHundredths: 200,
    lateFeeFallbackMultiplierHundredths: 200,
    ejectAnswerTimeoutSeconds: 15,
    holdTtlMinutes: 120,
    presenceTimeoutMinutes: 23,
  });
});

test('the last change of a key counts', (t) => {
  const read = readSettings(
    spec.given(...seeded, changed('POINTS_KYC', '31'), changed('POINTS_KYC', '32')).state,
  );
  t.like(read, { _tag: 'Right', right: { kycPoints: 32 } });
});

test('missing prerequisites of renting count as required (rules 3.1)', (t) => {
  const history = without('NEED_RENTALS_PROFILE_COMPLETE', 'NEED_RENTALS_KYC_VERIFIED');
  t.like(readSettings(spec.given(...history).state), {
    _tag: 'Right',
    right: { needRentalsProfileComplete: true, needRentalsKycVerified: true },
  });
});

test('any other missing key is named instead of guessed', (t) => {
  const history = without('POINTS_PER_NPR', 'HOLD_TTL_MINUTES');
  t.deepEqual(
    readSettings(spec.given(...history).state),
    E.left({
      kind: 'MissingSettings' as const,
      missing: ['POINTS_PER_NPR', 'HOLD_TTL_MINUTES'],
      unreadable: [],
    }),
  );
});

test('a stored value that no longer fits is named as well', (t) => {
  const { state } = spec.given(...seeded, changed('POINTS_PER_NPR', 'ten'));
  t.deepEqual(
    readSettings(state),
    E.left({ kind: 'MissingSettings' as const, missing: [], unreadable: ['POINTS_PER_NPR'] }),
  );
});
