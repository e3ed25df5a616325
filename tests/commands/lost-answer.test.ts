import test from 'ava';
import { type Api, openApi } from '../support/api.js';
import { admin, type Caller, type CallOptions } from '../support/openapi-client.js';
import { startBody, startedRental } from '../support/rental-calls.js';
import { balances, typesOf } from '../support/renting.js';

type Request = Parameters<Api['call']>[1];

/**
 * The first answer was lost, with everything that the instance knew of its key: the client sends
 * the same request again, and another instance gets it.
 */
const twice = async (
  api: Api,
  caller: Caller,
  { request, ...options }: CallOptions & { readonly request: Request },
) => {
  const first = await api.call(caller, request, { ...options, key: 'lost' });
  await api.house.settled();
  const second = await api.elsewhere.call(caller, request, { ...options, key: 'lost' });
  await api.house.settled();
  return { first, second };
};

test.serial('a start whose answer was lost starts nothing else', async (t) => {
  const api = await openApi(t);
  const request = 'POST /api/rentals/start';
  const { first, second } = await twice(api, api.user, { request, body: startBody(api) });
  t.is(second.status, 201, second.text);
  t.is(second.data.rental_id, first.data.rental_id);
  t.is(second.data.rental_code, first.data.rental_code);
  t.deepEqual(await typesOf(api.house, `renter-${api.user.id}`), ['RentalClaimed']);
});

test.serial('an extension whose answer was lost is paid once', async (t) => {
  const api = await openApi(t, { wallet: '120', points: 0 });
  const id = await startedRental(api);
  const body = { package_id: 'hour-1' };
  const request = `POST /api/rentals/${id}/extend` as const;
  const { first, second } = await twice(api, api.user, { request, body });
  t.deepEqual(second.data, first.data);
  // What is left would not have paid for a second one.
  t.is((await balances(api.house, api.scene)).wallet, '20.00');
});

test.serial('a due whose answer was lost is paid once', async (t) => {
  const api = await openApi(t, { wallet: '120', points: 0 });
  const id = await startedRental(api);
  api.house.clock.advance({ minutes: 92 });
  const request = `POST /api/rentals/${id}/pay-due` as const;
  const { first, second } = await twice(api, api.user, { request });
  t.is(second.status, 200, second.text);
  t.deepEqual(second.data, first.data);
  t.is((await balances(api.house, api.scene)).wallet, '20.00');
});

test.serial('staff who did not hear that a rental is ended hear it again', async (t) => {
  const api = await openApi(t, { wallet: '120', points: 0 });
  const id = await startedRental(api);
  const request = `POST /api/admin/rentals/${id}/force-complete` as const;
  const body = { amount: '0', reason: 'bank seen broken' };
  const { first, second } = await twice(api, admin, { request, body });
  t.is(second.status, 200, second.text);
  t.deepEqual(second.data, first.data);
});

test.serial('a cancellation whose answer was lost gives back once', async (t) => {
  const api = await openApi(t);
  const begun = await api.call(api.user, 'POST /api/rentals/start', {
    body: { ...startBody(api), powerbank_sn: api.scene.best },
  });
  const request = `POST /api/rentals/${begun.data.rental_id}/cancel` as const;
  const { first, second } = await twice(api, api.user, { request });
  t.is(second.status, first.status, second.text);
  const types = await typesOf(api.house, `rental-${begun.data.rental_id}`);
  const asked = types.filter((type) => /^(CancellationRequested|RentalCancelled)$/.test(type));
  t.is(asked.length, 1);
});

test.serial('a package whose answer was lost is offered once', async (t) => {
  const api = await openApi(t);
  const body = { name: 'Two hours', duration_minutes: 120, price: '90', package_type: 'HOURLY' };
  const request = 'POST /api/admin/rental-packages';
  const owner = { ...admin, roles: ['super_admin'] } as const;
  const { first, second } = await twice(api, owner, { request, body });
  t.deepEqual(second.data, first.data);
  t.deepEqual(await typesOf(api.house, `package-${first.data.id}`), ['PackageCreated']);
});
