/** Which cabinet belongs to which station, as the log says. */

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

  const setOnline = (station: string, isOnline: boolean): void => {
    const entry = byStation.get(station);
    if (entry !== undefined) entry.isOnline = isOnline;
  };

  return {
    apply: ({ category, streamId, event }) => {
      if (category !== 'station') return;
      if (event.type === 'StationRegistered') register(event.data.station, event.data.imei);
      if (event.type === 'StationCameOnline') setOnline(streamId, true);
      if (event.type === 'StationWentOffline') setOnline(streamId, false);
    },
    stationOf: (deviceName) => byDevice.get(deviceName)?.station,
    deviceOf: (station) => byStation.get(station)?.deviceName,
    onlineDevices: () =>
      [...byDevice.values()].flatMap(({ isOnline, deviceName }) => (isOnline ? [deviceName] : [])),
  };
};
