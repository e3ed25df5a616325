import test from 'ava';
import { BroadcastAudience, recentSeconds } from '../../domain/broadcast/index.js';
import type { UserId } from '../../domain/shared/ids.js';
import { type Instant, instant, plusSeconds } from '../../domain/shared/instant.js';
import type { Database } from '../../ports/database.js';
import { createAudiences } from '../../projections/audience.js';
import { broadcast } from '../../projections/broadcast.js';
import { prepare } from '../../projections/engine/prepare.js';
import { rental } from '../../projections/rental/index.js';
import { user } from '../../projections/user.js';
import { createMemoryEventStore } from '../support/memory-event-store.js';
import { createTestDatabase } from '../support/postgres.js';
import { askReadModel, everything, inStream, type Told } from '../support/read-model.js';
import { rentalTerms } from '../support/terms.js';

const at = instant('2026-03-01T10:00:00Z');
const before = (seconds: number): Instant => plusSeconds(at, -seconds);
const longAgo = before(10 * recentSeconds);

interface Row {
  readonly joined?: Instant;
  readonly status?: string;
  readonly email?: string | null;
  readonly left?: Instant;
}

const join = (database: Database, userId: string, row: Row = {}): Promise<number> => {
  const { joined = longAgo, status = 'ACTIVE', email = 'sealed', left = null } = row;
  return database.execute(
    `INSERT INTO users.users (user_id, registered_by, email, status, kyc_status, registered_at,
       deleted_at, updated_at, position) VALUES ($1, 'EMAIL', $2, $3, 'PENDING', $4, $5, $4, 1)`,
    [userId, email, status, joined, left],
  );
};

const rent = (database: Database, userId: string, when: Instant, hasStarted = true) =>
  database.execute(
    `INSERT INTO rental.rentals (rental_id, rental_code, user_id, status, payment_status,
       payment_mode, package_id, package_name, package_type, payment_model, price_minor, terms,
       requested_at, started_at, due_at, pickup_station, is_eject_undecided, extensions_minor,
       paid_minor, paid_points, paid_wallet_minor, owed_minor, extensions_count, swaps_count,
       updated_at, position)
     VALUES ($1, 'CODE', $1, 'COMPLETED', 'PAID', 'wallet', 'p', 'P', 'HOURLY', 'PREPAID', 5000, $2,
       $3, $4, $4, 's-1', false, 0, 0, 0, 0, 0, 0, 0, $3, 1)`,
    [userId, JSON.stringify(rentalTerms()), when, hasStarted ? when : null],
  );

test('each audience has its people, in one order, a page at a time', async (t) => {
  const { database } = await createTestDatabase(t);
  for (const projection of [user, rental]) await prepare(database, projection);
  const audiences = createAudiences({ database, store: createMemoryEventStore() });
  await join(database, 'a-old');
  await join(database, 'b-new', { joined: before(recentSeconds) });
  await join(database, 'c-not-so-new', { joined: before(recentSeconds + 1) });
  await join(database, 'd-resting', { status: 'INACTIVE' });
  await join(database, 'e-renter');
  await rent(database, 'e-renter', before(recentSeconds));
  await join(database, 'f-past-renter');
  await rent(database, 'f-past-renter', before(recentSeconds + 1));
  await join(database, 'g-hardly-renter');
  await rent(database, 'g-hardly-renter', at, false);
  await join(database, 'x-banned', { joined: at, status: 'BANNED' });
  await rent(database, 'x-banned', at);
  await join(database, 'x-gone', { joined: at, status: 'INACTIVE', left: at });
  await join(database, 'x-later', { joined: plusSeconds(at, 1) });
  await join(database, 'x-without-address', { joined: at, email: null });

  const active = ['a-old', 'b-new', 'c-not-so-new', 'e-renter', 'f-past-renter', 'g-hardly-renter'];
  const expected: Readonly<Record<BroadcastAudience, readonly string[]>> = {
    ALL: [...active, 'd-resting'].toSorted(),
    ACTIVE: active,
    INACTIVE: ['d-resting'],
    NEW: ['b-new'],
    PREMIUM: ['e-renter'],
  };
  for (const audience of Object.keys(expected).filter(BroadcastAudience.is)) {
    const people: UserId[] = [];
    for (;;) {
      const after = people.at(-1) ?? null;
      const page = await audiences.page({ audience, at }, { after, limit: 2 });
      if (page.length === 0) break;
      people.push(...page);
    }
    t.deepEqual(people, expected[audience], audience);
    t.is(await audiences.count({ audience, at }), people.length, audience);
  }
});

test('a broadcast counts each of its people once, wherever they are', async (t) => {
  const { database } = await createTestDatabase(t);
  const words = { title: 'Dashain', message: 'Open.', audience: 'ALL', channels: ['email'] };
  const actor = { kind: 'staff', id: 's-1' } as const;
  const wish = { broadcastId: 'b-1', ...words, expected: 9, at };
  const accepted: Told = { stream: 'broadcast-b-1', type: 'BroadcastAccepted', data: wish, actor };
  const begun = (number: number, people: number) => ({
    type: 'BroadcastPageBegun',
    data: { number, people, upTo: `u-${number}`, at },
  });
  const sums = { accepted: 1, refused: 1, failed: 0, unknown: 0, skipped: 1 };
  const counts = { ...sums, isProviderAway: false };
  const again = [{ userId: 'u-1', tries: 1 }];
  const story = [
    begun(1, 4),
    { type: 'BroadcastPageEnded', data: { number: 1, ...counts, again, at } },
    begun(2, 3),
    { type: 'BroadcastPageLost', data: { number: 2, people: 3, at } },
    begun(3, 2),
  ];
  const rowAfter = async (length: number, more: readonly Told[] = []) => {
    const told = inStream('broadcast-b-1', story.slice(0, length));
    const events = [accepted, ...told, ...more];
    const ask = everything(broadcast);
    const atOnce = await askReadModel(database, broadcast, { events, ask });
    t.deepEqual(await askReadModel(database, broadcast, { events, ask, batchSize: 1 }), atOnce);
    return atOnce.broadcasts?.[0];
  };
  const running = { status: 'RUNNING', sent_by: 's-1', expected: 9n, ended_at: null };
  t.like(await rowAfter(1), { ...running, under_way: 4n, accepted: 0n });
  t.like(await rowAfter(2), { under_way: 0n, waiting: 1n, accepted: 1n, refused: 1n, skipped: 1n });
  t.like(await rowAfter(4), { under_way: 0n, waiting: 0n, unknown: 3n });
  t.like(await rowAfter(5), { under_way: 2n, unknown: 3n });
  const over = [
    { type: 'BroadcastPageEnded', data: { ...story[1]?.data, number: 3 } },
    { type: 'BroadcastGivenUp', data: { failed: 1, at } },
  ];
  const given = inStream('broadcast-b-1', over);
  t.like(await rowAfter(5, given), { status: 'GIVEN_UP', failed: 1n, waiting: 0n, ended_at: at });
});
