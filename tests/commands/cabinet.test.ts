import test from 'ava';
import { brandOrThrow } from '../../domain/shared/brand.js';
import { EntryId } from '../../domain/shared/ids.js';
import { type Api, openApi } from '../support/api.js';
import { admin, type CheckedAnswer, moderator } from '../support/openapi-client.js';
import { ejectOrdered } from '../support/rental-calls.js';
import { ejects } from '../support/renting.js';

/** The order that waits for the cabinet's adapter. */
const waitingOrder = async ({ house, scene }: Api): Promise<EntryId> => {
  for (;;) {
    const { state } = await house.handlers.cabinet.load(scene.station);
    const found = [...state.orders].find(([, { stage }]) => stage === 'ordered');
    if (found !== undefined) return found[0];
    await house.settled();
  }
};

/** Plays the adapter: the order goes out, and the cabinet answers it. */
const carryOut = async (api: Api, ssids: readonly string[] | null): Promise<void> => {
  const orderId = await waitingOrder(api);
  const { house, scene } = api;
  const { cabinet } = house.handlers;
  const at = house.clock.now();
  await house.done(cabinet, scene.station, { type: 'RecordOrderSent', orderId, at });
  if (ssids === null) return;
  await house.done(cabinet, scene.station, { type: 'RecordOrderAnswered', orderId, ssids, at });
};

test.serial('an order is answered at once, or when nothing more will come of it', async (t) => {
  const api = await openApi(t);
  const body = { station_id: api.scene.station };
  const atOnce = await api.call(admin, 'POST /api/internal/iot/reboot', { body });
  t.is(atOnce.data.status, 'ordered', atOnce.text);
  await carryOut(api, null);

  const scanning = api.call(moderator, 'POST /api/internal/iot/wifi/scan', { body, wait: 15 });
  await carryOut(api, ['Shop', 'Guest']);
  t.like((await scanning).data, { status: 'answered', ssids: ['Shop', 'Guest'] });

  const volume = { ...body, volume: 30 };
  const setting = api.call(admin, 'POST /api/internal/iot/volume', { body: volume, wait: 15 });
  await carryOut(api, null);
  t.like((await setting).data, { status: 'sent', ssids: null }, 'no cabinet answers this');
});

test.serial(
  'P-121: the password of a network is in no event, and waits to be taken once',
  async (t) => {
    const api = await openApi(t);
    const body = {
      station_id: api.scene.station,
      wifi_ssid: 'Shop',
      wifi_password: 'a secret of the shop',
    };
    const answer = await api.call(admin, 'POST /api/internal/iot/wifi/connect', { body });
    t.is(answer.status, 200);
    const events = await api.house.eventsOf(`cabinet-${api.scene.station}`);
    t.notRegex(JSON.stringify(events) + answer.text, /a secret of the shop/);
    t.deepEqual([...api.secrets.values()], ['a secret of the shop']);
    t.deepEqual([...api.secrets.keys()], [String(answer.data.order_id)]);
  },
);

test.serial(
  'an order that fails says why, and orders go only to cabinets that are there',
  async (t) => {
    const api = await openApi(t);
    const { house, scene } = api;
    const body = { station_id: scene.station, mode: '4g' };
    const asking = api.call(admin, 'POST /api/internal/iot/mode', { body, wait: 15 });
    const orderId = brandOrThrow(EntryId, await waitingOrder(api));
    const failure = { orderId, failure: 'not-connected', at: house.clock.now() } as const;
    const wish = { type: 'RecordOrderFailed', ...failure } as const;
    await house.done(house.handlers.cabinet, scene.station, wish);
    const failed = await asking;
    t.is(failed.code, 'cabinet_order_failed');
    t.is(failed.json.reason, 'not-connected');

    const nowhere = { ...body, station_id: 'NONE' };
    t.is(
      await codeOf(api.call(admin, 'POST /api/internal/iot/mode', { body: nowhere })),
      'station_not_found',
    );
    const at = house.clock.now();
    const offline = { type: 'DeclareOffline', trigger: 'MANUAL', lastSeenAt: at, at } as const;
    await house.done(house.handlers.station, scene.station, offline);
    t.is(await codeOf(api.call(admin, 'POST /api/internal/iot/mode', { body })), 'station_offline');
    const check = { station_id: scene.station };
    t.is(await codeOf(api.call(moderator, 'POST /api/internal/iot/mode', { body })), 'forbidden');
    const checked = api.call(moderator, 'POST /api/internal/iot/check', { body: check });
    t.is(await codeOf(checked), 'station_offline', 'moderators may look');
  },
);

const codeOf = async (answer: Promise<CheckedAnswer>): Promise<string> => (await answer).code;

test.serial('staff release a power bank; a repeated request releases no second one', async (t) => {
  const api = await openApi(t);
  const body = { station_id: api.scene.station, reason: 'maintenance' };
  const path = 'POST /api/internal/iot/eject';
  t.is(await codeOf(api.call(moderator, path, { body })), 'forbidden');
  const asking = api.call(admin, path, { body, wait: 15, key: 'out' });
  await ejectOrdered(api, asking);
  await ejects(api.house, api.scene, 'ejected');
  const answer = await asking;
  t.like(answer.data, { status: 'ejected', powerbank_sn: api.scene.best });
  const again = await api.call(admin, path, { body, wait: 15, key: 'out' });
  t.deepEqual(again.json, answer.json);

  const other = { ...body, powerbank_sn: '99999999' };
  t.is(await codeOf(api.call(admin, path, { body: other })), 'power_bank_not_in_station');
  const refused = api.call(admin, path, { body, wait: 15 });
  await ejectOrdered(api, refused);
  await ejects(api.house, api.scene, 'not_ejected');
  const failed = await refused;
  t.is(failed.code, 'eject_failed');
  t.is(failed.json.reason, 'cabinet-refused');
});
