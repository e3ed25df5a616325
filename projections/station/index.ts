import { defineProjection, following } from '../engine/define.js';
import { openStations } from './context.js';
import { slotHandlers } from './slot-events.js';
import { stationHandlers } from './station-events.js';
import { anomalies, changes, openEjects, reservations, slots, stations } from './tables.js';

export * from './tables.js';

/** Stations with their slots, the history of their presence, and what staff should look at. */
export const station = defineProjection({
  name: 'station',
  version: 1,
  tables: [stations, slots, reservations, openEjects, changes, anomalies],
  parts: [
    following('station', {
      open: openStations,
      handlers: { ...stationHandlers, ...slotHandlers },
    }),
  ],
  checks: [
    {
      claim: 'a rentable slot holds a bank',
      violations: `SELECT count(*) AS violations FROM slots
        WHERE is_rentable AND power_bank IS NULL`,
    },
    {
      claim: 'a bank is in at most one slot of a station',
      violations: `SELECT count(*) AS violations FROM (
        SELECT station, power_bank FROM slots WHERE power_bank IS NOT NULL
        GROUP BY station, power_bank HAVING count(*) > 1) twice`,
    },
  ],
});
