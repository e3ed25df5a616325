import test from 'ava';
import type { DecideEject, EjectBehaviour } from '../../../adapters/embedded/cabinets/behaviour.js';
import type { FamilyACommand } from '../../../adapters/mqtt/family-a/commands.js';
import { type CabinetScene, openCabinetScene, slotsWith } from '../../support/cabinet-scene.js';

const SERIAL = '50000001';
const ejectBank: FamilyACommand = { cmd: 'popup_sn', sn: SERIAL, validity: null };
const ejectSlot: FamilyACommand = { cmd: 'popup', slot: 3, port: 0, validity: null };

const always =
  (behaviour: EjectBehaviour): DecideEject =>
  () =>
    behaviour;

/**
 * Asks for a bank that is not there until that is what the cabinet says: while an eject runs it
 * answers FE, so afterwards the running one is over.
 */
const afterRunningEject = async (scene: CabinetScene): Promise<void> => {
  let state: number;
  do {
    await scene.send({ cmd: 'popup_sn', sn: '7', validity: null });
    state = (await scene.next('popup_sn')).state;
  } while (state === 0xfe);
};

test('an eject by serial takes the bank out and says so', async (t) => {
  const scene = await openCabinetScene(t);
  await scene.send(ejectBank);
  t.like(await scene.next('popup_sn'), { sn: SERIAL, state: 1, outcome: 'ejected' });
  t.is(scene.cabinet.slots()[2]?.bank, null);
});

test('an eject by slot takes out whatever is in it', async (t) => {
  const scene = await openCabinetScene(t);
  await scene.send(ejectSlot);
  t.like(await scene.next('popup_slot'), { slot: 3, boardAddress: 1, outcome: 'ejected' });
  t.is(scene.cabinet.slots()[2]?.bank, null);
});

test('a bank that is not there and an empty slot are refused with their states', async (t) => {
  const scene = await openCabinetScene(t);
  await scene.send({ cmd: 'popup_sn', sn: '7', validity: null });
  t.like(await scene.next('popup_sn'), { sn: '7', state: 0xfc, outcome: 'not_ejected' });
  await scene.send({ cmd: 'popup', slot: 1, port: 0, validity: null });
  t.like(await scene.next('popup_slot'), { state: 0xfb, outcome: 'not_ejected' });
});

test('a jammed slot keeps its bank, whatever the script says', async (t) => {
  const slots = slotsWith(4, { 3: SERIAL }).map((slot) => ({ ...slot, fault: 4 }));
  const scene = await openCabinetScene(t, { slots });
  await scene.send(ejectBank);
  t.like(await scene.next('popup_sn'), { state: 0x12, outcome: 'not_ejected' });
  t.is(scene.cabinet.slots()[2]?.bank?.serial, SERIAL);
});

test('a second eject while the first is running is refused with FE', async (t) => {
  const slots = slotsWith(4, { 2: '50000002', 3: SERIAL });
  const scene = await openCabinetScene(t, { slots, cabinet: { timings: { ejectMs: 300 } } });
  await Promise.all([
    scene.send(ejectBank),
    scene.send({ cmd: 'popup_sn', sn: '50000002', validity: null }),
  ]);
  t.like(await scene.next('popup_sn'), { sn: '50000002', state: 0xfe });
  t.like(await scene.next('popup_sn'), { sn: SERIAL, state: 1 });
  t.is(scene.cabinet.slots()[1]?.bank?.serial, '50000002');
});

test('a refused eject names its state and keeps the bank', async (t) => {
  const behaviour = always({ kind: 'refuse', state: 0x88 });
  const scene = await openCabinetScene(t, { cabinet: { behaviour } });
  await scene.send(ejectBank);
  t.like(await scene.next('popup_sn'), { state: 0x88, outcome: 'not_ejected' });
  t.is(scene.cabinet.slots()[2]?.bank?.serial, SERIAL);
});

for (const leaves of [true, false]) {
  const fate = leaves ? 'leaves' : 'stays';

  test(`an uncertain answer says nothing of the bank that ${fate}`, async (t) => {
    const behaviour = always({ kind: 'uncertain', leaves });
    const scene = await openCabinetScene(t, { cabinet: { behaviour } });
    await scene.send(ejectBank);
    t.like(await scene.next('popup_sn'), { sn: SERIAL, state: 0x11, outcome: 'uncertain' });
    await scene.send({ cmd: 'check_all' });
    const serial = (await scene.next('inventory')).boards[0]?.slots[2]?.sn;
    t.is(serial, leaves ? null : SERIAL);
  });

  test(`a silent cabinet answers no eject, and the bank ${fate}`, async (t) => {
    const scene = await openCabinetScene(t, {
      cabinet: { behaviour: always({ kind: 'silent', leaves }) },
    });
    await scene.send(ejectBank);
    await afterRunningEject(scene);
    t.false(scene.updates().some((frame) => frame.kind === 'popup_sn' && frame.sn === SERIAL));
    t.is(scene.cabinet.slots()[2]?.bank?.serial, leaves ? undefined : SERIAL);
  });

  test(`a lost connection hides the answer, and the bank ${fate}`, async (t) => {
    const behaviour = always({ kind: 'dropConnection', leaves });
    const scene = await openCabinetScene(t, { cabinet: { behaviour } });
    await scene.send(ejectBank);
    await scene.call('/api/iot/client/con', 2);
    await scene.cabinet.connected();
    t.is(scene.cabinet.slots()[2]?.bank?.serial, leaves ? undefined : SERIAL);
    t.deepEqual(scene.updates(), []);
  });
}

test('a late answer comes after that of a later eject and is still true', async (t) => {
  const slots = slotsWith(4, { 2: '50000002', 3: SERIAL });
  let answerNow = (): void => undefined;
  const after = new Promise<void>((resolve) => {
    answerNow = resolve;
  });
  const behaviour: DecideEject = (request) =>
    request.kind === 'serial' && request.serial === SERIAL
      ? { kind: 'late', after }
      : { kind: 'obey' };
  const scene = await openCabinetScene(t, { slots, cabinet: { behaviour } });
  await scene.send(ejectBank);
  await afterRunningEject(scene);
  await scene.send({ cmd: 'popup_sn', sn: '50000002', validity: null });
  t.like(await scene.next('popup_sn'), { sn: '50000002', outcome: 'ejected' });
  answerNow();
  t.like(await scene.next('popup_sn'), { sn: SERIAL, outcome: 'ejected' });
});

test('an answer can name another bank than the one asked for', async (t) => {
  const behaviour = always({ kind: 'otherSerial', serial: '50000099', leaves: false });
  const scene = await openCabinetScene(t, { cabinet: { behaviour } });
  await scene.send(ejectBank);
  t.like(await scene.next('popup_sn'), { sn: '50000099', outcome: 'ejected' });
  t.is(scene.cabinet.slots()[2]?.bank?.serial, SERIAL);
});

test('the script can change from one eject to the next', async (t) => {
  const scene = await openCabinetScene(t);
  scene.cabinet.setBehaviour(always({ kind: 'refuse', state: 0 }));
  await scene.send(ejectBank);
  t.like(await scene.next('popup_sn'), { state: 0 });
  scene.cabinet.setBehaviour(always({ kind: 'obey' }));
  await scene.send(ejectBank);
  t.like(await scene.next('popup_sn'), { state: 1 });
});
