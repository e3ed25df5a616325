import test from 'ava';
import { imeiOf, type Lab, openLab, typesOf } from '../../support/cabinet-lab.js';
import {
  ejected,
  inventory,
  returned,
  selfTested,
  updateTopic,
} from '../../support/cabinet-words.js';
import type { TestClient } from '../../support/mqtt-client.js';

/** The roads of one return (protocol §5.3). */
const roads = ['return', 'http', 'selftest', 'upload'] as const;
type Road = (typeof roads)[number];

const orders = (rest: readonly Road[]): readonly (readonly Road[])[] =>
  rest.length === 0
    ? [[]]
    : rest.flatMap((road) =>
        orders(rest.filter((other) => other !== road)).map((order) => [road, ...order]),
      );

const rentboxSN = imeiOf(1);

interface Return {
  readonly serial: number;
  readonly slot: number;
}

/** Tells of a return by one road and resolves when it is recorded. */
const tell = async (
  { lab, client }: { readonly lab: Lab; readonly client: TestClient },
  road: Road,
  { serial, slot }: Return,
): Promise<void> => {
  const before = lab.messages();
  if (road === 'return') await client.publish(updateTopic, returned(serial, slot));
  if (road === 'selftest') await client.publish(updateTopic, selfTested(serial, slot));
  if (road === 'http') {
    const parameters = { rentboxSN, singleSN: String(serial), hole: String(slot) };
    const { status } = await lab.call('/api/rentbox/order/return', parameters);
    if (status !== 200) throw new Error(`the return was answered ${status}`);
  }
  if (road === 'upload') {
    const body = inventory({ [slot]: [serial, 80] });
    await lab.call('/api/rentbox/upload/data', { rentboxSN, signal: '0' }, { body });
  }
  await lab.recorded(before + 1);
};

const dockings = async (lab: Lab, serial: number) =>
  (await lab.station()).filter(
    (event) => event.type === 'PowerBankDocked' && event.data.powerBank === String(serial),
  );

for (const order of orders(roads)) {
  test.serial(`one return told by ${order.join(', ')} counts once`, async (t) => {
    const lab = await openLab(t);
    const scene = { lab, client: await lab.client() };
    const bank = { serial: 50000007, slot: 5 };
    await tell(scene, 'upload', { serial: 50000001, slot: 1 });
    lab.clock.advance({ minutes: 5 });
    for (const road of order) {
      await tell(scene, road, bank);
      lab.clock.advance({ seconds: 7 });
      // Delivered once more, as QoS 1 and impatient cabinets do.
      await tell(scene, road, bank);
      lab.clock.advance({ seconds: 20 });
    }
    t.is((await dockings(lab, bank.serial)).length, 1);
  });
}

test.serial('a bank that is put in, taken out and put in again has come back twice', async (t) => {
  const lab = await openLab(t);
  const client = await lab.client();
  const bank = { serial: 50000007, slot: 5 };
  await tell({ lab, client }, 'return', bank);
  lab.clock.advance({ seconds: 8 });
  await client.publish(`/powerbank/${rentboxSN}/user/heart`, '');
  await lab.rejectionSeen('empty');
  await lab.orderEject('50000007');
  await lab.seen('EjectDispatched');
  await client.publish(updateTopic, ejected(bank.serial));
  await lab.seen('PowerBankEjected');
  lab.clock.advance({ seconds: 9 });
  // The very same frame as before, seventeen seconds later: no repetition this time.
  await tell({ lab, client }, 'return', bank);
  t.is((await dockings(lab, bank.serial)).length, 2);
});

test.serial(
  'a bank that an upload shows in another slot has moved and is in one place',
  async (t) => {
    const lab = await openLab(t);
    const client = await lab.client();
    await tell({ lab, client }, 'upload', { serial: 50000007, slot: 2 });
    lab.clock.advance({ minutes: 20 });
    await tell({ lab, client }, 'upload', { serial: 50000007, slot: 6 });
    const { state } = await lab.handlers.station.load('KTM-0001');
    const places = [...state.slots.values()].filter(({ bank }) => bank !== null);
    t.deepEqual(
      places.map(({ slot }) => slot),
      [6],
    );
  },
);

test.serial('a return that awaits its self-test is no return and no fault yet', async (t) => {
  const lab = await openLab(t);
  const client = await lab.client();
  await client.publish(updateTopic, returned(50000007, 5, 0x24));
  await lab.recorded(1);
  t.deepEqual(typesOf(await lab.station()), ['StationRegistered', 'StationCameOnline']);
  lab.clock.advance({ minutes: 2 });
  await tell({ lab, client }, 'selftest', { serial: 50000007, slot: 5 });
  t.is((await dockings(lab, 50000007)).length, 1);
});

test.serial(
  'a return that the cabinet pushed out again is told to staff, and docks nothing',
  async (t) => {
    const lab = await openLab(t);
    const client = await lab.client();
    await client.publish(updateTopic, returned(0, 5, 0x11));
    const [raised] = await lab.seen('AnomalyRaised');
    t.like(raised, { data: { anomaly: { kind: 'return-rejected', slot: 5, rawState: 0x11 } } });
    t.is((await dockings(lab, 0)).length, 0);
  },
);
