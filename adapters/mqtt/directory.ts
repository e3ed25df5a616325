/** Which cabinet belongs to which station, and what it was asked, as the log says. */

import type { StationSerial } from '../../domain/shared/ids.js';
import type { Log } from '../../ports/log.js';
import type { LoggedEvent } from '../../ports/logged-event.js';

export interface Directory {
  apply(logged: LoggedEvent): void;
  /** The station of a device name; `undefined` for strangers. */
  stationOf(deviceName: string): StationSerial | undefined;
  deviceOf(station: StationSerial): string | undefined;
  /** Device names of the stations that the log shows as online. */
  onlineDevices(): readonly string[];
  /** Whether the log shows an order that was sent to the cabinet, and no end of it. */
  isAsked(station: StationSerial): boolean;
}

interface Entry {
  readonly station: StationSerial;
  readonly deviceName: string;
  isOnline: boolean;
}

export const createDirectory = (log: Log): Directory => {
  const byDevice = new Map<string, Entry>();
  const byStation = new Map<string, Entry>();

  const register = (station: StationSerial, deviceName: string): void => {
    const holder = byDevice.get(deviceName);
    if (holder !== undefined) {
      // The first one keeps its modem: a slip of the keyboard must not take a cabinet's messages
      // away from the station that it really is.
      const facts = { deviceName, keeps: holder.station, refused: station };
      if (holder.station !== station) log.error('one modem is registered for two stations', facts);
      return;
    }
    const entry = { station, deviceName, isOnline: false };
    byDevice.set(deviceName, entry);
    byStation.set(station, entry);
  };

  /** Orders that were sent and are not over, by station. */
  const asked = new Map<string, Set<string>>();

  const ask = (station: string, orderId: string): void => {
    asked.set(station, (asked.get(station) ?? new Set()).add(orderId));
  };

  const forget = (station: string, orderId: string): void => {
    const orders = asked.get(station);
    orders?.delete(orderId);
    if (orders?.size === 0) asked.delete(station);
  };

  const setOnline = (station: string, isOnline: boolean): void => {
    const entry = byStation.get(station);
    if (entry !== undefined) entry.isOnline = isOnline;
  };

  return {
    apply: ({ streamId, event }) => {
      if (event.type === 'CabinetOrderSent') ask(streamId, event.data.orderId);
      if (event.type === 'CabinetOrderAnswered') forget(streamId, event.data.orderId);
      if (event.type === 'CabinetOrderFailed') forget(streamId, event.data.orderId);
      if (event.type === 'StationRegistered') register(event.data.station, event.data.imei);
      if (event.type === 'StationCameOnline') setOnline(streamId, true);
      if (event.type === 'StationWentOffline') setOnline(streamId, false);
    },
    stationOf: (deviceName) => byDevice.get(deviceName)?.station,
    deviceOf: (station) => byStation.get(station)?.deviceName,
    isAsked: (station) => asked.has(station),
    onlineDevices: () =>
      [...byDevice.values()].flatMap(({ isOnline, deviceName }) => (isOnline ? [deviceName] : [])),
  };
};
