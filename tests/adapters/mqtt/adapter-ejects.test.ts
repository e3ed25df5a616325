import test from 'ava';
import * as E from 'fp-ts/lib/Either.js';
import { parseCommand } from '../../../adapters/mqtt/family-a/commands.js';
import type { EventStore } from '../../../ports/event-store.js';
import {
  type BrokerMake,
  eventually,
  type Lab,
  openLab,
  typesOf,
} from '../../support/cabinet-lab.js';
import { ejected, getTopic, inventory, updateTopic } from '../../support/cabinet-words.js';
import { isMosquittoInstalled } from '../../support/mosquitto.js';
import type { TestClient } from '../../support/mqtt-client.js';

const bank = '50000003';
const bankNumber = 50000003;

/** A cabinet that only listens, and has shown one bank in slot 3. */
const listening = async (lab: Lab): Promise<TestClient> => {
  const client = await lab.client();
  await client.subscribe(getTopic);
  await client.publish(updateTopic, inventory({ 3: bankNumber, 4: 50000004 }));
  await lab.seen('PowerBankDocked', { times: 2 });
  lab.clock.advance({ seconds: 10 });
  return client;
};

const commandsTo = (client: TestClient): readonly string[] =>
  client.received.map(({ payload }) => {
    const command = parseCommand(payload.toString());
    return E.isRight(command) ? command.right.cmd : 'none';
  });

const ejectsTo = (client: TestClient): number =>
  commandsTo(client).filter((cmd) => cmd === 'popup_sn').length;

/** Once this has come, everything that was published before it has come as well. */
const marker = async (lab: Lab, client: TestClient): Promise<void> => {
  await lab.order({ kind: 'volume', volume: 1 }, { orderId: 'marker' });
  await client.waitFor(({ payload }) => payload.includes('"volume"'));
};

const ends = ['EjectOrdered', 'EjectDispatched', 'PowerBankEjected', 'EjectRefused'];
const ejectEvents = async (lab: Lab) =>
  typesOf(await lab.station()).filter((type) => ends.includes(type) || type.startsWith('Eject'));

const makes: readonly BrokerMake[] = isMosquittoInstalled()
  ? ['embedded', 'mosquitto']
  : ['embedded'];

for (const broker of makes) {
  test.serial(`${broker}: an ordered bank is ejected, and the log says so in order`, async (t) => {
    const lab = await openLab(t, { broker });
    const cabinet = await lab.cabinet();
    await cabinet.upload();
    lab.clock.advance({ seconds: 10 });
    await lab.orderEject(bank);
    await lab.seen('PowerBankEjected');
    t.deepEqual(await ejectEvents(lab), ['EjectOrdered', 'EjectDispatched', 'PowerBankEjected']);
    t.is(cabinet.slots()[2]?.bank, null);
    t.is(lab.metrics.counted('ejects_published_total', { outcome: 'published' }), 1);
  });

  test.serial(`${broker}: two adapters publish one order once between them`, async (t) => {
    const lab = await openLab(t, { broker });
    await lab.startAdapter();
    const client = await listening(lab);
    for (let round = 1; round <= 5; round += 1) {
      await lab.orderEject(bank, { ejectId: `e-${round}` });
      await lab.seen('EjectDispatched', { times: round });
      await client.publish(updateTopic, ejected(bankNumber, 0x12));
      await lab.seen('EjectRefused', { times: round });
    }
    await marker(lab, client);
    t.is(ejectsTo(client), 5);
    t.is(commandsTo(client).filter((cmd) => cmd === 'volume').length, 1);
  });

  test.serial(
    `${broker}: a cabinet that has gone is refused at once and told nothing`,
    async (t) => {
      const lab = await openLab(t, { broker });
      const client = await listening(lab);
      await client.end();
      await eventually(() => lab.presenceOf() === 'gone');
      await lab.orderEject(bank);
      const [refused] = await lab.seen('EjectRefused');
      t.like(refused, { data: { reason: 'not-connected' } });
      const again = await lab.client();
      await again.subscribe(getTopic);
      await eventually(() => lab.presenceOf() === 'connected');
      await marker(lab, again);
      t.deepEqual(commandsTo(again), ['volume']);
    },
  );
}

test.serial(
  'an eject goes out at most once, with the time of its order and its time to live',
  async (t) => {
    const lab = await openLab(t);
    const client = await listening(lab);
    const orderedAtSeconds = Math.floor(Date.parse(lab.clock.now()) / 1_000);
    await lab.orderEject(bank);
    const { payload, retain, qos } = await client.waitFor(({ topic }) => topic === getTopic);
    t.deepEqual(JSON.parse(payload.toString()), {
      cmd: 'popup_sn',
      data: bank,
      timestamp: String(orderedAtSeconds),
      ttl: '15',
    });
    t.false(retain);
    t.is(qos, 0);
  },
);

test.serial('one eject at a time: the next goes out when the first has ended', async (t) => {
  const lab = await openLab(t);
  const client = await listening(lab);
  await lab.orderEject(bank, { ejectId: 'e-1' });
  await lab.orderEject('50000004', { ejectId: 'e-2' });
  await lab.seen('EjectDispatched');
  await marker(lab, client);
  t.is(ejectsTo(client), 1);
  await client.publish(updateTopic, ejected(bankNumber));
  await lab.seen('EjectDispatched', { times: 2 });
  await client.waitFor(({ payload }) => payload.includes('50000004'));
  t.is(ejectsTo(client), 2);
});

test.serial(
  'a cabinet that was there before us is asked whether it is, and then told',
  async (t) => {
    const lab = await openLab(t, { withAdapter: false });
    const first = await lab.startAdapter();
    const client = await listening(lab);
    await first.stop();
    await lab.startAdapter();
    await lab.orderEject(bank);
    await client.waitFor(({ payload }) => payload.includes('check_all'));
    await client.publish(updateTopic, inventory({ 3: bankNumber, 4: 50000004 }));
    await lab.seen('EjectDispatched');
    await client.waitFor(({ payload }) => payload.includes('popup_sn'));
    t.deepEqual(commandsTo(client), ['check_all', 'popup_sn']);
  },
);

test.serial(
  'who does not answer that question in time is not told, and the order ends',
  async (t) => {
    const lab = await openLab(t, { withAdapter: false });
    const first = await lab.startAdapter();
    const client = await listening(lab);
    await first.stop();
    await lab.startAdapter();
    await lab.orderEject(bank);
    await client.waitFor(({ payload }) => payload.includes('check_all'));
    lab.clock.advance({ seconds: 5 });
    const [refused] = await lab.seen('EjectRefused');
    t.like(refused, { data: { reason: 'not-connected' } });
    t.is(ejectsTo(client), 0);
  },
);

test.serial('an order from just before a restart is dispatched after it', async (t) => {
  const lab = await openLab(t, { withAdapter: false });
  const first = await lab.startAdapter();
  const client = await listening(lab);
  await first.stop();
  await lab.orderEject(bank);
  lab.clock.advance({ seconds: 3 });
  await lab.startAdapter();
  await client.waitFor(({ payload }) => payload.includes('check_all'));
  await client.publish(updateTopic, inventory({ 3: bankNumber, 4: 50000004 }));
  await client.waitFor(({ payload }) => payload.includes('popup_sn'));
  t.is(ejectsTo(client), 1);
});

test.serial('an order that was dispatched before a restart is not published again', async (t) => {
  const lab = await openLab(t, { withAdapter: false });
  const first = await lab.startAdapter();
  const client = await listening(lab);
  await lab.orderEject(bank);
  await client.waitFor(({ payload }) => payload.includes('popup_sn'));
  await first.stop();
  await lab.startAdapter();
  await client.publish(updateTopic, inventory({ 3: bankNumber, 4: 50000004, 6: 50000006 }));
  await lab.seen('PowerBankDocked', { times: 3 });
  await marker(lab, client);
  t.is(ejectsTo(client), 1);
});

test.serial('an adapter that stops while it asks leaves the order to the next one', async (t) => {
  const lab = await openLab(t, { withAdapter: false });
  const first = await lab.startAdapter();
  const client = await listening(lab);
  await first.stop();
  const second = await lab.startAdapter();
  await lab.orderEject(bank);
  await client.waitFor(({ payload }) => payload.includes('check_all'));
  await second.stop();
  t.deepEqual(await ejectEvents(lab), ['EjectOrdered']);
  await lab.startAdapter();
  await eventually(() => commandsTo(client).length === 2);
  await client.publish(updateTopic, inventory({ 3: bankNumber, 4: 50000004 }));
  await client.waitFor(({ payload }) => payload.includes('popup_sn'));
  t.is(ejectsTo(client), 1);
});

test.serial('an order that is too old is left to its timer, whoever is connected', async (t) => {
  const lab = await openLab(t, { withAdapter: false });
  const first = await lab.startAdapter();
  const client = await listening(lab);
  await first.stop();
  await lab.orderEject(bank);
  lab.clock.advance({ seconds: 16 });
  await lab.startAdapter();
  await client.waitFor(({ payload }) => payload.includes('check_all'));
  await client.publish(updateTopic, inventory({ 3: bankNumber, 4: 50000004 }));
  await lab.logged('an eject is not ours to publish');
  await marker(lab, client);
  t.is(ejectsTo(client), 0);
  t.deepEqual(await ejectEvents(lab), ['EjectOrdered']);
});

test.serial('a cabinet that refuses, doubts or says nothing ends no order wrongly', async (t) => {
  const lab = await openLab(t);
  const cabinet = await lab.cabinet();
  await cabinet.upload();
  lab.clock.advance({ seconds: 10 });

  cabinet.setBehaviour(() => ({ kind: 'refuse', state: 0x12 }));
  await lab.orderEject(bank, { ejectId: 'refused' });
  const [refused] = await lab.seen('EjectRefused');
  t.like(refused, { data: { reason: 'cabinet-refused', rawState: 0x12 } });

  cabinet.setBehaviour(() => ({ kind: 'uncertain', leaves: true }));
  await lab.orderEject(bank, { ejectId: 'uncertain' });
  const [uncertain] = await lab.seen('EjectBecameUncertain');
  t.like(uncertain, { data: { ejectId: 'uncertain', rawState: 0x11 } });
  lab.clock.advance({ seconds: 10 });
  await lab.order({ kind: 'check', includeEmpty: true });
  const [out] = await lab.seen('PowerBankEjected');
  t.like(out, { data: { ejectId: 'uncertain', evidence: 'inventory' } });
});

test.serial('an answer that comes after the wait is still applied', async (t) => {
  const lab = await openLab(t);
  const client = await listening(lab);
  await lab.orderEject(bank);
  await lab.seen('EjectDispatched');
  lab.clock.advance({ seconds: 15 });
  await lab.tellSilence('e-1');
  await lab.seen('EjectBecameUncertain');
  lab.clock.advance({ seconds: 40 });
  await client.publish(updateTopic, ejected(bankNumber));
  const [out] = await lab.seen('PowerBankEjected');
  t.like(out, { data: { ejectId: 'e-1', evidence: 'answer' } });
});

test.serial('another bank than the ordered one came out: the log follows the metal', async (t) => {
  const lab = await openLab(t);
  const client = await listening(lab);
  await lab.orderEject(bank);
  await lab.seen('EjectDispatched');
  await client.publish(updateTopic, ejected(50000004));
  const [out] = await lab.seen('PowerBankEjected');
  t.like(out, { data: { powerBank: '50000004', ordered: bank } });
  await lab.seen('AnomalyRaised');
});

test.serial('an answer for a bank that nobody knows is counted and changes nothing', async (t) => {
  const lab = await openLab(t);
  const client = await listening(lab);
  const before = (await lab.station()).length;
  await client.publish(updateTopic, ejected(59999999));
  await lab.rejectionSeen('unexpected_eject_answer');
  t.is((await lab.station()).length, before);
});

/** A log whose answers to appends are lost now and then, after it has written. */
const forgetful =
  (isLost: (types: readonly string[]) => boolean) =>
  (store: EventStore): EventStore => ({
    ...store,
    append: async (stream, expected, events) => {
      const outcome = await store.append(stream, expected, events);
      const lost = outcome.kind === 'done' && isLost(events.map(({ type }) => type));
      return lost ? { kind: 'unknown', reason: 'lost by the test' } : outcome;
    },
  });

test.serial('leave to publish whose answer was lost is looked up, and used once', async (t) => {
  const storeOf = forgetful((types) => types.includes('EjectDispatched'));
  const lab = await openLab(t, { storeOf });
  const client = await listening(lab);
  await lab.orderEject(bank);
  await client.waitFor(({ payload }) => payload.includes('popup_sn'));
  await marker(lab, client);
  t.is(ejectsTo(client), 1);
  t.deepEqual(await ejectEvents(lab), ['EjectOrdered', 'EjectDispatched']);
});

test.serial('an answer is recorded once the log is back', async (t) => {
  let isAway = false;
  const storeOf = (store: EventStore): EventStore => ({
    ...store,
    append: async (stream, expected, events) =>
      isAway
        ? { kind: 'unknown', reason: 'away by the test' }
        : store.append(stream, expected, events),
  });
  const lab = await openLab(t, { storeOf });
  const client = await listening(lab);
  await lab.orderEject(bank);
  await client.waitFor(({ payload }) => payload.includes('popup_sn'));
  isAway = true;
  await client.publish(updateTopic, ejected(bankNumber));
  await lab.logged('a message of a cabinet will be recorded later');
  isAway = false;
  t.is((await lab.seen('PowerBankEjected')).length, 1);
});
