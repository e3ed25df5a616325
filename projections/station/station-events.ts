import type { Instant } from '../../domain/shared/instant.js';
import type { StationDetails } from '../../domain/station/index.js';
import type { Handlers, LoggedIn } from '../engine/projection.js';
import { changeStation, type StationContext, type StationRow, slotsOf } from './context.js';

const columnsOf = (details: StationDetails) => ({
  name: details.name,
  latitude_microdegrees: details.latitudeMicrodegrees,
  longitude_microdegrees: details.longitudeMicrodegrees,
  address: details.address,
  landmark: details.landmark,
  total_slots: details.totalSlots,
  opening_time: details.openingTime,
  closing_time: details.closingTime,
  model: details.model,
  amenities: details.amenities,
  is_configured: details.configured,
});

interface Change {
  readonly to: Partial<StationRow>;
  readonly status: 'ONLINE' | 'OFFLINE' | 'MAINTENANCE' | 'IN_SERVICE';
  readonly trigger?: 'SYNC' | 'HEARTBEAT' | 'BROKER' | 'MANUAL' | 'TIMEOUT';
  readonly reason?: string;
  readonly at: Instant;
}

const changeAndRemember = (
  context: StationContext,
  logged: LoggedIn<'station'>,
  { to, status, trigger, reason, at }: Change,
): void => {
  changeStation(context, logged, { ...to, updated_at: at });
  context.changes.put({
    station: logged.streamId,
    revision: logged.revision,
    status,
    trigger: trigger ?? null,
    reason: reason ?? null,
    at,
    position: logged.position,
  });
};

type StationEventType =
  | 'StationRegistered'
  | 'StationDetailsChanged'
  | 'StationCameOnline'
  | 'StationWentOffline'
  | 'MaintenanceStarted'
  | 'MaintenanceEnded'
  | 'AnomalyRaised';

/** What concerns the station as a whole. */
export const stationHandlers: Pick<Handlers<'station', StationContext>, StationEventType> = {
  StationRegistered: ({ stations }, { station, imei, details, at }, { position }) =>
    stations.put({
      ...columnsOf(details),
      station,
      imei,
      presence: 'OFFLINE',
      presence_since: null,
      is_in_maintenance: false,
      maintenance_reason: null,
      first_synced_at: null,
      registered_at: at,
      updated_at: at,
      position,
    }),
  StationDetailsChanged: (context, { details, at }, logged) => {
    changeStation(context, logged, { ...columnsOf(details), updated_at: at });
    // Slots beyond a smaller slot count never existed.
    for (const { station, slot } of slotsOf(context, logged)) {
      if (slot > details.totalSlots) context.slots.remove(station, slot);
    }
  },
  StationCameOnline: (context, { trigger, at }, logged) => {
    const to = { presence: 'ONLINE', presence_since: at } as const;
    changeAndRemember(context, logged, { to, status: 'ONLINE', trigger, at });
  },
  StationWentOffline: (context, { trigger, at }, logged) => {
    const to = { presence: 'OFFLINE', presence_since: at } as const;
    changeAndRemember(context, logged, { to, status: 'OFFLINE', trigger, at });
  },
  MaintenanceStarted: (context, { reason, at }, logged) => {
    const to = { is_in_maintenance: true, maintenance_reason: reason };
    changeAndRemember(context, logged, { to, status: 'MAINTENANCE', reason, at });
  },
  MaintenanceEnded: (context, { at }, logged) => {
    const to = { is_in_maintenance: false, maintenance_reason: null };
    changeAndRemember(context, logged, { to, status: 'IN_SERVICE', at });
  },
  AnomalyRaised: ({ anomalies }, { anomaly, at }, { streamId, revision, position }) =>
    anomalies.put({
      station: streamId,
      revision,
      kind: anomaly.kind,
      slot: 'slot' in anomaly ? anomaly.slot : null,
      power_bank: 'powerBank' in anomaly ? anomaly.powerBank : null,
      anomaly,
      at,
      position,
    }),
};
