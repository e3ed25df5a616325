import type { Migration } from './index.js';

/** Where rentals were. Personal data that nothing is decided from, so no read model of the log. */
export const rentalLocations: Migration = {
  number: 5,
  name: '0005-rental-locations',
  sql: `
    CREATE SCHEMA rental_location;

    CREATE TABLE rental_location.positions (
      rental_id text NOT NULL,
      user_id text NOT NULL,
      latitude_microdegrees integer NOT NULL
        CHECK (latitude_microdegrees BETWEEN -90000000 AND 90000000),
      longitude_microdegrees integer NOT NULL
        CHECK (longitude_microdegrees BETWEEN -180000000 AND 180000000),
      accuracy_metres integer NOT NULL CHECK (accuracy_metres >= 0),
      at timestamptz NOT NULL,
      PRIMARY KEY (rental_id, at)
    );
    CREATE INDEX positions_by_age ON rental_location.positions (at);
    CREATE INDEX positions_of_user ON rental_location.positions (user_id);
    COMMENT ON TABLE rental_location.positions IS
      'Personal data: rows may be deleted at any time, by age or by user; no fact depends on them.';
  `,
};
