import type { ExecutionContext } from 'ava';
import * as E from 'fp-ts/lib/Either.js';
import {
  type DataOf,
  type StationEvent,
  type StationState,
  station,
  stationEvents,
} from '../../domain/station/index.js';
import { commandOf, registration, second, stationDetails } from './station-commands.js';

type Words = {
  readonly [Type in StationEvent['type']]: (data: DataOf<Type>) => string;
};

const chargeOf = (percent: number | null): string => (percent === null ? '?' : `${percent}`);

/** Each event in the few words that a reader of a story needs. */
const words: Words = {
  StationRegistered: () => 'registered',
  StationDetailsChanged: () => 'details changed',
  StationCameOnline: () => 'online',
  StationWentOffline: () => 'offline',
  MaintenanceStarted: () => 'closed',
  MaintenanceEnded: () => 'open',
  StationFirstSynced: ({ slots }) => `synced ${slots.join(' ')}`,
  PowerBankDocked: ({ slot, powerBank, usable, channel }) =>
    `docked ${slot} ${powerBank} by ${channel}${usable ? '' : ' unusable'}`,
  PowerBankDeparted: ({ slot, powerBank, why }) => `departed ${slot} ${powerBank} ${why}`,
  ReturnEchoed: ({ slot, powerBank, channel }) => `echo ${slot} ${powerBank} by ${channel}`,
  BatteryLevelsChanged: ({ levels }) =>
    `charge ${levels
      .map(({ slot, powerBank, batteryPercent: p }) => `${slot} ${powerBank}/${chargeOf(p)}`)
      .join(' ')}`,
  SlotFaultReported: ({ slot, rawState }) => `fault ${slot} state ${rawState}`,
  SlotFaultCleared: ({ slot }) => `fault ${slot} cleared`,
  SlotMaintenanceStarted: ({ slot }) => `closed ${slot}`,
  SlotMaintenanceEnded: ({ slot }) => `open ${slot}`,
  SlotSightRequested: ({ slot, rentalId }) => `sight of ${slot} wanted by ${rentalId}`,
  SlotSighted: ({ slot, powerBank, wantedBy }) =>
    ['sighted', slot, powerBank ?? '-', ...wantedBy.map((id) => `for ${id}`)].join(' '),
  PowerBankTakenOutOfService: ({ powerBank }) => `out of service ${powerBank}`,
  PowerBankPutInService: ({ powerBank }) => `in service ${powerBank}`,
  PowerBankReserved: ({ rentalId, powerBank }) => `reserved ${powerBank} for ${rentalId}`,
  ReservationReleased: ({ rentalId, powerBank }) => `released ${powerBank} by ${rentalId}`,
  EjectQueued: ({ ejectId }) => `queued ${ejectId}`,
  EjectOrdered: ({ ejectId, powerBank, slot }) => `ordered ${ejectId} ${powerBank} from ${slot}`,
  EjectDispatched: ({ ejectId }) => `dispatched ${ejectId}`,
  PowerBankEjected: ({ ejectId, powerBank, ordered, evidence }) =>
    `ejected ${ejectId} ${powerBank}${powerBank === ordered ? '' : ` not ${ordered}`} by ${evidence}`,
  EjectRefused: ({ ejectId, reason }) => `refused ${ejectId} ${reason}`,
  EjectBecameUncertain: ({ ejectId }) => `uncertain ${ejectId}`,
  AnomalyRaised: ({ anomaly }) => `anomaly ${anomaly.kind}`,
};

const tellOne = <Type extends StationEvent['type']>(
  event: { readonly [T in Type]: { readonly type: T; readonly data: DataOf<T> } }[Type],
): string => words[event.type](event.data);

export const tell = (events: readonly StationEvent[]): string =>
  events.length === 0 ? 'quiet' : events.map(tellOne).join(', ');

/** A registered, online station with so many slots, and what it has seen so far. */
export const openStation = (totalSlots = 4): readonly StationEvent[] => [
  { type: 'StationRegistered', data: registration(stationDetails({ totalSlots })) },
  { type: 'StationCameOnline', data: { trigger: 'HEARTBEAT', at: second(0) } },
];

const answerTo = (state: StationState, line: string, seconds: number) =>
  station.decide(commandOf(line, second(seconds)), state);

/** Rows of a story: text before and after the bar; a row that starts with the bar goes on. */
const rowsOf = (table: string): readonly (readonly [line: string, outcome: string])[] => {
  const rows: [string, string][] = [];
  for (const text of table.split('\n').filter((row) => row.trim() !== '')) {
    const [line = '', outcome = ''] = text.split('|').map((cell) => cell.trim());
    const last = rows.at(-1);
    if (line === '' && last !== undefined) last[1] = `${last[1]} ${outcome}`;
    else rows.push([line, outcome]);
  }
  return rows;
};

/**
 * Plays a table of `second command | outcome` against a station that is open for rent. The
 * outcome is the events in words, `quiet` for none, or the kind of the refusal. Every row also
 * proves two laws: events fit their codecs, and the same command once more adds nothing.
 */
export const play =
  (table: string, before: readonly StationEvent[] = openStation()) =>
  (t: ExecutionContext): void => {
    let state = before.reduce(station.evolve, station.initial);
    for (const [row, outcome] of rowsOf(table)) {
      const [seconds = '', ...line] = row.split(/\s+/);
      const command = line.join(' ');
      const decided = answerTo(state, command, Number(seconds));
      if (E.isLeft(decided)) {
        t.is<string, string>(decided.left.kind, outcome, row);
        continue;
      }
      t.is(tell(decided.right), outcome, row);
      for (const event of decided.right) {
        t.true(stationEvents[event.type].data.is(event.data), `${event.type} fits its codec`);
      }
      state = decided.right.reduce(station.evolve, state);
      const again = answerTo(state, command, Number(seconds));
      t.is(E.isLeft(again) ? 'quiet' : tell(again.right), 'quiet', `again: ${row}`);
    }
  };
