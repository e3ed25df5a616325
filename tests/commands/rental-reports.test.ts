import test from 'ava';
import { brandOrThrow } from '../../domain/shared/brand.js';
import { RentalIssueId } from '../../domain/shared/ids.js';
import { type Api, openApi } from '../support/api.js';
import { admin, userNamed } from '../support/openapi-client.js';
import { itemsOf, positionOf, startedRental } from '../support/rental-calls.js';
import { returnBank } from '../support/renting.js';

const fault = {
  issue_type: 'CHARGING_ISSUE',
  description: 'The cable does not fit my phone',
  images: ['https://files.example/cable.jpg'],
};
const kathmandu = { latitude: 27.7172, longitude: 85.324 };

const positionsIn = ({ database }: Api) =>
  database.query(
    `SELECT user_id, latitude_microdegrees, longitude_microdegrees, accuracy_metres
     FROM rental_location.positions ORDER BY at`,
  );

test.serial('ISS-1: a renter reports a fault with their own rental, once', async (t) => {
  const api = await openApi(t);
  const id = await startedRental(api);
  const path = `POST /api/rentals/${id}/issues` as const;
  const reported = await api.call(api.user, path, { body: fault, key: 'i-1' });
  t.is(reported.status, 201, reported.text);
  t.like(reported.data, { rental_id: id, issue_type: 'CHARGING_ISSUE', status: 'REPORTED' });
  const again = await api.elsewhere.call(api.user, path, { body: fault, key: 'i-1' });
  t.is(again.data.issue_id, reported.data.issue_id, 'the same wish is the same report');
  const other = { ...fault, issue_type: 'RETURN_ISSUE' };
  const reused = await api.elsewhere.call(api.user, path, { body: other, key: 'i-1' });
  t.is(reused.code, 'idempotency_conflict');

  const foreign = await api.call(userNamed('u-2'), path, { body: fault });
  t.is(foreign.code, 'rental_not_found');
  const nowhere = await api.call(api.user, 'POST /api/rentals/r-9/issues', { body: fault });
  t.is(nowhere.code, 'rental_not_found');
  t.is((await api.call(admin, path, { body: fault })).code, 'forbidden');
});

test.serial(
  'a report says what is wrong in ten characters and at most five pictures',
  async (t) => {
    const api = await openApi(t);
    const id = await startedRental(api);
    const report = (change: Readonly<Record<string, unknown>>) =>
      api.call(api.user, `POST /api/rentals/${id}/issues`, { body: { ...fault, ...change } });
    t.is((await report({ description: 'too short' })).code, 'invalid_request');
    t.is((await report({ issue_type: 'DIRTY' })).code, 'invalid_request');
    t.is((await report({ images: ['cable.jpg'] })).code, 'invalid_request');
    const six = Array.from({ length: 6 }, (_, at) => `https://files.example/${at}.jpg`);
    const many = await report({ images: six });
    t.is(many.code, 'invalid_request');
    t.regex(many.text, /a list of at most 5/);
    t.is((await report({ images: six.slice(1) })).status, 201);
  },
);

test.serial(
  'own reports are listed newest first, page by page, until they are resolved',
  async (t) => {
    const api = await openApi(t);
    const id = await startedRental(api);
    const path = `POST /api/rentals/${id}/issues` as const;
    const first = await api.call(api.user, path, { body: fault });
    api.house.clock.advance({ minutes: 1 });
    const body = { issue_type: 'RETURN_ISSUE', description: 'The slot does not take it' };
    const second = await api.call(api.user, path, { body });
    const issueId = brandOrThrow(RentalIssueId, String(first.data.issue_id));
    const { handlers, clock, done } = api.house;
    await done(handlers.rentalIssue, issueId, { type: 'ResolveRentalIssue', at: clock.now() });
    const minPosition = await positionOf(api, `rentalissue-${issueId}`);

    const reports = 'GET /api/issues/my-reports';
    const page = await api.call(api.user, `${reports}?page_size=1`, { minPosition });
    t.deepEqual(
      itemsOf(page).map(({ issue_id, status, images }) => [issue_id, status, images]),
      [[second.data.issue_id, 'REPORTED', []]],
    );
    const cursor = String(page.data.next_cursor);
    const rest = await api.call(api.user, `${reports}?issue_scope=rental&cursor=${cursor}`);
    t.like(itemsOf(rest)[0], { ...fault, issue_id: issueId, rental_id: id, status: 'RESOLVED' });
    t.is(rest.data.next_cursor, null);
    t.deepEqual(itemsOf(await api.call(api.user, `${reports}?issue_scope=station`)), []);
    t.deepEqual(itemsOf(await api.call(userNamed('u-2'), reports)), []);
  },
);

test.serial('a running rental tells where it is, and the log does not hear of it', async (t) => {
  const api = await openApi(t);
  const id = await startedRental(api);
  const path = `POST /api/rentals/${id}/location` as const;
  const before = await api.house.store.lastPosition();
  const told = await api.call(api.user, path, { body: kathmandu });
  t.is(told.status, 204, told.text);
  api.house.clock.advance({ seconds: 30 });
  const moved = { latitude: -27.5, longitude: 85, accuracy: 3.2 };
  t.is((await api.call(api.user, path, { body: moved })).status, 204);
  const place = (latitude: number, longitude: number, metres: number) => ({
    user_id: api.user.id,
    latitude_microdegrees: latitude,
    longitude_microdegrees: longitude,
    accuracy_metres: metres,
  });
  t.deepEqual(await positionsIn(api), [
    place(27_717_200, 85_324_000, 10),
    place(-27_500_000, 85_000_000, 4),
  ]);
  t.is(await api.house.store.lastPosition(), before);
});

test.serial('no other place, no other rental and no other status is accepted', async (t) => {
  const api = await openApi(t, { wallet: '500' });
  const id = await startedRental(api);
  const path = `POST /api/rentals/${id}/location` as const;
  const tell = (body: Readonly<Record<string, unknown>>) => api.call(api.user, path, { body });
  t.is((await tell({ ...kathmandu, latitude: 90.1 })).code, 'invalid_request');
  t.is((await tell({ ...kathmandu, longitude: -180.1 })).code, 'invalid_request');
  t.is((await tell({ ...kathmandu, accuracy: -1 })).code, 'invalid_request');
  t.is((await tell({ latitude: 27.7 })).code, 'invalid_request');
  const foreign = await api.call(userNamed('u-2'), path, { body: kathmandu });
  t.is(foreign.code, 'rental_not_found');

  api.house.clock.advance({ minutes: 61 });
  await api.house.settled();
  const late = await tell(kathmandu);
  t.is(late.code, 'invalid_rental_status');
  t.is(late.json.current_status, 'OVERDUE');
  await returnBank(api.house, api.scene);
  await api.house.settled();
  t.is((await tell(kathmandu)).json.current_status, 'COMPLETED');
  t.deepEqual(await positionsIn(api), []);
});
