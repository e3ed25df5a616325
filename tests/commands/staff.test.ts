import test from 'ava';
import { openApi } from '../support/api.js';
import { admin, moderator, superAdmin } from '../support/openapi-client.js';
import { itemsOf, startBody, startedRental } from '../support/rental-calls.js';

const newStation = {
  serial_number: 'PKR001',
  imei: '123456789012346',
  station_name: 'Pokhara Airport Station',
  latitude: 28.200896,
  longitude: 83.982056,
  address: 'Pokhara Regional International Airport',
  total_slots: 6,
};

test.serial('a station is registered once, and its IMEI belongs to it alone', async (t) => {
  const api = await openApi(t);
  const path = 'POST /api/admin/stations';
  t.is((await api.call(moderator, path, { body: newStation })).code, 'forbidden');
  const made = await api.call(admin, path, { body: newStation, key: 'n-1' });
  t.is(made.status, 201, made.text);
  const again = await api.call(admin, path, { body: newStation });
  t.is(again.status, 201, 'the same wish again asks for nothing new');
  const other = { ...newStation, serial_number: 'PKR002' };
  const taken = await api.call(admin, path, { body: other });
  t.is(taken.code, 'imei_taken');
  t.is(taken.json.serial_number, 'PKR001');
  const differing = { ...newStation, imei: '123456789012399', total_slots: 8 };
  const refused = await api.call(admin, path, { body: differing });
  t.is(refused.code, 'already_registered');
  t.deepEqual(refused.json.differing, ['imei', 'totalSlots']);
  const free = { ...newStation, serial_number: 'PKR003', imei: '123456789012399' };
  t.is((await api.call(admin, path, { body: free })).status, 201, 'its IMEI was given back');
  const faulty = await api.call(admin, path, { body: { ...newStation, latitude: 91 } });
  t.is(faulty.code, 'invalid_request');
});

test.serial('what staff say of a station shows in its read model', async (t) => {
  const api = await openApi(t);
  await api.call(admin, 'POST /api/admin/stations', { body: newStation });
  const { serial_number: _, imei: _imei, ...details } = newStation;
  const changed = await api.call(admin, 'PUT /api/admin/stations/PKR001', {
    body: { ...details, station_name: 'Airport, level 1', amenities: ['WiFi'] },
  });
  t.is(changed.status, 200);
  const closed = await api.call(admin, 'POST /api/admin/stations/PKR001/maintenance', {
    body: { is_maintenance: true, reason: 'new lock' },
  });
  const minPosition = closed.headers.get('x-position') ?? '';
  const read = await api.call(moderator, 'GET /api/admin/stations/PKR001', { minPosition });
  t.like(read.data, {
    name: 'Airport, level 1',
    status: 'MAINTENANCE',
    maintenance_reason: 'new lock',
    latitude: 28.200896,
    amenities: ['WiFi'],
    imei: newStation.imei,
    slots: [],
  });
  const opened = await api.call(admin, 'POST /api/admin/stations/PKR001/maintenance', {
    body: { is_maintenance: false, reason: 'done' },
  });
  t.is(opened.data.is_maintenance, false);
  const nowhere = await api.call(admin, 'POST /api/admin/stations/NONE/maintenance', {
    body: { is_maintenance: true, reason: 'new lock' },
  });
  t.is(nowhere.code, 'station_not_found');
  const listed = await api.call(admin, 'GET /api/admin/stations?page_size=1');
  t.is(itemsOf(listed).length, 1);
  t.is(typeof listed.data.next_cursor, 'string');
});

test.serial('packages are offered, changed and taken off the offer', async (t) => {
  const api = await openApi(t);
  const path = 'POST /api/admin/rental-packages';
  const body = { name: 'Two hours', duration_minutes: 120, price: '90', package_type: 'HOURLY' };
  t.is((await api.call(admin, path, { body })).code, 'forbidden', 'prices are for super admins');
  const made = await api.call(superAdmin, path, { body });
  t.like(made.data, { price: '90.00', is_active: true, payment_model: 'PREPAID' });
  const one = `/api/admin/rental-packages/${made.data.id}` as const;
  const changed = await api.call(superAdmin, `PATCH ${one}`, { body: { price: '85.50' } });
  t.like(changed.data, { name: 'Two hours', price: '85.50' });
  const gone = await api.call(superAdmin, `DELETE ${one}`);
  t.is(gone.status, 204);
  const minPosition = gone.headers.get('x-position') ?? '';
  const read = await api.call(admin, `GET ${one}`, { minPosition });
  t.like(read.data, { price: '85.50', is_active: false });
  const offered = await api.call(null, 'GET /api/payments/packages');
  t.false(itemsOf(offered).some(({ id }) => id === made.data.id));
  const unknown = await api.call(superAdmin, 'DELETE /api/admin/rental-packages/none');
  t.is(unknown.code, 'package_not_found');
  const negative = await api.call(superAdmin, path, { body: { ...body, price: '-1' } });
  t.is(negative.code, 'invalid_request');
});

test.serial('late-fee configurations do not overlap while they are in force', async (t) => {
  const api = await openApi(t);
  const path = 'POST /api/admin/late-fee-configs';
  const body = { name: 'Daily cap', fee_type: 'MULTIPLIER', applicable_package_types: ['DAILY'] };
  const made = await api.call(superAdmin, path, { body });
  t.like(made.data, { is_active: false, multiplier: '2.00', max_daily_rate: null });
  const one = `/api/admin/late-fee-configs/${made.data.id}` as const;
  t.is((await api.call(superAdmin, `POST ${one}/activate`)).data.is_active, true);
  t.is((await api.call(superAdmin, `DELETE ${one}`)).code, 'late_fee_config_active');

  const all = '/api/admin/late-fee-configs/flat-example' as const;
  const overlap = await api.call(superAdmin, `POST ${all}/activate`);
  t.is(overlap.code, 'late_fee_config_overlaps');
  t.deepEqual(overlap.json.others, ['hourly-double', String(made.data.id)]);
  const instead = { deactivate_others: true };
  const forced = await api.call(superAdmin, `POST ${all}/activate`, { body: instead });
  const minPosition = forced.headers.get('x-position') ?? '';
  const active = await api.call(admin, 'GET /api/admin/late-fee-configs/active', { minPosition });
  t.deepEqual(
    itemsOf(active).map(({ id }) => id),
    ['flat-example'],
  );

  const changed = await api.call(superAdmin, `PUT ${one}`, { body: { ...body, multiplier: 2.5 } });
  t.is(changed.data.multiplier, '2.50');
  t.is((await api.call(superAdmin, `DELETE ${one}`)).status, 204);
  t.is((await api.call(superAdmin, `POST ${one}/deactivate`)).code, 'late_fee_config_not_found');
  const listed = await api.call(admin, 'GET /api/admin/late-fee-configs');
  t.true(itemsOf(listed).length >= 4);
  t.is((await api.call(admin, `GET ${all}`)).data.fee_type, 'FLAT_RATE');
  t.is((await api.call(moderator, `GET ${all}`)).code, 'forbidden');
});

test.serial('the calculator of late fees agrees with the worked examples', async (t) => {
  const api = await openApi(t);
  const calculate = async (configuration_id: string, rate: string, overdue_minutes: number) => {
    const body = { configuration_id, normal_rate_per_minute: rate, overdue_minutes };
    return api.call(admin, 'POST /api/admin/late-fee-configs/test-calculation', { body });
  };
  t.is((await calculate('hourly-double', '0.625', 62)).data.fee, '75.00');
  t.is((await calculate('hourly-double', '0.625', 600)).data.fee, '100.00');
  t.is((await calculate('flat-example', '1', 90)).data.fee, '50.00');
  t.is((await calculate('none', '1', 90)).code, 'late_fee_config_not_found');
});

test.serial(
  'a discount is one for each pair, and lowers the price that a start shows',
  async (t) => {
    const api = await openApi(t, { wallet: '200', points: 0 });
    const path = 'POST /api/admin/discounts';
    const body = {
      station_id: api.scene.station,
      package_id: 'hour-4',
      discount_percent: 20,
      valid_from: api.house.clock.now(),
      valid_until: api.later,
    };
    const made = await api.call(superAdmin, path, { body });
    t.is(made.status, 201, made.text);
    const second = await api.call(superAdmin, path, { body: { ...body, discount_percent: 30 } });
    t.is(second.code, 'discount_exists');
    const backwards = { ...body, package_id: 'hour-1', valid_until: body.valid_from };
    t.is((await api.call(superAdmin, path, { body: backwards })).code, 'window_not_allowed');
    const nowhere = await api.call(superAdmin, path, { body: { ...body, station_id: 'NONE' } });
    t.is(nowhere.code, 'station_not_found');

    const minPosition = made.headers.get('x-position') ?? '';
    const offers = await api.call(
      null,
      `GET /api/rentals/packages?station_sn=${api.scene.station}`,
      { minPosition },
    );
    const offer = itemsOf(offers).find(({ id }) => id === 'hour-4');
    t.is(offer?.discounted_price, '120.00');
    const station = await api.call(null, `GET /api/stations/${api.scene.station}`);
    t.deepEqual(station.data.discounts, [{ package_id: 'hour-4', percent: 20 }]);
    const id = await startedRental(api, { body: { ...startBody(api), package_id: 'hour-4' } });
    const { state } = await api.house.handlers.rental.load(id);
    t.is(state?.request.terms.price.minor, 12_000);

    const one = `/api/admin/discounts/${made.data.id}` as const;
    t.is((await api.call(superAdmin, `DELETE ${one}`)).status, 204);
    const change = { ...body, max_uses_per_user: 2, status: 'ACTIVE' };
    const back = await api.call(superAdmin, `PUT ${one}`, { body: change });
    t.like(back.data, { status: 'ACTIVE', used_count: 1, max_uses_per_user: 2 });
    const listed = await api.call(admin, 'GET /api/admin/discounts', {
      minPosition: back.headers.get('x-position') ?? '',
    });
    t.like(itemsOf(listed)[0], { used_count: 1, status: 'ACTIVE' });
  },
);
