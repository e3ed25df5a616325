import test from 'ava';
import fc from 'fast-check';
import * as E from 'fp-ts/lib/Either.js';
import {
  rentableBanks,
  type StationEvent,
  type StationState,
  slotViews,
  station,
} from '../../domain/station/index.js';
import { station as readModel } from '../../projections/station/index.js';
import { createTestDatabase } from '../support/postgres.js';
import { askReadModel, everything, inStream } from '../support/read-model.js';
import { commandOf, registration, second, stationSerial } from '../support/station-commands.js';

const runs = 80;
const stream = `station-${stationSerial}`;

/** Plays lines of a story; what the station refuses simply does not happen. */
const play = (lines: readonly string[]) => {
  let state: StationState = station.initial;
  const events: StationEvent[] = [];
  const register = { type: 'RegisterStation', ...registration() } as const;
  const commands = [register, ...lines.map((line, n) => commandOf(line, second(n * 5)))];
  for (const command of commands) {
    const decided = station.decide(command, state);
    if (E.isLeft(decided)) continue;
    events.push(...decided.right);
    state = decided.right.reduce(station.evolve, state);
  }
  return { state, events: inStream(stream, events) };
};

const words = fc.constantFrom(
  'online',
  'offline',
  'close',
  'open',
  'inventory 1=B1/90 2=B2/50 3=- 4=-',
  'inventory 1=B1/90 2=B1/50 3=B3/19 4=!3',
  'check 1=- 2=B2/40',
  'check 3=B1/70 4=B4/?',
  'check 2=B2/50!4',
  'return 3 B1',
  'return 4 B9',
  'return-selftest 3 B1',
  'reserve r1 any',
  'reserve r2 B2',
  'reserve-swap r1 any',
  'release r1',
  'release r2',
  'eject e1 B1 r1',
  'eject e2 B2 r2',
  'eject-staff s1 B3',
  'dispatch e1',
  'dispatch e2',
  'dispatch s1',
  'answer B1 ejected',
  'answer B2 ejected',
  'answer B3 ejected',
  'answer B1 not_ejected',
  'answer-slot 2 uncertain',
  'silence e1',
  'give-up e1',
  'give-up e2',
  'not-connected e2',
  'out-of-service B2',
  'in-service B2',
  'close-slot 2',
  'open-slot 2',
  'sight 2 r1',
  'forget B1 500',
  'resize 3',
  'resize 4',
);

/** Ejects on their way to each of their ends; random words alone would rarely get there. */
const phrases = fc.constantFrom(
  ['online', 'check 1=B1/90', 'reserve r1 B1', 'eject e1 B1 r1', 'dispatch e1'],
  ['online', 'check 2=B2/60', 'reserve r2 B2', 'eject e2 B2 r2', 'dispatch e2'],
  ['answer B1 ejected', 'return 3 B1'],
  ['answer B2 ejected', 'check 2=-'],
  ['answer B2 ejected', 'reserve r2 any'],
  ['silence e1', 'give-up e1'],
  ['silence e2', 'check 2=-'],
  ['eject-staff s1 B3', 'dispatch s1', 'answer B3 ejected'],
);

const lives = fc
  .array(
    fc.oneof(
      words.map((word) => [word]),
      phrases,
    ),
    { maxLength: 30 },
  )
  .map((parts) => parts.flat());

test('slots show what the domain sees, however the events fall into batches', async (t) => {
  const { database } = await createTestDatabase(t);
  const property = fc.asyncProperty(
    lives,
    fc.integer({ min: 1, max: 9 }),
    async (life, batchSize) => {
      const { state, events } = play(['online', 'inventory 1=B1/90 2=B2/50 3=- 4=-', ...life]);
      const ask = everything(readModel);
      const tables = await askReadModel(database, readModel, { events, batchSize, ask });
      const rows = [...(tables.slots ?? [])].sort((a, b) => Number(a.slot) - Number(b.slot));
      t.deepEqual(
        rows.map((row) => [row.slot, row.status, row.power_bank, row.battery_percent, row.seen_at]),
        slotViews(state).map((view) => [
          view.slot,
          view.condition,
          view.powerBank,
          view.batteryPercent,
          view.seenAt,
        ]),
      );
      const rentable = rows.filter((row) => row.is_rentable && Number(row.battery_percent) >= 20);
      t.deepEqual(
        rentable.map(({ slot }) => slot),
        rentableBanks(state, { minBatteryPercent: 20 })
          .map(({ slot }) => slot)
          .sort((left, right) => left - right),
      );
      t.like(tables.stations?.[0], {
        presence: state.presence,
        is_in_maintenance: state.maintenance !== null,
      });
    },
  );
  await t.notThrowsAsync(fc.assert(property, { numRuns: runs }));
});

test('staff see the history of presence and what was odd', async (t) => {
  const { database } = await createTestDatabase(t);
  const { events } = play(['online', 'inventory 1=B1/90 2=-', 'close', 'return 1 B7', 'open']);
  const tables = await askReadModel(database, readModel, { events, ask: everything(readModel) });
  t.deepEqual(tables.changes?.map(({ status }) => status).sort(), [
    'IN_SERVICE',
    'MAINTENANCE',
    'ONLINE',
  ]);
  t.like(tables.anomalies?.[0], { kind: 'slot-conflict', slot: 1 });
});
