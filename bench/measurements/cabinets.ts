/**
 * A whole network of cabinets at the broker: all of them connected at once, all of them uploading
 * at once, and all of them coming back at once after the broker was killed (`reconnect-storm`).
 * Broker and cabinets have processes of their own, so that the broker can be killed alone; it is
 * the embedded one.
 */

import { randomBytes } from 'node:crypto';
import { DEFAULT_PRODUCT_KEY } from '../../adapters/mqtt/family-a/topics.js';
import { bytesOf } from '../fleet/memory.js';
import type { BrokerPlan } from '../fleet/messages.js';
import { banksPlaced, checkUploads, registerStations, uploadsFromNow } from '../fleet/network.js';
import {
  type BrokerProcess,
  type Fleet,
  startBrokerProcess,
  startFleet,
} from '../fleet/processes.js';
import { freePort, loopback } from '../free-port.js';
import type { Measurement, Row, Setting } from '../measurement.js';
import { type Program, startProgram } from '../program.js';
import { network, shapes } from '../shapes.js';
import { mustEqual } from '../sums.js';
import { frameRates } from './cabinets/frames.js';

const quickCabinets = 250;
/** Each bank that is shown for the first time is work of its own, which is not measured here. */
const banksOfCabinet = 1;
const backend = 'backend';
const secretBytes = 24;
const kibibyte = 1_024;

/** Charge of the first bank in each upload: every upload of every cabinet is news. */
const percents = { first: 90, measured: 80, storm: 70 };

const single = (row: Pick<Row, 'name' | 'ours' | 'unit' | 'about' | 'n'>): Row => ({
  ...row,
  rival: null,
  latencyMs: null,
  goals: [],
});

interface Scene {
  readonly plan: BrokerPlan;
  readonly broker: BrokerProcess;
  readonly program: Program;
  readonly fleet: Fleet;
  readonly cabinets: number;
}

const openScene = async ({ cleanup, isQuick }: Setting): Promise<Scene> => {
  const secret = (): string => randomBytes(secretBytes).toString('hex');
  const place = { port: await freePort(), productKey: DEFAULT_PRODUCT_KEY, masterKey: secret() };
  const plan = { ...place, username: backend, password: secret() };
  const broker = await startBrokerProcess(cleanup, plan);
  const program = await startProgram(cleanup, {
    POWERBANK_MQTT_URL: `mqtt://${loopback}:${plan.port}`,
    POWERBANK_MQTT_USERNAME: plan.username,
    POWERBANK_MQTT_PASSWORD: plan.password,
    POWERBANK_CABINET_MASTER_KEY: plan.masterKey,
  });
  const cabinets = isQuick ? quickCabinets : network.cabinets;
  const { slotsOfCabinet: slots } = network;
  const size = { cabinets, slots, banks: banksOfCabinet };
  const fleet = await startFleet(cleanup, { ...size, host: loopback, ...place });
  return { plan, broker, program, fleet, cabinets };
};

/** All cabinets connect; then each shows for the first time what is in it. */
const connectAll = async (
  { broker, program, fleet, cabinets }: Scene,
  say: Setting['say'],
): Promise<readonly Row[]> => {
  const uploads = await uploadsFromNow(program);
  const memory = (): Promise<number> => bytesOf([broker.pid, program.pid]);
  const bytesBefore = await memory();
  const { connected, seconds } = await fleet.tell({ kind: 'connect' });
  mustEqual('cabinets connected', connected, cabinets);
  const bytes = (await memory()) - bytesBefore;
  say(`${connected} cabinets connected in ${seconds.toFixed(1)} s`);
  const startedMs = performance.now();
  await fleet.tell({ kind: 'upload', percent: percents.first });
  await uploads.absorbed(cabinets);
  await banksPlaced(program, cabinets * banksOfCabinet);
  say(`their banks are known after ${((performance.now() - startedMs) / 1_000).toFixed(1)} s`);
  return [
    single({
      name: 'cabinets',
      ours: connected,
      unit: 'cabinets',
      n: connected,
      about: `connected and subscribed, ${(connected / seconds).toFixed(0)} more each second`,
    }),
    single({
      name: 'cabinet_memory',
      ours: bytes / connected / kibibyte,
      unit: 'KiB',
      n: connected,
      about: 'memory that one more connected cabinet takes, in broker and program together',
    }),
  ];
};

/** Every cabinet uploads at one moment: how fast what is new in it gets into the log. */
const uploadAll = async ({ program, fleet, cabinets }: Scene): Promise<Row> => {
  const uploads = await uploadsFromNow(program);
  const startedMs = performance.now();
  await Promise.all([
    fleet.tell({ kind: 'upload', percent: percents.measured }),
    uploads.absorbed(cabinets),
  ]);
  const seconds = (performance.now() - startedMs) / 1_000;
  return single({
    name: 'cabinet_uploads',
    ours: cabinets / seconds,
    unit: 'per s',
    n: cabinets,
    about: 'inventories with news in each, over MQTT, all at once, until all are in the log',
  });
};

/** The broker is killed and comes back; everybody connects and uploads as soon as it is there. */
const storm = async (scene: Scene, { cleanup }: Setting): Promise<Row> => {
  const { plan, broker, program, fleet, cabinets } = scene;
  const uploads = await uploadsFromNow(program);
  await broker.kill();
  const uploaded = fleet.tell({ kind: 'upload', percent: percents.storm });
  await startBrokerProcess(cleanup, plan);
  const backMs = performance.now();
  await Promise.all([uploaded, uploads.absorbed(cabinets)]);
  await uploads.shown();
  const seconds = (performance.now() - backMs) / 1_000;
  return single({
    name: 'reconnect_storm',
    ours: seconds,
    unit: 's',
    n: cabinets * shapes['reconnect-storm'].uploadsOfCabinet,
    about:
      'from the moment at which the broker is back until every cabinet is connected, every ' +
      'upload is in the log, and the read API shows them',
  });
};

const measure = async (setting: Setting): Promise<readonly Row[]> => {
  const { isQuick, say } = setting;
  const frames = frameRates(isQuick);
  const scene = await openScene(setting);
  const { program, cabinets } = scene;
  const startedMs = performance.now();
  await registerStations(program, cabinets);
  const seconds = (performance.now() - startedMs) / 1_000;
  say(`${cabinets} stations registered in ${seconds.toFixed(1)} s`);
  const connected = await connectAll(scene, say);
  const uploads = await uploadAll(scene);
  const quiet = await storm(scene, setting);
  await checkUploads(program, cabinets, [percents.measured, percents.storm]);
  return [...connected, uploads, quiet, ...frames];
};

export const cabinets: Measurement = { name: 'cabinets', measure };
