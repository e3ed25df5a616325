import { oneOf } from '../../domain/shared/codecs.js';
import { PresenceTrigger, StationAnomaly } from '../../domain/station/index.js';
import {
  flag,
  instant,
  json,
  maybe,
  position,
  revision,
  small,
  text,
  texts,
  word,
} from '../engine/columns.js';
import { defineTable } from '../engine/table.js';

export const Presence = oneOf('Presence', ['ONLINE', 'OFFLINE']);

export const stations = defineTable({
  name: 'stations',
  columns: {
    station: text,
    imei: text,
    name: text,
    latitude_microdegrees: small,
    longitude_microdegrees: small,
    address: text,
    landmark: maybe(text),
    total_slots: small,
    opening_time: maybe(text),
    closing_time: maybe(text),
    model: maybe(text),
    amenities: texts,
    /** Customers see a station only when staff have completed it (STA-1). */
    is_configured: flag,
    presence: word(Presence),
    presence_since: maybe(instant),
    is_in_maintenance: flag,
    maintenance_reason: maybe(text),
    first_synced_at: maybe(instant),
    registered_at: instant,
    updated_at: instant,
    position,
  },
  key: ['station'],
  indexes: [
    // Nearby stations: a box of latitudes, then of longitudes; the distance orders what is left.
    `CREATE INDEX stations_on_map ON stations (latitude_microdegrees, longitude_microdegrees)
       WHERE is_configured`,
    'CREATE INDEX stations_by_imei ON stations (imei)',
    'CREATE INDEX stations_by_name ON stations (name, station)',
  ],
});

export const SlotStatus = oneOf('SlotStatus', ['AVAILABLE', 'OCCUPIED', 'MAINTENANCE', 'ERROR']);

/** Slots as the cabinet showed them; one that was never shown has no row: unknown, not empty. */
export const slots = defineTable({
  name: 'slots',
  columns: {
    station: text,
    slot: small,
    status: word(SlotStatus),
    power_bank: maybe(text),
    battery_percent: maybe(small),
    docked_at: maybe(instant),
    is_bank_in_service: flag,
    /** The cabinet's own number of the fault that it reports. */
    fault: maybe(small),
    is_in_maintenance: flag,
    /** An eject was given up undecided: nobody knows what is in the slot before it is seen. */
    is_in_doubt: flag,
    reserved_for_rental: maybe(text),
    /** The order to release the bank that is not settled yet. */
    eject_id: maybe(text),
    /** Nothing but its charge stands against renting the bank (START-10). */
    is_rentable: flag,
    seen_at: instant,
    position,
  },
  key: ['station', 'slot'],
  indexes: ['CREATE INDEX slots_of_power_bank ON slots (power_bank)'],
});

/** Banks set aside for rentals; a row ends with the reservation. */
export const reservations = defineTable({
  name: 'reservations',
  columns: { station: text, rental_id: text, power_bank: text, position },
  key: ['station', 'rental_id'],
});

/** Orders to release a bank that are not settled yet; their history is kept elsewhere. */
export const openEjects = defineTable({
  name: 'open_ejects',
  columns: { station: text, eject_id: text, power_bank: text, slot: maybe(small), position },
  key: ['station', 'eject_id'],
});

/** Every change of presence and maintenance (rules 2.4). */
export const changes = defineTable({
  name: 'changes',
  columns: {
    station: text,
    revision,
    status: word(oneOf('StationChange', ['ONLINE', 'OFFLINE', 'MAINTENANCE', 'IN_SERVICE'])),
    trigger: maybe(word(PresenceTrigger)),
    reason: maybe(text),
    at: instant,
    position,
  },
  key: ['station', 'revision'],
});

/** What staff should look at (ABN-4, RET-6). */
export const anomalies = defineTable({
  name: 'anomalies',
  columns: {
    station: text,
    revision,
    kind: text,
    slot: maybe(small),
    power_bank: maybe(text),
    anomaly: json(StationAnomaly),
    at: instant,
    position,
  },
  key: ['station', 'revision'],
  indexes: ['CREATE INDEX anomalies_newest ON anomalies (at DESC, station, revision)'],
});
