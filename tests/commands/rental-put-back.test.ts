import test from 'ava';
import { type Api, openApi } from '../support/api.js';
import { ejectOrdered, startedRental } from '../support/rental-calls.js';
import { balances, ejects, returnBank, statusOf, typesOf } from '../support/renting.js';

/** Waits until the rental knows that its bank will be put back. */
const announced = async ({ house }: Api, rentalId: string): Promise<void> => {
  const isSaid = async () =>
    (await house.handlers.rental.load(rentalId)).state?.awaitedPutBack !== null;
  while (!(await isSaid())) await house.settled();
};

/** Puts the bank back into slot 4 of the pickup station once a waiting request has said so. */
const putBack = async (api: Api, rentalId: string): Promise<void> => {
  await announced(api, rentalId);
  await returnBank(api.house, api.scene);
};

test.serial('P-008: a rental cancelled at once gives back points as points', async (t) => {
  const api = await openApi(t);
  const id = await startedRental(api);
  api.house.clock.advance({ minutes: 2 });
  const asking = api.call(api.user, `POST /api/rentals/${id}/cancel`, { wait: 20 });
  await putBack(api, id);
  const answer = await asking;
  t.is(answer.status, 200, answer.text);
  t.like(answer.data, {
    status: 'CANCELLED',
    payment_status: 'REFUNDED',
    cancellation: { cause: 'user', fee: '0.00', refunded_points: 200, refunded_wallet: '30.00' },
  });
  await api.house.settled();
  const { wallet, points, held } = await balances(api.house, api.scene);
  t.deepEqual([wallet, points, held], ['100.00', 200, '0.00 + 0']);
});

test.serial('a late cancellation keeps a fee (CAN-4)', async (t) => {
  const api = await openApi(t, { wallet: '100', points: 0 });
  const id = await startedRental(api);
  api.house.clock.advance({ minutes: 20 });
  const asking = api.call(api.user, `POST /api/rentals/${id}/cancel`, { wait: 20 });
  await putBack(api, id);
  const answer = await asking;
  t.like(answer.data, {
    status: 'CANCELLED',
    cancellation: { fee: '21.67', refunded_wallet: '28.33' },
  });
  await api.house.settled();
  t.is((await balances(api.house, api.scene)).wallet, '78.33');
});

test.serial('a bank put back without announcement is a return', async (t) => {
  const api = await openApi(t);
  const id = await startedRental(api);
  api.house.clock.advance({ minutes: 20 });
  await returnBank(api.house, api.scene);
  await api.house.settled();
  t.is(await statusOf(api.house, id), 'COMPLETED');
  const answer = await api.call(api.user, `POST /api/rentals/${id}/cancel`);
  t.is(answer.code, 'invalid_rental_status');
});

test.serial('a swap gives another bank and keeps the times (SWAP-3)', async (t) => {
  const api = await openApi(t);
  const id = await startedRental(api);
  api.house.clock.advance({ minutes: 2 });
  const body = { reason: 'LOW_BATTERY' };
  const asking = api.call(api.user, `POST /api/rentals/${id}/swap`, { body, wait: 20 });
  await putBack(api, id);
  await ejectOrdered(api, asking);
  await ejects(api.house, api.scene, 'ejected');
  const answer = await asking;
  t.is(answer.status, 200, answer.text);
  t.like(answer.data, { status: 'ACTIVE', powerbank_sn: '22222222', swap_in_progress: false });
  t.is((await typesOf(api.house, `rental-${id}`)).at(-1), 'SwapCompleted');
});

test.serial('SWAP-1: after the first minutes there is no swap', async (t) => {
  const api = await openApi(t);
  const id = await startedRental(api);
  api.house.clock.advance({ minutes: 6 });
  const body = { reason: 'DEFECTIVE' };
  const answer = await api.call(api.user, `POST /api/rentals/${id}/swap`, { body });
  t.is(answer.code, 'swap_window_expired');
});
