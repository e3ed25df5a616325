import test from 'ava';
import { brandOrThrow } from '../../domain/shared/brand.js';
import { DiscountId, discountIdOf, PackageId } from '../../domain/shared/ids.js';
import { rupees } from '../../domain/shared/money.js';
import { type Api, offerPackage, openApi } from '../support/api.js';
import { userNamed } from '../support/openapi-client.js';
import { ejectOrdered, start, startBody, startedRental } from '../support/rental-calls.js';
import { balances, returnBank, statusOf, typesOf } from '../support/renting.js';

test.serial('a start that may wait is answered when the bank is out', async (t) => {
  const api = await openApi(t);
  const { house, scene } = api;
  const { status, data, headers } = await start(api);
  t.is(status, 201);
  t.like(data, {
    status: 'ACTIVE',
    payment_status: 'PAID',
    station_sn: scene.station,
    powerbank_sn: scene.best,
    paid: { amount: '50.00', points: 200, wallet: '30.00' },
    owed: '0.00',
  });
  t.regex(String(data.rental_code), /^[A-Z0-9]{8}$/);
  t.regex(headers.get('x-position') ?? '', /^\d+$/);
  t.deepEqual(await balances(house, scene), { wallet: '70.00', points: 0, held: '0.00 + 0' });
});

test.serial('a start that may not wait is answered at once, and the rental goes on', async (t) => {
  const api = await openApi(t);
  const { status, data } = await api.call(api.user, 'POST /api/rentals/start', {
    body: startBody(api),
  });
  t.is(status, 201);
  t.like(data, { started_at: null, cancellation: null });
  t.true(['PENDING', 'PENDING_POPUP'].includes(String(data.status)));
  await api.house.settled();
  t.is(await statusOf(api.house, String(data.rental_id)), 'PENDING_POPUP');
});

test.serial(
  'patience that ends before the cabinet answers leaves the rental under way',
  async (t) => {
    const api = await openApi(t);
    const asking = api.call(api.user, 'POST /api/rentals/start', {
      body: startBody(api),
      wait: 10,
    });
    await ejectOrdered(api, asking);
    api.house.clock.advance({ seconds: 10 });
    const { status, data } = await asking;
    t.is(status, 201);
    t.is(data.status, 'PENDING_POPUP');
  },
);

test.serial('P-023: a bank that does not come out is a 409, and nothing is kept', async (t) => {
  const api = await openApi(t);
  const { status, code, json } = await start(api, { cabinet: 'not_ejected' });
  t.is(status, 409);
  t.is(code, 'rental_popup_failed');
  t.is(typeof json.rental_id, 'string');
  const { held, wallet } = await balances(api.house, api.scene);
  t.deepEqual([held, wallet], ['0.00 + 0', '100.00']);
});

test.serial(
  'the same key gets the first answer again; another body with it is a conflict',
  async (t) => {
    const api = await openApi(t);
    const first = await start(api, { key: 'once' });
    const again = await api.call(api.user, 'POST /api/rentals/start', {
      body: startBody(api),
      key: 'once',
    });
    t.deepEqual(again.json, first.json);
    t.is(again.headers.get('idempotency-replayed'), 'true');
    const other = { ...startBody(api), package_id: 'hour-4' };
    const conflict = await api.call(api.user, 'POST /api/rentals/start', {
      body: other,
      key: 'once',
    });
    t.is(conflict.code, 'idempotency_conflict');
    t.is((await typesOf(api.house, `renter-${api.user.id}`)).length, 1);
  },
);

/** Each changes one thing about a start that would succeed, and names the refusal. */
const refusals: readonly {
  readonly rule: string;
  readonly code: string;
  readonly status: number;
  readonly body?: Readonly<Record<string, unknown>>;
  readonly before?: (api: Api) => Promise<unknown>;
  readonly facts?: Readonly<Record<string, unknown>>;
}[] = [
  {
    rule: 'START-1',
    code: 'user_invalid',
    status: 403,
    facts: { current_status: 'BANNED' },
    before: ({ house, scene }) =>
      house.done(house.handlers.user, scene.userId, {
        type: 'ChangeUserStatus',
        status: 'BANNED',
        reason: 'test',
        at: house.clock.now(),
      }),
  },
  {
    rule: 'START-2',
    code: 'rental_prerequisites_not_met',
    status: 403,
    facts: { missing: 'profile' },
    before: (api) => setting(api, 'NEED_RENTALS_PROFILE_COMPLETE', 'true'),
  },
  {
    rule: 'START-3',
    code: 'rental_prerequisites_not_met',
    status: 403,
    facts: { missing: 'kyc' },
    before: (api) => setting(api, 'NEED_RENTALS_KYC_VERIFIED', 'true'),
  },
  {
    rule: 'START-4',
    code: 'active_rental_exists',
    status: 409,
    before: (api) => startedRental(api),
  },
  {
    rule: 'START-6',
    code: 'station_not_found',
    status: 404,
    body: { station_sn: 'NOWHERE' },
  },
  {
    rule: 'START-6',
    code: 'station_maintenance',
    status: 409,
    before: ({ house, scene }) =>
      house.done(house.handlers.station, scene.station, {
        type: 'StartMaintenance',
        reason: 'cleaning',
        at: house.clock.now(),
      }),
  },
  {
    rule: 'START-6',
    code: 'station_offline',
    status: 409,
    before: ({ house, scene }) =>
      house.done(house.handlers.station, scene.station, {
        type: 'DeclareOffline',
        trigger: 'MANUAL',
        lastSeenAt: house.clock.now(),
        at: house.clock.now(),
      }),
  },
  { rule: 'START-7', code: 'package_required', status: 400, body: { package_id: null } },
  { rule: 'START-7', code: 'package_not_found', status: 404, body: { package_id: 'nothing' } },
  {
    rule: 'START-8',
    code: 'no_power_bank_available',
    status: 409,
    before: (api) => setting(api, 'MIN_RENTAL_BATTERY', '99'),
    facts: { min_battery_percent: 99 },
  },
  {
    rule: 'START-10',
    code: 'powerbank_station_mismatch',
    status: 409,
    body: { powerbank_sn: '99999999' },
  },
  {
    rule: 'START-9',
    code: 'payment_required',
    status: 402,
    body: { package_id: 'daily' },
    facts: {
      required: '300.00',
      shortfall: '180.00',
      suggested_top_up: '200.00',
      breakdown: { points: 200, points_value: '20.00', wallet: '100.00' },
    },
  },
  {
    rule: 'PAY-2',
    code: 'payment_mode_not_supported',
    status: 409,
    body: { payment_mode: 'direct' },
  },
  {
    rule: 'PAY-5',
    code: 'invalid_wallet_points_split',
    status: 400,
    body: { wallet_amount: '50.00' },
  },
  {
    rule: 'PAY-5',
    code: 'split_total_mismatch',
    status: 400,
    body: { wallet_amount: '40.00', points_to_use: 50 },
  },
];

const setting = ({ house }: Api, key: string, value: string) =>
  house.done(house.handlers.settings, 'network', {
    type: 'ChangeSetting',
    key,
    value,
    at: house.clock.now(),
  });

for (const { rule, code, status, body, before, facts } of refusals) {
  test.serial(
    `${rule}: a start is refused with ${code} (${JSON.stringify(body ?? {})})`,
    async (t) => {
      const api = await openApi(t);
      await before?.(api);
      const answer = await api.call(api.user, 'POST /api/rentals/start', {
        body: { ...startBody(api), ...body },
      });
      t.is(answer.code, code, answer.text);
      t.is(answer.status, status);
      if (facts !== undefined) t.like(answer.json, facts);
      t.is((await balances(api.house, api.scene)).held, '0.00 + 0');
    },
  );
}

test.serial('DUE-1: somebody who owes cannot start', async (t) => {
  const api = await openApi(t, { wallet: '50', points: 0 });
  await startedRental(api);
  api.house.clock.advance({ minutes: 60 + 32 });
  await returnBank(api.house, api.scene);
  await api.house.settled();
  const answer = await api.call(api.user, 'POST /api/rentals/start', { body: startBody(api) });
  t.is(answer.code, 'unpaid_rental_exists');
  t.is(answer.json.owed, '50.00');
});

test.serial('an overdue rental has a word of its own', async (t) => {
  const api = await openApi(t);
  await startedRental(api);
  api.house.clock.advance({ minutes: 61 });
  await api.house.settled();
  const answer = await api.call(api.user, 'POST /api/rentals/start', { body: startBody(api) });
  t.is(answer.code, 'overdue_rental_exists');
});

test.serial(
  'P-024: a postpaid start needs the minimum balance, and the wallet alone',
  async (t) => {
    const api = await openApi(t, { wallet: '20', points: 1_000 });
    await offerPackage(api.house, 'later', { paymentModel: 'POSTPAID' });
    const body = { ...startBody(api), package_id: 'later', payment_mode: 'wallet' };
    const poor = await api.call(api.user, 'POST /api/rentals/start', { body });
    t.is(poor.code, 'payment_required');
    t.like(poor.json, { required: '50.00', shortfall: '30.00', suggested_top_up: '100.00' });
    const points = { ...body, payment_mode: 'points' };
    const refused = await api.call(api.user, 'POST /api/rentals/start', { body: points });
    t.is(refused.code, 'payment_mode_not_supported');
  },
);

test.serial(
  'START-15: a discount lowers the price and is counted when the bank is out',
  async (t) => {
    const api = await openApi(t, { wallet: '200', points: 0 });
    const { house, scene } = api;
    const packageId = brandOrThrow(PackageId, 'hour-4');
    const discountId = discountIdOf(scene.station, packageId);
    t.true(DiscountId.is(discountId));
    await house.done(house.handlers.discount, discountId, {
      type: 'OfferDiscount',
      discountId,
      offer: {
        station: scene.station,
        packageId,
        percent: 20,
        maxTotalUses: null,
        maxUsesPerUser: 1,
        validFrom: house.clock.now(),
        validUntil: api.later,
      },
      at: house.clock.now(),
    });
    const { data } = await start(api, { body: { ...startBody(api), package_id: 'hour-4' } });
    t.like(data, {
      paid: { amount: '120.00' },
      package: { price: '120.00', discount_percent: 20 },
    });
    const { state } = await house.handlers.discount.load(discountId);
    t.is(state?.usedCount, 1);
    t.is((await house.handlers.wallet.load(scene.userId)).state.balance.minor, rupees('80').minor);
  },
);

test.serial('more starts in a minute than allowed are a 429', async (t) => {
  const api = await openApi(t, { rentalStartsPerMinuteMax: 2 });
  const body = { ...startBody(api), station_sn: 'NOWHERE' };
  const codes: string[] = [];
  for (let call = 1; call <= 3; call += 1) {
    codes.push((await api.call(api.user, 'POST /api/rentals/start', { body })).code);
  }
  t.deepEqual(codes, ['station_not_found', 'station_not_found', 'rate_limit_exceeded']);
  const other = await api.call(userNamed('u-2'), 'POST /api/rentals/start', { body });
  t.is(other.code, 'user_invalid', 'limits are counted by user');
});

test.serial('P-003: of simultaneous starts of one user exactly one succeeds', async (t) => {
  const api = await openApi(t, { wallet: '1000' });
  const calls = Array.from({ length: 5 }, () =>
    api.call(api.user, 'POST /api/rentals/start', { body: startBody(api) }),
  );
  const answers = await Promise.all(calls);
  const codes = answers.map(({ status, code }) => (status === 201 ? 'started' : code)).sort();
  t.deepEqual(codes, [...Array.from({ length: 4 }, () => 'active_rental_exists'), 'started']);
});
