/** The simulated cabinets of the demo: each its own MQTT and HTTP client, like a real one. */

import { createSimulatedCabinet } from '../../adapters/embedded/cabinets/cabinet.js';
import type { SimulatedCabinet } from '../../adapters/embedded/cabinets/contract.js';
import type { SimulatedBank, SimulatedSlots } from '../../adapters/embedded/cabinets/slots.js';
import type { StationState } from '../../domain/station/index.js';
import type { Parts } from '../compose.js';
import { type SeedStation, seedStations } from '../seed/stations.js';

/** Faster than real ones, so that a demo does not have to wait a quarter of an hour for news. */
const timings = {
  firstUploadMs: 300,
  uploadMs: 60_000,
  heartbeatMs: 30_000,
  ejectMs: 800,
  reconnectMs: 1_000,
};

export interface DemoCabinet {
  readonly station: SeedStation;
  readonly cabinet: SimulatedCabinet;
}

/**
 * What is in a cabinet: what the log last saw there, so that a second start goes on where the first
 * one ended; or what the seed says, for a cabinet that nobody has seen yet.
 */
export const contentsOf = (
  { details, banks }: SeedStation,
  { slots, firstSyncedAt }: Pick<StationState, 'slots' | 'firstSyncedAt'>,
): SimulatedSlots => {
  const seeded = (number: number): SimulatedBank | null => {
    const bank = banks.find(({ slot }) => slot === number);
    return bank === undefined ? null : { serial: bank.serial, power: bank.batteryPercent };
  };
  const seen = (number: number): SimulatedBank | null => {
    const bank = slots.get(number)?.bank ?? null;
    return bank === null ? null : { serial: bank.powerBank, power: bank.batteryPercent };
  };
  return Array.from({ length: details.totalSlots }, (_, index) => ({
    slot: index + 1,
    bank: firstSyncedAt !== null ? seen(index + 1) : seeded(index + 1),
    fault: null,
  }));
};

/** Switches the cabinets on; they provision, connect and report by themselves. */
export const startCabinets = (
  { handlers, log }: Pick<Parts, 'handlers' | 'log'>,
  cabinetHttpUrl: string,
): Promise<readonly DemoCabinet[]> =>
  Promise.all(
    seedStations.map(async (station) => {
      const { state } = await handlers.station.load(station.serial);
      const cabinet = createSimulatedCabinet({
        imei: station.imei,
        slots: contentsOf(station, state),
        mqtt: 'provisioned',
        httpBaseUrl: cabinetHttpUrl,
        timings,
        log: log.with({ part: 'simulated cabinet', station: station.serial }),
      });
      return { station, cabinet };
    }),
  );
