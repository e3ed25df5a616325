import test from 'ava';
import {
  type BrokerMake,
  eventually,
  imeiOf,
  type Lab,
  openLab,
} from '../../support/cabinet-lab.js';
import { heartbeat, heartTopic, inventory, updateTopic } from '../../support/cabinet-words.js';
import { isMosquittoInstalled } from '../../support/mosquitto.js';

const presence = async (lab: Lab): Promise<string> =>
  (await lab.handlers.station.load('KTM-0001')).state.presence;

/** Minute by minute, so that every look of the adapter comes. */
const pass = async (lab: Lab, minutes: number): Promise<void> => {
  for (let minute = 0; minute < minutes; minute += 1) {
    lab.clock.advance({ minutes: 1 });
    // The look reads the log; a command of our own on the same node comes back after it.
    await lab.handlers.settings.load('network');
    await new Promise((next) => setImmediate(next));
  }
};

/** Time goes on until the adapter has noticed; a look of it may be under way at any moment. */
const isDeclaredOffline = async (lab: Lab): Promise<void> => {
  while ((await presence(lab)) === 'ONLINE') lab.clock.advance({ seconds: 30 });
};

const makes: readonly BrokerMake[] = isMosquittoInstalled()
  ? ['embedded', 'mosquitto']
  : ['embedded'];

for (const broker of makes) {
  test.serial(
    `${broker}: a connection is a sign of life; its end alone is none of death`,
    async (t) => {
      const lab = await openLab(t, { broker });
      const client = await lab.client();
      const [online] = await lab.seen('StationCameOnline');
      t.like(online, { data: { trigger: 'BROKER' } });
      await client.end();
      await eventually(() => lab.presenceOf() === 'gone');
      await pass(lab, 22);
      t.is(await presence(lab), 'ONLINE');
      lab.clock.advance({ minutes: 1 });
      const [offline] = await lab.seen('StationWentOffline');
      t.like(offline, { data: { trigger: 'TIMEOUT' } });
    },
  );
}

test.serial('a connected cabinet stays online, however little it says', async (t) => {
  const lab = await openLab(t);
  const client = await lab.client();
  await lab.seen('StationCameOnline');
  await pass(lab, 60);
  t.is(await presence(lab), 'ONLINE');
  t.is(lab.presenceOf(), 'connected');
  await client.end();
});

test.serial('uploads keep a cabinet online while MQTT is down', async (t) => {
  const lab = await openLab(t);
  const parameters = { rentboxSN: imeiOf(1), signal: '0' };
  for (let upload = 0; upload < 4; upload += 1) {
    await lab.call('/api/rentbox/upload/data', parameters, { body: inventory({}) });
    await pass(lab, 20);
  }
  t.is(await presence(lab), 'ONLINE');
  t.is(lab.presenceOf(), 'unknown');
  await isDeclaredOffline(lab);
  t.is((await lab.seen('StationWentOffline')).length, 1);
});

test.serial('after a restart nobody is offline before a whole window has passed', async (t) => {
  const lab = await openLab(t, { withAdapter: false });
  const first = await lab.startAdapter();
  const client = await lab.client();
  await client.publish(heartTopic, heartbeat);
  await lab.seen('StationCameOnline');
  await client.end();
  lab.clock.advance({ minutes: 22 });
  await first.stop();
  await lab.startAdapter();
  await pass(lab, 22);
  t.is(await presence(lab), 'ONLINE');
  await isDeclaredOffline(lab);
  t.is((await lab.seen('StationWentOffline')).length, 1);
});

test.serial(
  'while the broker is away nobody is declared offline for our own deafness',
  async (t) => {
    const lab = await openLab(t);
    const client = await lab.client();
    await client.publish(heartTopic, heartbeat);
    await lab.seen('StationCameOnline');
    await client.end();
    await lab.broker.stop();
    await lab.logged('the connection to the broker is lost');
    await pass(lab, 60);
    t.is(await presence(lab), 'ONLINE');
  },
);

test.serial('after the broker was away cabinets are heard and told again', async (t) => {
  const lab = await openLab(t);
  const cabinet = await lab.cabinet();
  await cabinet.upload();
  await lab.restartBroker();
  await lab.logged('connected to the broker', 2);
  lab.clock.advance({ seconds: 10 });
  await lab.orderEject('50000003');
  t.is((await lab.seen('PowerBankEjected')).length, 1);
});

test.serial('a station that fell silent comes back with its first word', async (t) => {
  const lab = await openLab(t);
  const client = await lab.client();
  await lab.seen('StationCameOnline');
  await client.end();
  await eventually(() => lab.presenceOf() === 'gone');
  await isDeclaredOffline(lab);
  const parameters = { rentboxSN: imeiOf(1), signal: '0' };
  await lab.call('/api/rentbox/upload/data', parameters, { body: inventory({}) });
  t.is(await presence(lab), 'ONLINE');
});

test.serial('any message refutes a disconnect that was announced', async (t) => {
  const lab = await openLab(t);
  const client = await lab.client();
  await lab.seen('StationCameOnline');
  // A second connection of the same cabinet ends the first, and brokers may tell that late.
  const second = await lab.client();
  await second.publish(updateTopic, inventory({ 1: 50000001 }));
  await lab.seen('PowerBankDocked');
  t.is(lab.presenceOf(), 'connected');
  t.false(client.isConnected());
});
