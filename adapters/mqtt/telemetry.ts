/** Raw readings of cabinets: a bounded stream beside the log of facts, sampled. */

import * as t from 'io-ts';
import { streamName } from '../../domain/shared/aggregate.js';
import { nullable } from '../../domain/shared/codecs.js';
import type { StationSerial } from '../../domain/shared/ids.js';
import { Instant, isBefore, plusMinutes } from '../../domain/shared/instant.js';
import type { CabinetReport } from '../../ports/cabinet-driver.js';
import type { EventStore, ProposedEvent } from '../../ports/event-store.js';
import type { Log } from '../../ports/log.js';
import { telemetryCategory } from '../../ports/telemetry.js';

/** Readings that are kept of each cabinet; with the samples below that is about a week. */
const keptReadingsMax = 500;
/** One reading of each kind in so many minutes; a cabinet sends one in 10 or 20. */
const sampleMinutes = 30;
/** Readings that wait to be written; more are dropped, because facts come first. */
const waitingReadingsMax = 1_000;
/** Characters of a cabinet's own words that are kept. */
export const diagnosticsCharactersMax = 2_000;

const tenths = nullable(t.number);

/** What the events of a telemetry stream hold, by their type. */
export const telemetryEvents = {
  HeartbeatRead: t.strict({ signalStrength: nullable(t.number), at: Instant }),
  SlotsRead: t.strict({
    slots: t.readonlyArray(
      t.strict({
        slot: t.number,
        rawState: t.number,
        batteryPercent: nullable(t.number),
        temperatureCelsius: nullable(t.number),
        chargingVoltageTenths: tenths,
        chargingCurrentTenths: tenths,
      }),
    ),
    at: Instant,
  }),
  /** Text that a cabinet sends about its modem and versions, in no fixed form (protocol §10.4). */
  DiagnosticsRead: t.strict({ text: t.string, at: Instant }),
} as const;

type TelemetryType = keyof typeof telemetryEvents;
export type Reading = {
  readonly [T in TelemetryType]: {
    readonly type: T;
    readonly data: t.TypeOf<(typeof telemetryEvents)[T]>;
  };
}[TelemetryType];

/** The readings in a report; `null` for reports that hold none. */
export const readingOf = (report: CabinetReport, at: Instant): Reading | null => {
  switch (report.kind) {
    case 'heartbeat':
      return { type: 'HeartbeatRead', data: { signalStrength: report.signalStrength, at } };
    case 'inventory': {
      // The codec is strict, so encoding leaves only what it names.
      const slots = telemetryEvents.SlotsRead.encode({ slots: report.slots, at }).slots;
      return { type: 'SlotsRead', data: { slots, at } };
    }
    case 'ejectResult':
    case 'bankReturned':
    case 'wifiNetworks':
      return null;
  }
};

export interface Telemetry {
  /** Keeps a reading if it is time for one; never waits and never fails. */
  keep(station: StationSerial, reading: Reading): void;
  /** Resolves when everything that was kept is written or given up. */
  written(): Promise<void>;
}

export interface TelemetryOptions {
  readonly store: EventStore;
  readonly log: Log;
  readonly newId: () => string;
}

export const createTelemetry = ({ store, log, newId }: TelemetryOptions): Telemetry => {
  const nextDue = new Map<string, Instant>();
  const limited = new Set<string>();
  let waiting = 0;
  let last: Promise<void> = Promise.resolve();

  const isTimeFor = (station: StationSerial, { type, data: { at } }: Reading): boolean => {
    const key = `${station} ${type}`;
    const due = nextDue.get(key);
    if (due !== undefined && isBefore(at, due)) return false;
    nextDue.set(key, plusMinutes(at, sampleMinutes));
    return true;
  };

  const write = async (station: StationSerial, reading: Reading): Promise<void> => {
    const stream = streamName(telemetryCategory, station);
    try {
      if (!limited.has(stream)) await store.limitStream(stream, keptReadingsMax);
      limited.add(stream);
      const outcome = await store.append(stream, 'any', [proposed(reading, station, newId())]);
      if (outcome.kind !== 'done') log.debug('a reading was not kept', { stream, outcome });
    } catch (error) {
      // A lost reading is no loss; the next one comes in half an hour.
      log.debug('a reading was not kept', { stream, error });
    } finally {
      waiting -= 1;
    }
  };

  return {
    keep: (station, reading) => {
      if (waiting >= waitingReadingsMax || !isTimeFor(station, reading)) return;
      waiting += 1;
      last = last.then(() => write(station, reading));
    },
    written: () => last,
  };
};

const proposed = ({ type, data }: Reading, station: string, id: string): ProposedEvent => ({
  id,
  type,
  data,
  metadata: {
    $correlationId: id,
    $causationId: id,
    actor: { kind: 'cabinet', id: station },
    commandId: id,
    schemaVersion: 1,
  },
});
