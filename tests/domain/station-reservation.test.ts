import test from 'ava';
import * as E from 'fp-ts/lib/Either.js';
import {
  chooseBank,
  rentableBanks,
  type StationEvent,
  type StationState,
  station,
} from '../../domain/station/index.js';
import { specOf } from '../support/decider-spec.js';
import { bank, commandOf, rental, second } from '../support/station-commands.js';
import { openStation, play } from '../support/station-story.js';

const spec = specOf(station);

const docked = (slot: number, serial: string, batteryPercent: number | null): StationEvent => ({
  type: 'PowerBankDocked',
  data: {
    slot,
    powerBank: bank(serial),
    batteryPercent,
    usable: batteryPercent !== null,
    channel: 'inventory',
    at: second(1),
  },
});

const reserved = (
  rentalId: string,
  serial: string,
  slot: number,
  percent: number,
): StationEvent => ({
  type: 'PowerBankReserved',
  data: {
    rentalId: rental(rentalId),
    purpose: 'RENTAL',
    powerBank: bank(serial),
    slot,
    batteryPercent: percent,
    at: second(9),
  },
});

const four = [
  ...openStation(),
  docked(1, 'B1', 70),
  docked(2, 'B2', 90),
  docked(3, 'B3', 90),
  docked(4, 'B4', 19),
];
const wish = (line: string) => commandOf(line, second(9));

test(
  'the fullest bank is chosen, and of equally full ones that of the lowest slot (START-10)',
  spec
    .given(...four)
    .when(wish('reserve r1'))
    .thenOnce(reserved('r1', 'B2', 2, 90)),
);

test(
  'the choice is exclusive: the next rental gets another bank (START-11, P-003)',
  spec
    .given(...four, reserved('r1', 'B2', 2, 90))
    .when(wish('reserve r2'))
    .thenOnce(reserved('r2', 'B3', 3, 90)),
);

test(
  'a bank that the user chose is taken instead of the fullest one',
  spec
    .given(...four)
    .when(wish('reserve r1 B1'))
    .thenOnce(reserved('r1', 'B1', 1, 70)),
);

test(
  'a bank that is not in this station cannot be chosen',
  spec
    .given(...four)
    .when(wish('reserve r1 B9'))
    .refuses({ kind: 'PowerBankStationMismatch', powerBank: bank('B9') }),
);

test(
  'a chosen bank has to fulfil the same as any other (START-10)',
  spec
    .given(...four)
    .when(wish('reserve r1 B4'))
    .refuses({
      kind: 'RequestedPowerBankUnavailable',
      powerBank: bank('B4'),
      because: 'charge-too-low',
    }),
);

test(
  'without a rentable bank there is nothing to reserve (START-8)',
  spec
    .given(...openStation(), docked(1, 'B4', 19))
    .when(wish('reserve r1'))
    .refuses({ kind: 'NoPowerBankAvailable', minBatteryPercent: 20 }),
);

test(
  'offline comes before maintenance, and both before the banks (START-6)',
  play(`
    10 close repair    | closed
    11 reserve r1      | StationInMaintenance
    12 offline 11      | offline
    13 reserve r1      | StationOffline
    14 open            | open
    15 online          | online
    16 reserve r1      | NoPowerBankAvailable
  `),
);

test(
  'a maintenance flag tells its reason',
  spec
    .given(...four, { type: 'MaintenanceStarted', data: { reason: 'repair', at: second(2) } })
    .when(wish('reserve r1'))
    .refuses({ kind: 'StationInMaintenance', reason: 'repair' }),
);

test(
  'a reservation stands once, and one rental has one at a time',
  play(
    `
    10 reserve r1         | reserved B2 for r1
    20 reserve r1         | quiet
    21 reserve r1 B1      | quiet
    22 reserve-swap r1    | AlreadyReserved
    30 release r1         | released B2 by r1
    31 release r1         | quiet
    32 reserve-swap r1 any B2 | reserved B3 for r1
  `,
    four,
  ),
);

test(
  'a swap does not hand out the bank that was just put back',
  play(
    `
    10 reserve-swap r1 B2 B2          | RequestedPowerBankUnavailable
    11 reserve-swap r1 any B1 B2 B3   | NoPowerBankAvailable
    12 reserve-swap r1 any B2         | reserved B3 for r1
  `,
    four,
  ),
);

const reasonFor = (state: StationState, serial: string, exclude: readonly string[] = []) => {
  const chosen = chooseBank(state, {
    requested: bank(serial),
    exclude: exclude.map(bank),
    minBatteryPercent: 20,
  });
  if (E.isRight(chosen)) return 'rentable';
  return chosen.left.kind === 'RequestedPowerBankUnavailable'
    ? chosen.left.because
    : chosen.left.kind;
};

test('each hindrance has its name', (t) => {
  const after = (...lines: readonly string[]) =>
    lines.reduce<StationState>(
      (state, line, index) => {
        const decided = station.decide(commandOf(line, second(20 + index)), state);
        if (E.isLeft(decided)) return t.fail(`${line}: ${decided.left.kind}`) ? state : state;
        return decided.right.reduce(station.evolve, state);
      },
      four.reduce(station.evolve, station.initial),
    );
  t.is(reasonFor(after(), 'B1'), 'rentable');
  t.is(reasonFor(after(), 'B1', ['B1']), 'excluded');
  t.is(reasonFor(after(), 'B4'), 'charge-too-low');
  t.is(reasonFor(after('close-slot 1'), 'B1'), 'slot-in-maintenance');
  t.is(reasonFor(after('close-slot 1', 'open-slot 1'), 'B1'), 'rentable');
  t.is(reasonFor(after('check 1=B1/70!4'), 'B1'), 'slot-faulty');
  t.is(reasonFor(after('check 1=B1/?'), 'B1'), 'charge-unknown');
  t.is(reasonFor(after('out-of-service B1'), 'B1'), 'out-of-service');
  t.is(reasonFor(after('out-of-service B1', 'in-service B1'), 'B1'), 'rentable');
  t.is(reasonFor(after('reserve r1 B1'), 'B1'), 'reserved');
  t.is(reasonFor(after('eject-staff e1 B1'), 'B1'), 'being-ejected');
  const givenUp = ['eject-staff e1 B1', 'dispatch e1', 'silence e1', 'give-up e1'];
  t.is(reasonFor(after(...givenUp), 'B1'), 'slot-in-doubt');
});

test('a preview lists what reservations would get, in the order in which they would', (t) => {
  let { state } = spec.given(...four);
  const previewed = rentableBanks(state, { minBatteryPercent: 20 });
  t.deepEqual(
    previewed.map(({ powerBank, slot, batteryPercent }) => [powerBank, slot, batteryPercent]),
    [
      [bank('B2'), 2, 90],
      [bank('B3'), 3, 90],
      [bank('B1'), 1, 70],
    ],
  );
  const given = previewed.map((_, index) => {
    const decided = station.decide(wish(`reserve r${index}`), state);
    const events = E.isRight(decided) ? decided.right : [];
    state = events.reduce(station.evolve, state);
    return events.map((event) =>
      event.type === 'PowerBankReserved' ? event.data.powerBank : event.type,
    );
  });
  t.deepEqual(
    given.flat(),
    previewed.map(({ powerBank }) => powerBank),
  );
  t.deepEqual(rentableBanks(state, { minBatteryPercent: 20 }), []);
});

test('a hundred starts at one cabinet never share a bank or a slot (P-003)', (t) => {
  const banks = Array.from({ length: 50 }, (_, index) => docked(index + 1, `B${index + 1}`, 80));
  let state = [...openStation(50), ...banks].reduce(station.evolve, station.initial);
  const refusals: string[] = [];
  const taken: StationEvent[] = [];
  for (let index = 0; index < 100; index += 1) {
    const decided = station.decide(wish(`reserve r${index}`), state);
    if (E.isLeft(decided)) refusals.push(decided.left.kind);
    else {
      taken.push(...decided.right);
      state = decided.right.reduce(station.evolve, state);
    }
  }
  const slots = taken.map((event) => (event.type === 'PowerBankReserved' ? event.data.slot : 0));
  t.is(new Set(slots).size, 50);
  t.deepEqual(refusals, Array(50).fill('NoPowerBankAvailable'));
});
