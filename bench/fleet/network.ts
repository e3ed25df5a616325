/** The stations of the fleet, and what the program has made of their uploads. */

import { setTimeout as delay } from 'node:timers/promises';
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { systemClock } from '../../adapters/clock.js';
import { brandOrThrow } from '../../domain/shared/brand.js';
import { Imei, StationSerial } from '../../domain/shared/ids.js';
import { benchContext } from '../context.js';
import { drive } from '../load.js';
import { staff } from '../network.js';
import type { Program } from '../program.js';
import { network } from '../shapes.js';
import { mustEqual, WrongSum } from '../sums.js';
import { imeiOf, stationOf } from './messages.js';

const registrationsAtOnce = 128;
const lookEveryMs = 50;
/** What is not there by then has been lost. */
const patienceMs = 180_000;

const detailsOf = (number: number) => ({
  name: `Fleet ${number}`,
  latitudeMicrodegrees: 27_700_000 + number,
  longitudeMicrodegrees: 85_300_000 + number,
  address: 'Kathmandu',
  landmark: null,
  totalSlots: network.slotsOfCabinet,
  openingTime: null,
  closingTime: null,
  model: null,
  amenities: [],
  configured: true,
});

/** Straight by the handlers: thousands of requests of staff are not what is measured. */
export const registerStations = async ({ handlers }: Program, count: number): Promise<void> => {
  const limits = { inFlight: registrationsAtOnce, unitsMax: count, secondsMax: patienceMs };
  await drive(limits, async (number) => {
    const station = brandOrThrow(StationSerial, stationOf(number));
    const imei = brandOrThrow(Imei, imeiOf(number));
    const wish = { station, imei, details: detailsOf(number), at: systemClock.now() };
    const context = benchContext('register', station);
    const command = { type: 'RegisterStation', ...wish } as const;
    const result = await handlers.station.execute(station, command, context);
    if (E.isLeft(result)) throw new Error(`${station}: ${result.left.kind}`);
  });
};

/** Looks until there are so many; what has not come in time is lost. */
const untilThereAre = async (
  wanted: number,
  what: string,
  countNow: () => Promise<number>,
): Promise<void> => {
  const deadline = performance.now() + patienceMs;
  for (let there = await countNow(); there < wanted; there = await countNow()) {
    if (performance.now() > deadline) throw new WrongSum(`${there} of ${wanted} ${what} in time`);
    await delay(lookEveryMs);
  }
};

const recorded = ({ metric }: Program): Promise<number> =>
  metric('powerbank_cabinet_messages_total', 'kind="inventory"');

export interface Uploads {
  /** Resolves when so many uploads more were recorded. */
  absorbed(count: number): Promise<void>;
  /** Resolves when the read API shows all that is in the log of stations now. */
  shown(): Promise<void>;
}

/** Counts from now on. */
export const uploadsFromNow = async (program: Program): Promise<Uploads> => {
  const before = await recorded(program);
  return {
    absorbed: async (count) => {
      await untilThereAre(count, 'uploads', async () => (await recorded(program)) - before);
      const rejected = await program.metric('powerbank_cabinet_rejections_total');
      mustEqual('messages of cabinets that were rejected', rejected, 0);
    },
    shown: async () => {
      const minPosition = await program.store.lastPosition({ categories: ['station'] });
      if (minPosition === null) throw new WrongSum('there is nothing in the log');
      const caller = await program.api.as(staff);
      const path = `/api/stations/${stationOf(0)}` as const;
      await caller.send(`GET ${path}`, { minPosition, status: 200, answer: t.unknown });
    },
  };
};

/** Every bank that a cabinet has shown gets a stream of its own: the process has to come after. */
export const banksPlaced = ({ metric }: Program, count: number): Promise<void> =>
  untilThereAre(count, 'banks', () =>
    metric('powerbank_commands_total', 'aggregate="powerbank",outcome="done"'),
  );

/** Each upload of each cabinet must have left its event, once. */
export const checkUploads = async (
  { store }: Program,
  cabinets: number,
  percents: readonly number[],
): Promise<void> => {
  const Levels = t.type({ levels: t.array(t.type({ batteryPercent: t.number })) });
  const found = new Map<number, number>();
  for await (const event of store.readLog(null, { categories: ['station'] })) {
    if (event.type !== 'BatteryLevelsChanged') continue;
    const data = Levels.decode(event.data);
    if (E.isLeft(data)) throw new WrongSum(`an event of ${event.stream} holds no levels`);
    for (const { batteryPercent } of data.right.levels) {
      found.set(batteryPercent, (found.get(batteryPercent) ?? 0) + 1);
    }
  }
  for (const percent of percents) {
    mustEqual(`uploads that tell of ${percent} percent`, found.get(percent), cabinets);
  }
};
