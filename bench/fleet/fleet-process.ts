/** All cabinets of a network in one process. Argument: a `FleetPlan` as JSON. */

import * as E from 'fp-ts/lib/Either.js';
import { inventoryOf, type SimulatedSlots } from '../../adapters/embedded/cabinets/slots.js';
import { encodeFrame } from '../../adapters/mqtt/family-a/encode.js';
import { derivePassword } from '../../adapters/mqtt/passwords.js';
import { firstPasswordGeneration } from '../../bin/cabinet-passwords.js';
import { LightCabinet } from './light-cabinet.js';
import { bankOf, FleetOrder, FleetPlan, imeiOf } from './messages.js';

const usualPercent = 90;
/** The broker accepts no faster; those who wait longer would only try again. */
const openingAtOnceMax = 500;

const decoded = FleetPlan.decode(JSON.parse(process.argv[2] ?? ''));
if (E.isLeft(decoded)) throw new Error('the argument is no plan of a fleet');
const plan = decoded.right;

const cabinets = Array.from({ length: plan.cabinets }, (_, number) => {
  const { host, port, productKey, masterKey } = plan;
  const deviceName = imeiOf(number);
  const seed = { masterKey, deviceName, generation: firstPasswordGeneration };
  const hurry = number / plan.cabinets;
  const password = derivePassword(seed);
  return new LightCabinet({ host, port, productKey, deviceName, password, hurry });
});

const frameOf = (cabinet: number, percent: number): Uint8Array => {
  const slots: SimulatedSlots = Array.from({ length: plan.slots }, (_, index) => {
    const slot = index + 1;
    const power = index === 0 ? percent : usualPercent;
    const bank = { serial: bankOf(cabinet, slot, plan.slots), power };
    return { slot, bank: index < plan.banks ? bank : null, fault: null };
  });
  return encodeFrame(inventoryOf(slots));
};

/** Runs `work` for every cabinet, so many at a time. */
const forAll = async (
  work: (cabinet: LightCabinet, number: number) => Promise<void>,
  atOnceMax: number,
): Promise<void> => {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < cabinets.length) {
      const number = next;
      next += 1;
      const cabinet = cabinets[number];
      if (cabinet !== undefined) await work(cabinet, number);
    }
  };
  await Promise.all(Array.from({ length: atOnceMax }, worker));
};

const carryOut = async (order: FleetOrder): Promise<void> => {
  if (order.kind === 'connect') return forAll((cabinet) => cabinet.connected(), openingAtOnceMax);
  const { percent } = order;
  // All at once: this is what a storm is.
  return forAll((cabinet, number) => cabinet.publish(frameOf(number, percent)), cabinets.length);
};

process.on('message', (message) => {
  const order = FleetOrder.decode(message);
  if (E.isLeft(order)) throw new Error('not an order');
  const startedMs = performance.now();
  void carryOut(order.right).then(() => {
    const seconds = (performance.now() - startedMs) / 1_000;
    const connected = cabinets.filter((cabinet) => cabinet.isConnected()).length;
    process.send?.({ seconds, connected });
  });
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
