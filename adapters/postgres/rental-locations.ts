import type { Sql } from '../../ports/database.js';
import type { RentalLocations } from '../../ports/rental-locations.js';

/** Positions in Postgres (migration `0005-rental-locations`): rows are added, never changed. */
export const postgresRentalLocations = (sql: Pick<Sql, 'execute'>): RentalLocations => ({
  add: async (position) => {
    await sql.execute(
      `INSERT INTO rental_location.positions (rental_id, user_id, latitude_microdegrees,
         longitude_microdegrees, accuracy_metres, at)
       VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT (rental_id, at) DO NOTHING`,
      [
        position.rentalId,
        position.userId,
        position.latitudeMicrodegrees,
        position.longitudeMicrodegrees,
        position.accuracyMetres,
        position.at,
      ],
    );
  },
});
