import test from 'ava';
import { settingsId } from '../../domain/settings/index.js';
import { openApi } from '../support/api.js';
import { userNamed } from '../support/openapi-client.js';
import { itemsOf, positionOf, startedRental } from '../support/rental-calls.js';
import { returnBank } from '../support/renting.js';

test.serial('own money and points, and everything that moved them', async (t) => {
  const api = await openApi(t, { wallet: '100', points: 200 });
  const { house, scene, user } = api;
  const id = await startedRental(api);
  house.clock.advance({ minutes: 30 });
  await returnBank(house, scene);
  await house.settled();
  const minPosition = await positionOf(api, `points-${user.id}`);

  const balance = await api.call(user, 'GET /api/payments/wallet/balance', { minPosition });
  t.like(balance.data, {
    currency: 'NPR',
    balance: '70.00',
    held: '0.00',
    spendable: '70.00',
    points_per_npr: 10,
    points: { current: 55, spendable: 55, lifetime_earned: 255, value: '5.50' },
  });
  const both = await api.call(user, 'GET /api/users/wallet');
  t.deepEqual(both.data, balance.data);

  const moved = await api.call(user, 'GET /api/payments/transactions?transaction_type=RENTAL');
  t.is(itemsOf(moved).length, 1);
  t.like(itemsOf(moved)[0], {
    type: 'RENTAL',
    amount: '50.00',
    method: 'COMBINATION',
    wallet_amount: '30.00',
    points_used: 200,
    rental_id: id,
    status: 'SUCCESS',
  });
  const summary = await api.call(user, 'GET /api/points/summary');
  t.deepEqual(summary.data, { current: 55, held: 0, spendable: 55, lifetime_earned: 255 });

  const first = await api.call(user, 'GET /api/points/history?page_size=2');
  const cursor = String(first.data.next_cursor);
  const rest = await api.call(user, `GET /api/points/history?page_size=2&cursor=${cursor}`);
  const entries = [...itemsOf(first), ...itemsOf(rest)];
  t.deepEqual(
    entries.map(({ source, points, balance_after }) => [source, points, balance_after]),
    [
      ['TIMELY_RETURN', 50, 55],
      ['RENTAL_COMPLETE', 5, 5],
      ['RENTAL_PAYMENT', 200, 0],
      ['SIGNUP', 200, 200],
    ],
  );
  const spent = await api.call(user, 'GET /api/points/history?transaction_type=SPENT');
  t.is(itemsOf(spent).length, 1);
  const garbled = await api.call(user, 'GET /api/points/history?cursor=abc');
  t.is(garbled.code, 'invalid_request');

  const stranger = userNamed('u-2');
  const nothing = await api.call(stranger, 'GET /api/payments/wallet/balance');
  t.like(nothing.data, { balance: '0.00', points: { current: 0 } });
  t.deepEqual(itemsOf(await api.call(stranger, 'GET /api/payments/transactions')), []);
  t.deepEqual(itemsOf(await api.call(stranger, 'GET /api/points/history')), []);
});

test.serial('a setting that was changed is shown by the next read that asks for it', async (t) => {
  const api = await openApi(t, { wallet: '0', points: 200 });
  const { handlers, clock, done } = api.house;
  const rateShown = async (minPosition?: string): Promise<unknown> => {
    const options = minPosition === undefined ? {} : { minPosition };
    return (await api.call(api.user, 'GET /api/payments/wallet/balance', options)).data
      .points_per_npr;
  };
  t.is(await rateShown(), 10);
  for (const value of ['20', '5']) {
    const change = {
      type: 'ChangeSetting',
      key: 'POINTS_PER_NPR',
      value,
      at: clock.now(),
    } as const;
    const { position } = await done(handlers.settings, settingsId, change);
    t.is(await rateShown(position?.toString()), Number(value));
    t.is(await rateShown(), Number(value), 'and by those after it');
  }
});
