import test from 'ava';
import { brandOrThrow } from '../../domain/shared/brand.js';
import { EntryId } from '../../domain/shared/ids.js';
import { rupees } from '../../domain/shared/money.js';
import { type Api, openApi } from '../support/api.js';
import { admin, moderator, userNamed } from '../support/openapi-client.js';
import { startBody, startedRental } from '../support/rental-calls.js';
import { balances, ejects, returnBank, typesOf } from '../support/renting.js';

const topUp = ({ house, scene }: Api, amount: string) =>
  house.done(house.handlers.wallet, scene.userId, {
    type: 'AdjustWallet',
    adjustmentId: brandOrThrow(EntryId, 'top-up'),
    amount: rupees(amount),
    reason: 'test',
    at: house.clock.now(),
  });

/** Waits until the cancellation that somebody has asked for is written down. */
const cancellationAsked = async ({ house }: Api, rentalId: string): Promise<void> => {
  const asked = async () =>
    (await typesOf(house, `rental-${rentalId}`)).includes('CancellationRequested');
  while (!(await asked())) await house.settled();
};

const late = async (api: Api, minutes: number): Promise<void> => {
  api.house.clock.advance({ minutes });
  await api.house.settled();
};

test.serial('an extension is paid at its list price and moves the due time', async (t) => {
  const api = await openApi(t, { wallet: '500', points: 0 });
  const id = await startedRental(api);
  const body = { package_id: 'hour-4' };
  const answer = await api.call(api.user, `POST /api/rentals/${id}/extend`, { body, key: 'e-1' });
  t.is(answer.status, 200, answer.text);
  t.like(answer.data, { extensions_count: 1, paid: { amount: '200.00' } });
  const minutes =
    (Date.parse(String(answer.data.due_at)) - Date.parse(api.house.clock.now())) / 60_000;
  t.is(minutes, 60 + 240);
  const again = await api.call(api.user, `POST /api/rentals/${id}/extend`, { body, key: 'e-1' });
  t.deepEqual(again.json, answer.json);
  // The answer waits for the extension, which stands before its money is captured.
  await api.house.settled();
  t.is((await balances(api.house, api.scene)).wallet, '300.00');
});

test.serial(
  'P-020: a fourth extension, an overdue rental and a poor renter are refused',
  async (t) => {
    const api = await openApi(t, { wallet: '250', points: 0 });
    const id = await startedRental(api);
    const extend = (packageId = 'hour-1') =>
      api.call(api.user, `POST /api/rentals/${id}/extend`, { body: { package_id: packageId } });
    const poor = await extend('daily');
    t.is(poor.code, 'payment_required');
    t.like(poor.json, { required: '300.00', shortfall: '100.00' });
    t.is((await extend('nothing')).code, 'package_not_found');
    for (let extension = 1; extension <= 3; extension += 1) t.is((await extend()).status, 200);
    const fourth = await extend();
    t.is(fourth.code, 'max_extensions_reached');
    t.is(fourth.json.max_extensions, 3);
    await late(api, 241);
    t.is((await extend()).code, 'rental_overdue');
  },
);

test.serial('a due is paid in full at the amount of this moment (DUE-2)', async (t) => {
  const api = await openApi(t, { wallet: '60', points: 0 });
  const id = await startedRental(api);
  const early = await api.call(api.user, `POST /api/rentals/${id}/pay-due`);
  t.is(early.code, 'invalid_rental_status');
  await late(api, 92);
  await returnBank(api.house, api.scene);
  await api.house.settled();

  const poor = await api.call(api.user, `POST /api/rentals/${id}/pay-due`);
  t.is(poor.code, 'payment_required');
  // The five points of the return pay for 0.50 of it.
  t.like(poor.json, { required: '50.00', shortfall: '39.50', suggested_top_up: '100.00' });
  await topUp(api, '100');
  const split = { wallet_amount: '30.00', points_to_use: 0 };
  const wrong = await api.call(api.user, `POST /api/rentals/${id}/pay-due`, { body: split });
  t.is(wrong.code, 'payment_amount_mismatch');
  t.is(wrong.json.required, '50.00');

  const paid = await api.call(api.user, `POST /api/rentals/${id}/pay-due`, { key: 'p-1' });
  t.is(paid.status, 200, paid.text);
  t.like(paid.data, { payment_status: 'PAID', owed: '0.00', paid: { amount: '100.00' } });
  const again = await api.call(api.user, `POST /api/rentals/${id}/pay-due`, { key: 'p-1' });
  t.deepEqual(again.json, paid.json);
  const nothing = await api.call(api.user, `POST /api/rentals/${id}/pay-due`);
  t.is(nothing.code, 'no_due_amount');
  await api.house.settled();
  const next = await api.call(api.user, 'POST /api/rentals/start', { body: startBody(api) });
  t.is(next.status, 201, 'paying frees at once (DUE-1)');
});

test.serial(
  'DUE-3: a due may be paid while the bank is out, and counts at the return',
  async (t) => {
    const api = await openApi(t, { wallet: '300', points: 0 });
    const id = await startedRental(api);
    await late(api, 92);
    const paid = await api.call(api.user, `POST /api/rentals/${id}/pay-due`);
    t.like(paid.data, { status: 'OVERDUE', owed: '0.00', paid: { amount: '100.00' } });
    await late(api, 30);
    await returnBank(api.house, api.scene);
    await api.house.settled();
    // 62 minutes late cost 100.00, of which 50.00 are paid already (P-069).
    t.is((await balances(api.house, api.scene)).wallet, '150.00');
  },
);

test.serial(
  'a rental that waits for its bank is cancelled when the cabinet has decided',
  async (t) => {
    const api = await openApi(t);
    const begun = await api.call(api.user, 'POST /api/rentals/start', { body: startBody(api) });
    await api.house.settled();
    const path = `POST /api/rentals/${begun.data.rental_id}/cancel` as const;
    const body = { reason: 'changed my mind' };
    const waiting = api.call(api.user, path, { body, wait: 10 });
    await cancellationAsked(api, String(begun.data.rental_id));
    await ejects(api.house, api.scene, 'not_ejected');
    const answer = await waiting;
    t.is(answer.status, 200, answer.text);
    t.like(answer.data, { status: 'CANCELLED', cancellation: { cause: 'user', fee: '0.00' } });
    await api.house.settled();
    const { wallet, held } = await balances(api.house, api.scene);
    t.deepEqual([wallet, held], ['100.00', '0.00 + 0']);
  },
);

test.serial('P-010: a rental whose bank is out cannot be cancelled', async (t) => {
  const api = await openApi(t);
  const id = await startedRental(api);
  const answer = await api.call(api.user, `POST /api/rentals/${id}/cancel`);
  t.is(answer.code, 'powerbank_not_returned');
  t.is(answer.json.power_bank, api.scene.best);
  const swap = await api.call(api.user, `POST /api/rentals/${id}/swap`, {
    body: { reason: 'LOW_BATTERY' },
  });
  t.is(swap.code, 'powerbank_not_returned');
  for (const reason of ['no', '        ', ' no      ']) {
    const short = await api.call(api.user, `POST /api/rentals/${id}/cancel`, { body: { reason } });
    t.is(short.code, 'invalid_request', 'CAN-7: a reason says something');
  }
});

test.serial('staff end a rental at an amount of their own, once (ABN-3)', async (t) => {
  const api = await openApi(t, { wallet: '500', points: 0 });
  const id = await startedRental(api);
  const path = `POST /api/admin/rentals/${id}/force-complete` as const;
  const body = { amount: '20.00', reason: 'bank seen broken' };
  t.is((await api.call(moderator, path, { body })).code, 'forbidden');
  t.is((await api.call(userNamed('u-1'), path, { body })).code, 'forbidden');
  const done = await api.call(admin, path, { body });
  t.like(done.data, { status: 'COMPLETED', completion: { reason: 'FORCED' } });
  t.is((await api.call(admin, path, { body })).code, 'invalid_rental_status');
  const missing = 'POST /api/admin/rentals/nothing/force-complete';
  t.is((await api.call(admin, missing, { body })).code, 'rental_not_found');
});

test.serial('calculate-options shows what the start then does (preview = real)', async (t) => {
  const api = await openApi(t, { wallet: '33', points: 355 });
  const preview = await api.call(api.user, 'POST /api/payments/calculate-options', {
    body: { package_id: 'hour-1', station_sn: api.scene.station },
  });
  t.like(preview.data, { scenario: 'prepaid', payable: true, amount: '50.00' });
  const id = await startedRental(api);
  const { state } = await api.house.handlers.rental.load(id);
  const [payment] = [...(state?.payments.values() ?? [])];
  t.like(preview.data.breakdown, { points: payment?.split.points ?? -1, wallet: '14.50' });
  t.is(payment?.split.wallet.minor, 1_450);
});

test.serial('calculate-options says what is missing in the words of the refusal', async (t) => {
  const api = await openApi(t, { wallet: '10', points: 100 });
  const options = 'POST /api/payments/calculate-options';
  const preview = await api.call(api.user, options, { body: { package_id: 'hour-1' } });
  const refused = await api.call(api.user, 'POST /api/rentals/start', { body: startBody(api) });
  t.like(preview.data, { payable: false, shortfall: '30.00', suggested_top_up: '100.00' });
  t.is(preview.data.shortfall, refused.json.shortfall);
  t.deepEqual(preview.data.breakdown, refused.json.breakdown);
  const neither = await api.call(api.user, options);
  t.is(neither.code, 'invalid_request');
  const unknown = await api.call(api.user, options, { body: { package_id: 'nothing' } });
  t.is(unknown.code, 'package_not_found');
  const foreign = await api.call(api.user, options, { body: { rental_id: 'r-9' } });
  t.is(foreign.code, 'rental_not_found');
});

test.serial('the preview of a due is what pay-due takes', async (t) => {
  const api = await openApi(t, { wallet: '200', points: 30 });
  const id = await startedRental(api);
  await late(api, 92);
  const body = { rental_id: id };
  const preview = await api.call(api.user, 'POST /api/payments/calculate-options', { body });
  t.like(preview.data, { scenario: 'due', amount: '50.00', payable: true });
  const { wallet: before } = await balances(api.house, api.scene);
  await api.call(api.user, `POST /api/rentals/${id}/pay-due`);
  await api.house.settled();
  const { wallet: after } = await balances(api.house, api.scene);
  t.like(preview.data.breakdown, { wallet: (Number(before) - Number(after)).toFixed(2) });
});
