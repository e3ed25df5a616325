import type { Sql } from '../../ports/database.js';
import type { RentalLocations } from '../../ports/rental-locations.js';

/** Two years (rules 4): as long as somebody may still ask what became of a power bank. */
export const positionsKeptSeconds = 730 * 86_400;

/** Where somebody was tells who it was, so it goes with the account (AUTH-11). */
export const forgetPositionsOf = async (
  sql: Pick<Sql, 'execute'>,
  userId: string,
): Promise<void> => {
  await sql.execute('DELETE FROM rental_location.positions WHERE user_id = $1', [userId]);
};

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
