import test from 'ava';
import { seedStations } from '../../bin/seed/stations.js';
import { type Api, openApi } from '../support/api.js';
import { userNamed } from '../support/openapi-client.js';
import { itemsOf } from '../support/rental-calls.js';

/** Registers the four stations of the rules; answers the last position. */
const registerAll = async ({ house }: Api): Promise<string> => {
  const { handlers, clock, done } = house;
  let position = 0n;
  for (const { serial: station, imei, details } of seedStations.slice(0, 4)) {
    const wish = { type: 'RegisterStation', station, imei, details, at: clock.now() } as const;
    position = (await done(handlers.station, station, wish)).position ?? position;
  }
  return position.toString();
};

test.serial('P-053: stations around a place come in the order of their distance', async (t) => {
  const api = await openApi(t);
  const minPosition = await registerAll(api);
  const around = 'lat=27.7172&lng=85.3240';
  const near = await api.call(null, `GET /api/stations/nearby?${around}&radius=10`, {
    minPosition,
  });
  const items = itemsOf(near);
  t.deepEqual(
    items.map(({ serial_number }) => serial_number),
    ['KTM001', 'KTM-1', 'LTP001'],
  );
  const distances = items.map(({ distance_km }) => Number(distance_km));
  t.deepEqual(
    distances,
    distances.toSorted((left, right) => left - right),
  );
  t.true(distances.every((km) => km <= 10));
  // Lalitpur is about 4.4 km away as the crow flies.
  t.true(Math.abs((distances[2] ?? 0) - 4.37) < 0.1, String(distances[2]));

  const far = await api.call(null, `GET /api/stations/nearby?${around}&radius=50`);
  t.false(
    itemsOf(far).some(({ serial_number }) => serial_number === 'CTW001'),
    '20 km at most',
  );
  const wide = await api.call(null, `GET /api/stations/nearby?${around}&radius=51`);
  t.is(wide.code, 'invalid_request');
  const listed = await api.call(null, `GET /api/stations?${around}&max_distance=1`);
  t.deepEqual(
    itemsOf(listed).map(({ serial_number }) => serial_number),
    ['KTM001'],
  );
});

test.serial('a station shows its free slots and the banks that could be rented', async (t) => {
  const api = await openApi(t);
  const one = await api.call(null, `GET /api/stations/${api.scene.station}?lat=27.7&lng=85.3`);
  t.like(one.data, { status: 'ONLINE', total_slots: 4, free_slots: 2, rentable_power_banks: 2 });
  const slots = Array.isArray(one.data.slots) ? one.data.slots : [];
  t.like(slots[0], {
    number: 1,
    status: 'OCCUPIED',
    battery_level: 95,
    powerbank_sn: api.scene.best,
    rentable: true,
  });
  t.is(slots.length, 4);
  const none = await api.call(null, 'GET /api/stations/NONE');
  t.is(none.code, 'station_not_found');
});

test.serial('stations are listed by name, page by page, and searched', async (t) => {
  const api = await openApi(t);
  const minPosition = await registerAll(api);
  const first = await api.call(null, 'GET /api/stations?page_size=3', { minPosition });
  const cursor = String(first.data.next_cursor);
  const rest = await api.call(null, `GET /api/stations?page_size=3&cursor=${cursor}`);
  const names = [...itemsOf(first), ...itemsOf(rest)].map(({ name }) => String(name));
  t.is(names.length, 5);
  t.deepEqual(names, names.toSorted());
  const found = await api.call(null, 'GET /api/stations?search=pokhara');
  t.deepEqual(
    itemsOf(found).map(({ serial_number }) => serial_number),
    ['PKR001'],
  );
  const wildcard = await api.call(null, 'GET /api/stations?search=%25');
  t.deepEqual(itemsOf(wildcard), [], 'a percent sign is a percent sign');
  const offline = await api.call(null, 'GET /api/stations?status=OFFLINE');
  t.is(itemsOf(offline).length, 4);
});

test.serial('a favourite is marked, shown to its user alone, and unmarked', async (t) => {
  const api = await openApi(t);
  const path = `POST /api/stations/${api.scene.station}/favorite` as const;
  const marked = await api.call(api.user, path, { key: 'tap' });
  t.is(marked.data.is_favorite, true);
  await api.call(api.user, path, { key: 'tap' });
  const minPosition = marked.headers.get('x-position') ?? '';
  const own = await api.call(api.user, 'GET /api/stations/favorites', { minPosition });
  t.deepEqual(
    itemsOf(own).map(({ serial_number }) => serial_number),
    [api.scene.station],
  );
  const others = await api.call(userNamed('u-2'), 'GET /api/stations/favorites', { minPosition });
  t.deepEqual(itemsOf(others), []);
  const unmarked = await api.call(api.user, path);
  t.is(unmarked.data.is_favorite, false);
  const after = { minPosition: unmarked.headers.get('x-position') ?? '' };
  t.deepEqual(itemsOf(await api.call(api.user, 'GET /api/stations/favorites', after)), []);
  const nowhere = await api.call(api.user, 'POST /api/stations/NONE/favorite');
  t.is(nowhere.code, 'station_not_found');
});
