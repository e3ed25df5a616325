import test from 'ava';
import { postgresRentalLocations } from '../../../adapters/postgres/rental-locations.js';
import { brandOrThrow } from '../../../domain/shared/brand.js';
import { RentalId, UserId } from '../../../domain/shared/ids.js';
import { instant } from '../../../domain/shared/instant.js';
import { DatabaseError } from '../../../ports/database.js';
import { createTestDatabase } from '../../support/postgres.js';

const place = {
  rentalId: brandOrThrow(RentalId, 'r-1'),
  userId: brandOrThrow(UserId, 'u-1'),
  latitudeMicrodegrees: 27_717_200,
  longitudeMicrodegrees: 85_324_000,
  accuracyMetres: 10,
  at: instant('2026-03-01T04:00:00Z'),
};

test('of two positions of one moment the first one stays', async (t) => {
  const { database } = await createTestDatabase(t);
  const locations = postgresRentalLocations(database);
  await locations.add(place);
  await locations.add({ ...place, accuracyMetres: 500 });
  await locations.add({ ...place, at: instant('2026-03-01T04:00:01Z'), accuracyMetres: 20 });
  const rows = await database.query(
    'SELECT accuracy_metres FROM rental_location.positions ORDER BY at',
  );
  t.deepEqual(
    rows.map(({ accuracy_metres }) => accuracy_metres),
    [10, 20],
  );
});

test('a place that is not on the globe does not get in', async (t) => {
  const { database } = await createTestDatabase(t);
  const locations = postgresRentalLocations(database);
  const nowhere = { ...place, latitudeMicrodegrees: 90_000_001 };
  await t.throwsAsync(locations.add(nowhere), { instanceOf: DatabaseError });
});
