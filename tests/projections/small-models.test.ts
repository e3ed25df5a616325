import test, { type ExecutionContext } from 'ava';
import { cabinet } from '../../projections/cabinet.js';
import { due } from '../../projections/due.js';
import type { Projection } from '../../projections/engine/index.js';
import { lateFee } from '../../projections/late-fee.js';
import { rentalPackage } from '../../projections/package.js';
import { points } from '../../projections/points.js';
import { powerBank } from '../../projections/power-bank.js';
import { rentalIssue } from '../../projections/rental-issue.js';
import { settings } from '../../projections/settings.js';
import { user } from '../../projections/user.js';
import { createTestDatabase } from '../support/postgres.js';
import { askReadModel, everything, inStream, type Told } from '../support/read-model.js';
import { minute, money } from '../support/rental.js';
import { sealed } from '../support/sealed.js';

const at = minute(0);

/** The tables after these events: the same whether they come one by one or all at once. */
const tablesAfter = async (
  t: ExecutionContext,
  projection: Projection,
  events: readonly Told[],
) => {
  const { database } = await createTestDatabase(t);
  const ask = everything(projection);
  const atOnce = await askReadModel(database, projection, { events, ask });
  t.deepEqual(await askReadModel(database, projection, { events, ask, batchSize: 1 }), atOnce);
  return atOnce;
};

test('points: only awards raise the lifetime total, refunds do not (P-066)', async (t) => {
  const tables = await tablesAfter(
    t,
    points,
    inStream('points-ann', [
      {
        type: 'PointsAwarded',
        data: { awardId: 'a', points: 100, source: 'SIGNUP', rentalId: null, at },
      },
      {
        type: 'PointsHeld',
        data: { holdId: 'h', points: 60, rentalId: 'r-1', expiresAt: minute(15), at },
      },
      { type: 'PointsRedeemed', data: { holdId: 'h', points: 60, rentalId: 'r-1', at } },
      { type: 'PointsGivenBack', data: { givingBackId: 'g', points: 60, rentalId: 'r-1', at } },
      { type: 'PointsHeld', data: { holdId: 'i', points: 30, rentalId: null, expiresAt: at, at } },
      {
        type: 'PointsAdjusted',
        data: { adjustmentId: 'x', points: -10, reason: sealed('typo'), at },
      },
    ]),
  );
  t.like(tables.accounts?.[0], {
    current: 90n,
    held: 30n,
    spendable: 60n,
    lifetime_earned: 100n,
  });
  t.deepEqual(
    tables.history?.map((row) => [row.kind, row.source, row.balance_before, row.balance_after]),
    [
      ['EARNED', 'SIGNUP', 0n, 100n],
      ['SPENT', 'RENTAL_PAYMENT', 100n, 40n],
      ['EARNED', 'REFUND', 40n, 100n],
      ['ADJUSTMENT', 'ADMIN_ADJUSTMENT', 100n, 90n],
    ],
  );
});

const placed = (slot: number) => ({
  type: 'PowerBankPlaced',
  data: { station: 'KTM001', slot, batteryPercent: 95, at },
});
const rented = {
  type: 'PowerBankRented',
  data: { rentalId: 'r-1', station: 'KTM001', slot: 1, batteryPercent: 95, at },
};

test('power banks: an available one has a slot, a rented one has none (P-005)', async (t) => {
  const register = {
    type: 'PowerBankRegistered',
    data: { powerBank: 'PB001', model: 'X', capacityMah: 10_000, at },
  };
  const words = async (...events: readonly { type: string; data: unknown }[]) => {
    const told = inStream('powerbank-PB001', [register, ...events]);
    const [row] = (await tablesAfter(t, powerBank, told)).banks ?? [];
    return [row?.status, row?.station, row?.slot, row?.rental_id];
  };
  const maintenance = {
    type: 'ServiceStateChanged',
    data: { state: 'MAINTENANCE', reason: 'swollen', at },
  };
  const missing = { type: 'PowerBankWentMissing', data: { station: 'KTM001', slot: 1, at } };
  const lost = { type: 'PowerBankDeclaredLost', data: { rentalId: 'r-1', at } };
  t.deepEqual(await words(), ['MAINTENANCE', null, null, null]);
  t.deepEqual(await words(placed(1)), ['AVAILABLE', 'KTM001', 1, null]);
  t.deepEqual(await words(placed(1), rented), ['RENTED', null, null, 'r-1']);
  t.deepEqual(await words(placed(1), rented, lost), ['LOST', null, null, 'r-1']);
  t.deepEqual(await words(placed(1), rented, placed(4)), ['AVAILABLE', 'KTM001', 4, null]);
  t.deepEqual(await words(placed(1), maintenance), ['MAINTENANCE', 'KTM001', 1, null]);
  t.deepEqual(await words(placed(1), missing), ['MAINTENANCE', 'KTM001', 1, null]);
});

test('power banks: the history tells from where each rental took it', async (t) => {
  const cycle = {
    type: 'BatteryCycleLogged',
    data: { rentalId: 'r-1', cycleTenThousandths: 6_300, underFiveMinutes: true, at },
  };
  const events = inStream('powerbank-PB001', [placed(1), rented, placed(4), cycle]);
  const { banks, history } = await tablesAfter(t, powerBank, events);
  t.like(banks?.[0], {
    rentals_count: 1n,
    cycles_ten_thousandths: 6_300n,
    under_five_minutes_count: 1n,
  });
  t.deepEqual(
    history?.map((row) => [row.event, row.station, row.slot, row.rental_id]),
    [
      ['PowerBankPlaced', 'KTM001', 1, null],
      ['PowerBankRented', 'KTM001', 1, 'r-1'],
      ['PowerBankPlaced', 'KTM001', 4, null],
      ['BatteryCycleLogged', 'KTM001', 4, 'r-1'],
    ],
  );
});

test('packages and discounts: each use is counted once with its rental (P-088)', async (t) => {
  const details = {
    name: '1 Hour',
    description: '',
    durationMinutes: 60,
    price: money('50'),
    packageType: 'HOURLY',
    paymentModel: 'PREPAID',
  };
  const offer = {
    station: 'KTM001',
    packageId: 'one-hour',
    percent: 20,
    maxTotalUses: 10,
    maxUsesPerUser: 1,
    validFrom: at,
    validUntil: minute(100),
  };
  const discountId = 'KTM001~one-hour';
  const tables = await tablesAfter(t, rentalPackage, [
    ...inStream('package-one-hour', [
      { type: 'PackageCreated', data: { packageId: 'one-hour', details, at } },
      { type: 'PackageChanged', data: { details: { ...details, price: money('60') }, at } },
      { type: 'PackageDeactivated', data: { at } },
    ]),
    ...inStream(`discount-${discountId}`, [
      { type: 'DiscountOffered', data: { discountId, offer, at } },
      { type: 'DiscountUsed', data: { rentalId: 'r-1', userId: 'ann', at } },
      { type: 'DiscountUsed', data: { rentalId: 'r-2', userId: 'bob', at } },
      { type: 'DiscountExpired', data: { at } },
    ]),
  ]);
  t.like(tables.packages?.[0], { price_minor: 6_000n, is_active: false });
  t.like(tables.discounts?.[0], { used_count: 2n, status: 'EXPIRED', percent: 20 });
  t.is(tables.discount_uses?.length, 2);
});

test('dues: an open one blocks, a cleared one is history (DUE-1)', async (t) => {
  const { dues } = await tablesAfter(
    t,
    due,
    inStream('renter-ann', [
      { type: 'DueRecorded', data: { rentalId: 'r-1', owed: money('5100'), at } },
      { type: 'DueRecorded', data: { rentalId: 'r-2', owed: money('25'), at: minute(1) } },
      { type: 'DueCleared', data: { rentalId: 'r-1', at: minute(2) } },
    ]),
  );
  t.deepEqual(
    dues?.map((row) => [row.rental_id, row.owed_minor, row.cleared_at]),
    [
      ['r-1', 0n, minute(2)],
      ['r-2', 2_500n, null],
    ],
  );
});

test('late fees: a deleted configuration stays, because rentals cite it (P-030)', async (t) => {
  const config = {
    name: 'Hourly double rate',
    feeType: 'MULTIPLIER',
    multiplierHundredths: 200,
    flatRatePerHour: money('0'),
    graceMinutes: 2,
    capPerDay: money('100'),
    packageTypes: ['HOURLY'],
  };
  const { configs } = await tablesAfter(
    t,
    lateFee,
    inStream('latefee-catalogue', [
      { type: 'LateFeeConfigCreated', data: { configId: 'a', config, at } },
      { type: 'LateFeeConfigActivated', data: { configId: 'a', at } },
      { type: 'LateFeeConfigCreated', data: { configId: 'b', config, at } },
      { type: 'LateFeeConfigDeleted', data: { configId: 'b', at } },
    ]),
  );
  t.deepEqual(
    configs?.map((row) => [row.config_id, row.status, row.cap_per_day_minor, row.package_types]),
    [
      ['a', 'ACTIVE', 10_000n, ['HOURLY']],
      ['b', 'DELETED', 10_000n, ['HOURLY']],
    ],
  );
});

test('settings: the history tells who changed what from what', async (t) => {
  const key = 'POINTS_PER_NPR';
  const change = (value: string) => ({ type: 'SettingChanged', data: { key, value, at } });
  const words = { isActive: false, isPublic: true, description: 'Points for a rupee' };
  const presented = { type: 'SettingPresented', data: { key, ...words, at } };
  const tables = await tablesAfter(
    t,
    settings,
    inStream('settings-all', [change('12'), change('9'), presented]),
  );
  t.like(tables.settings?.[0], {
    key,
    value: '9',
    is_active: false,
    is_public: true,
    description: 'Points for a rupee',
    actor_kind: 'system',
  });
  const untold = { is_active: true, is_public: null, description: null };
  const told = { is_active: false, is_public: true, description: 'Points for a rupee' };
  t.deepEqual(
    tables.history?.map(({ before, after }) => [before, after]),
    [
      [
        { value: null, ...untold },
        { value: '12', ...untold },
      ],
      [
        { value: '12', ...untold },
        { value: '9', ...untold },
      ],
      [
        { value: '9', ...untold },
        { value: '9', ...told },
      ],
    ],
  );
});

test('settings: a removed one is gone, its history is not', async (t) => {
  const key = 'NEED_RENTALS_KYC_VERIFIED';
  const events = [
    { type: 'SettingChanged', data: { key, value: 'false', at } },
    { type: 'SettingRemoved', data: { key, at } },
  ];
  const tables = await tablesAfter(t, settings, inStream('settings-all', events));
  t.deepEqual(tables.settings, []);
  t.is(tables.history?.length, 2);
});

test('rental issues: what was said stays sealed, and a resolution tells when', async (t) => {
  const report = {
    issueId: 'i-1',
    rentalId: 'r-1',
    userId: 'ann',
    issueType: 'CHARGING_ISSUE',
    words: sealed('it does not charge'),
  };
  /** As the first reports are stored. */
  const said = { description: 'It does not charge at all', images: [] };
  const { rental_issues: issues } = await tablesAfter(t, rentalIssue, [
    ...inStream('rentalissue-i-1', [
      { type: 'RentalIssueReported', data: { ...report, at } },
      { type: 'RentalIssueResolved', data: { at: minute(5) } },
    ]),
    ...inStream('rentalissue-i-2', [
      { type: 'RentalIssueReported', data: { ...report, issueId: 'i-2', words: said, at } },
    ]),
  ]);
  t.deepEqual(
    issues?.map((row) => [row.issue_id, row.status, row.words, row.resolved_at]),
    [
      ['i-1', 'RESOLVED', report.words, minute(5)],
      ['i-2', 'REPORTED', JSON.stringify(said), null],
    ],
  );
});

test('users: status, profile and KYC with the reasons that staff gave', async (t) => {
  const { users } = await tablesAfter(
    t,
    user,
    inStream('user-ann', [
      {
        type: 'UserRegistered',
        data: { userId: 'ann', by: 'OPERATOR', referralCode: null, referredBy: null, at },
      },
      { type: 'ProfileCompleted', data: { at: minute(1) } },
      { type: 'KycStatusChanged', data: { status: 'REJECTED', reason: 'blurred', at } },
      { type: 'UserStatusChanged', data: { status: 'BANNED', reason: 'fraud', at } },
    ]),
  );
  t.like(users?.[0], {
    status: 'BANNED',
    status_reason: 'fraud',
    kyc_status: 'REJECTED',
    kyc_reason: 'blurred',
    profile_completed_at: minute(1),
  });
});

test('cabinets: orders and ejects keep how they ended', async (t) => {
  const ids = { ejectId: 'e-1', rentalId: 'r-1', purpose: 'RENTAL', powerBank: 'PB001' };
  const tables = await tablesAfter(t, cabinet, [
    ...inStream('cabinet-KTM001', [
      {
        type: 'CabinetOrdered',
        data: { orderId: 'o-1', order: { kind: 'wifi-scan' }, origin: 'ADMIN_PANEL', at },
      },
      { type: 'CabinetOrderSent', data: { orderId: 'o-1', at } },
      { type: 'CabinetOrderAnswered', data: { orderId: 'o-1', ssids: ['lobby'], at: minute(1) } },
    ]),
    ...inStream('station-KTM001', [
      { type: 'EjectQueued', data: { ...ids, at } },
      { type: 'EjectOrdered', data: { ...ids, slot: 1, at } },
      { type: 'EjectDispatched', data: { ejectId: 'e-1', at } },
      {
        type: 'PowerBankEjected',
        data: {
          ...ids,
          powerBank: 'PB002',
          ordered: 'PB001',
          slot: 2,
          batteryPercent: 90,
          evidence: 'answer',
          at: minute(1),
        },
      },
    ]),
  ]);
  t.like(tables.orders?.[0], { status: 'ANSWERED', ssids: ['lobby'], settled_at: minute(1) });
  t.like(tables.ejects?.[0], {
    status: 'EJECTED',
    ordered_power_bank: 'PB001',
    ejected_power_bank: 'PB002',
    slot: 2,
    dispatched_at: at,
  });
});
