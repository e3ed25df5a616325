import test from 'ava';
import { openApi } from '../support/api.js';
import { admin, moderator, userNamed } from '../support/openapi-client.js';
import { itemsOf, positionOf, startBody, startedRental } from '../support/rental-calls.js';
import { returnBank } from '../support/renting.js';

test.serial(
  'P-029: the live fee of each minute is what a return in that minute costs',
  async (t) => {
    const api = await openApi(t, { wallet: '1000', points: 0 });
    const { house, scene, user } = api;
    const none = await api.call(user, 'GET /api/rentals/active');
    t.is(none.data.rental, null);
    const rentalId = await startedRental(api);

    const preview = new Date(Date.parse(house.clock.now()) + 92 * 60_000).toISOString();
    const later = await api.call(user, `GET /api/rentals/active?if_returned_at=${preview}`);
    t.like(later.data, {
      rental: { rental_id: rentalId, status: 'OVERDUE', owed: '50.00', payment_status: 'PENDING' },
      late_fee: { fee: '50.00', overdue_minutes: 32, effective_minutes: 30, is_capped: false },
    });
    const now = await api.call(user, 'GET /api/rentals/active');
    t.like(now.data, { rental: { status: 'ACTIVE', owed: '0.00' }, late_fee: { fee: '0.00' } });

    house.clock.advance({ minutes: 92 });
    const live = await api.call(user, 'GET /api/rentals/active');
    t.like(live.data, { rental: { owed: '50.00' }, late_fee: { fee: '50.00' } });
    await returnBank(house, scene);
    await house.settled();
    const minPosition = await positionOf(api, `rental-${rentalId}`);
    const history = await api.call(user, 'GET /api/rentals/history', { minPosition });
    t.like(itemsOf(history)[0], {
      rental_id: rentalId,
      status: 'COMPLETED',
      payment_status: 'PAID',
      on_time: false,
      owed: '0.00',
      charges: { use: '50.00', late_fee: '50.00', total: '100.00', overdue_minutes: 32 },
      paid: { amount: '100.00' },
    });
    const stats = await api.call(user, 'GET /api/rentals/stats', { minPosition });
    t.like(stats.data, {
      total_rentals: 1,
      completed_rentals: 1,
      timely_returns: 0,
      total_minutes: 92,
      total_spent: '100.00',
    });
  },
);

test.serial('a read that names a position shows at least that much, and says which', async (t) => {
  const api = await openApi(t);
  const begun = await api.call(api.user, 'POST /api/rentals/start', { body: startBody(api) });
  const minPosition = begun.headers.get('x-position') ?? '';
  const read = await api.call(api.user, 'GET /api/rentals/active', { minPosition });
  t.like(read.data, { rental: { rental_id: begun.data.rental_id } });
  t.true(BigInt(read.headers.get('x-position') ?? '0') >= BigInt(minPosition));
});

test.serial('lists come page by page, and only with one’s own rentals', async (t) => {
  const api = await openApi(t, { wallet: '1000', points: 0 });
  const ids: string[] = [];
  // Another slot each time: soon after a report of the same slot a return could be its echo.
  for (const slot of [3, 4, 1]) {
    const body = { ...startBody(api), powerbank_sn: api.scene.best };
    ids.unshift(await startedRental(api, { body }));
    api.house.clock.advance({ minutes: 1 });
    await returnBank(api.house, api.scene, { slot });
    await api.house.settled();
    // A return right after the start stays open for a decision of the renter for a moment.
    api.house.clock.advance({ minutes: 11 });
    await api.house.settled();
  }
  const minPosition = await positionOf(api, `rental-${ids[0]}`);
  const first = await api.call(api.user, 'GET /api/rentals/history?page_size=2', { minPosition });
  const cursor = String(first.data.next_cursor);
  const next = await api.call(api.user, `GET /api/rentals/history?page_size=2&cursor=${cursor}`);
  const shown = [...itemsOf(first), ...itemsOf(next)].map(({ rental_id }) => rental_id);
  t.deepEqual(shown, ids);
  t.is(next.data.next_cursor, null);
  const none = await api.call(api.user, 'GET /api/rentals/history?status=CANCELLED');
  t.deepEqual(itemsOf(none), []);

  const stranger = userNamed('u-2');
  t.deepEqual(itemsOf(await api.call(stranger, 'GET /api/rentals/history')), []);
  const cancel = await api.call(stranger, `POST /api/rentals/${ids[0]}/cancel`);
  t.is(cancel.code, 'rental_not_found', 'that it exists is nobody else’s business');
  const due = await api.call(stranger, `POST /api/rentals/${ids[0]}/pay-due`);
  t.is(due.code, 'rental_not_found');

  const staff = await api.call(moderator, 'GET /api/admin/rentals?recent=today');
  t.deepEqual(
    itemsOf(staff).map(({ rental_id }) => rental_id),
    ids,
  );
  const detail = await api.call(admin, `GET /api/admin/rentals/${ids[0]}`);
  t.like(detail.data, { user_id: api.user.id, status: 'COMPLETED', swaps: [], extensions: [] });
  const unknown = await api.call(admin, 'GET /api/admin/rentals/nothing');
  t.is(unknown.code, 'rental_not_found');
});

test.serial('packages are listed with the discounts of a station', async (t) => {
  const api = await openApi(t);
  const listed = await api.call(null, `GET /api/rentals/packages?station_sn=${api.scene.station}`);
  t.deepEqual(
    itemsOf(listed).map(({ id, price, discounted_price }) => [id, price, discounted_price]),
    [
      ['hour-1', '50.00', '50.00'],
      ['hour-4', '150.00', '150.00'],
      ['daily', '300.00', '300.00'],
    ],
  );
  const payments = await api.call(null, 'GET /api/payments/packages');
  t.is(itemsOf(payments).length, 3);
});
