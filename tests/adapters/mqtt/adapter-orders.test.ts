import test from 'ava';
import type { CabinetOrder } from '../../../domain/cabinet/index.js';
import {
  type BrokerMake,
  eventually,
  imeiOf,
  type Lab,
  openLab,
  typesOf,
} from '../../support/cabinet-lab.js';
import { getTopic, inventory, networks, updateTopic } from '../../support/cabinet-words.js';
import { isMosquittoInstalled } from '../../support/mosquitto.js';
import type { TestClient } from '../../support/mqtt-client.js';

const password = 'pass "word", of the shop';

const listening = async (lab: Lab): Promise<TestClient> => {
  const client = await lab.client();
  await client.subscribe(getTopic);
  await eventually(() => lab.presenceOf() === 'connected');
  return client;
};

const makes: readonly BrokerMake[] = isMosquittoInstalled()
  ? ['embedded', 'mosquitto']
  : ['embedded'];

for (const broker of makes) {
  test.serial(`${broker}: a scan for networks is asked for and answered`, async (t) => {
    const lab = await openLab(t, { broker });
    await lab.cabinet({ networkNames: ['shop-2g', 'Café "Nord"'] });
    await lab.order({ kind: 'wifi-scan' });
    const [answered] = await lab.seen('CabinetOrderAnswered');
    t.like(answered, { data: { orderId: 'o-1', ssids: ['shop-2g', 'Café "Nord"'] } });
    t.deepEqual(typesOf(await lab.cabinetLog()), [
      'CabinetOrdered',
      'CabinetOrderSent',
      'CabinetOrderAnswered',
    ]);
  });

  test.serial(
    `${broker}: the password of a network reaches the cabinet and nobody else`,
    async (t) => {
      const lab = await openLab(t, { broker });
      const client = await listening(lab);
      await lab.secrets.put('s-1', password, 30);
      await lab.order({ kind: 'wifi-connect', ssid: 'shop-2g', secretId: 's-1' });
      const { payload } = await client.waitFor(({ topic }) => topic === getTopic);
      t.deepEqual(JSON.parse(payload.toString()), {
        cmd: 'setWifi',
        username: 'shop-2g',
        password,
      });
      await lab.seen('CabinetOrderSent');
      const everything: unknown[] = [];
      for await (const { data, metadata } of lab.store.readLog(null))
        everything.push(data, metadata);
      const hidden = ['pass \\"word', password, JSON.stringify(password)];
      const written = [JSON.stringify(everything), JSON.stringify(lab.log.lines)];
      t.false(written.some((text) => hidden.some((word) => text.includes(word))));
    },
  );
}

test.serial('a check asks for all slots and its answer is a whole inventory', async (t) => {
  const lab = await openLab(t);
  const client = await listening(lab);
  await lab.order({ kind: 'check', includeEmpty: true });
  await client.waitFor(({ payload }) => payload.toString() === '{"cmd":"check_all"}');
  await client.publish(updateTopic, inventory({ 3: 50000003 }));
  await lab.seen('CabinetOrderAnswered');
  await lab.seen('StationFirstSynced');
  t.pass();
});

test.serial(
  'the answer to a partial check, and a report nobody asked for, are not whole',
  async (t) => {
    const lab = await openLab(t);
    const client = await listening(lab);
    await client.publish(updateTopic, inventory({ 2: 50000002 }));
    await lab.order({ kind: 'check', includeEmpty: false });
    await client.waitFor(({ payload }) => payload.toString() === '{"cmd":"check"}');
    await client.publish(updateTopic, inventory({ 2: 50000002, 3: 50000003 }));
    await lab.seen('CabinetOrderAnswered');
    t.false(typesOf(await lab.station()).includes('StationFirstSynced'));
  },
);

test.serial('an answer that comes after a restart finds its order in the log', async (t) => {
  const lab = await openLab(t, { withAdapter: false });
  const first = await lab.startAdapter();
  const client = await lab.client();
  await client.subscribe(getTopic);
  await eventually(() => first.connectionOf(imeiOf(1)) === 'connected');
  await lab.order({ kind: 'wifi-scan' });
  await client.waitFor(({ payload }) => payload.includes('getWifi'));
  await lab.seen('CabinetOrderSent');
  await first.stop();
  await lab.startAdapter();
  await client.publish(updateTopic, networks('shop'));
  const [answered] = await lab.seen('CabinetOrderAnswered');
  t.like(answered, { data: { ssids: ['shop'] } });
});

test.serial('answers are taken in the order of the questions', async (t) => {
  const lab = await openLab(t);
  const client = await listening(lab);
  await lab.order({ kind: 'wifi-scan' }, { orderId: 'first' });
  await lab.order({ kind: 'wifi-scan' }, { orderId: 'second' });
  await lab.seen('CabinetOrderSent', { times: 2 });
  await client.publish(updateTopic, networks('one'));
  await client.publish(updateTopic, networks('two'));
  const answered = await lab.seen('CabinetOrderAnswered', { times: 2 });
  t.like(answered, [
    { data: { orderId: 'first', ssids: ['one'] } },
    { data: { orderId: 'second', ssids: ['two'] } },
  ]);
});

const wire: readonly (readonly [CabinetOrder, string])[] = [
  [{ kind: 'reboot' }, '{"cmd":"reboot"}'],
  [{ kind: 'volume', volume: 30 }, '{"cmd":"volume","data":"30"}'],
  [{ kind: 'mode', mode: '4g' }, '{"cmd":"setMode","data":"4g"}'],
  [{ kind: 'load-ad' }, '{"cmd":"load_ad"}'],
  [
    { kind: 'wifi-connect', ssid: 'open-net', secretId: null },
    '{"cmd":"setWifi","username":"open-net","password":""}',
  ],
];

test.serial('orders go down as the protocol spells them, each once', async (t) => {
  const lab = await openLab(t);
  const client = await listening(lab);
  for (const [index, [order, payload]] of wire.entries()) {
    await lab.order(order, { orderId: `o-${index}` });
    const { qos } = await client.waitFor((message) => message.payload.toString() === payload);
    // A restart that came twice would never end; the others do no harm twice.
    t.is(qos, order.kind === 'reboot' ? 0 : 1, payload);
  }
  await lab.seen('CabinetOrderSent', { times: wire.length });
  t.is(client.received.length, wire.length);
});

test.serial('an order to a cabinet that has gone fails at once', async (t) => {
  const lab = await openLab(t);
  const client = await listening(lab);
  await client.end();
  await eventually(() => lab.presenceOf() === 'gone');
  await lab.order({ kind: 'reboot' });
  const [failed] = await lab.seen('CabinetOrderFailed');
  t.like(failed, { data: { failure: 'not-connected' } });
});

test.serial('a network whose password is gone is not joined', async (t) => {
  const lab = await openLab(t);
  const client = await listening(lab);
  await lab.order({ kind: 'wifi-connect', ssid: 'shop-2g', secretId: 'never-put' });
  const [failed] = await lab.seen('CabinetOrderFailed');
  t.like(failed, { data: { failure: 'expired' } });
  t.is(client.received.length, 0);
});

test.serial('what a cabinet of this family cannot be told fails as not understood', async (t) => {
  const lab = await openLab(t);
  const client = await listening(lab);
  // 20 letters are 60 bytes on the air, where names have 32.
  await lab.order({ kind: 'wifi-connect', ssid: 'क'.repeat(20), secretId: null });
  const [failed] = await lab.seen('CabinetOrderFailed');
  t.like(failed, { data: { failure: 'not-understood' } });
  t.is(client.received.length, 0);
});

test.serial('an old order is not sent after a restart; it is left to its timer', async (t) => {
  const lab = await openLab(t, { withAdapter: false });
  await lab.order({ kind: 'reboot' }, { orderId: 'old' });
  lab.clock.advance({ seconds: 31 });
  const adapter = await lab.startAdapter();
  const client = await lab.client();
  await client.subscribe(getTopic);
  await eventually(() => adapter.connectionOf(imeiOf(1)) === 'connected');
  await lab.order({ kind: 'volume', volume: 5 }, { orderId: 'new' });
  await client.waitFor(({ payload }) => payload.includes('volume'));
  t.is(client.received.length, 1);
  t.deepEqual(typesOf(await lab.cabinetLog()), [
    'CabinetOrdered',
    'CabinetOrdered',
    'CabinetOrderSent',
  ]);
});
