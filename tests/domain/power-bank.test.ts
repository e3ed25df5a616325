import test from 'ava';
import {
  type PowerBankCommand,
  type PowerBankEvent,
  powerBank as powerBankAggregate,
  type ServiceState,
  statusOf,
} from '../../domain/power-bank/index.js';
import { brandOrThrow } from '../../domain/shared/brand.js';
import { StationSerial } from '../../domain/shared/ids.js';
import { specOf } from '../support/decider-spec.js';
import { bank, rental, second, stationSerial } from '../support/station-commands.js';

const spec = specOf(powerBankAggregate);
const elsewhere = brandOrThrow(StationSerial, 'PKR-0002');
const make = { powerBank: bank('50000001'), model: 'PB-10', capacityMah: 10_000 } as const;

const registered: PowerBankEvent = {
  type: 'PowerBankRegistered',
  data: { ...make, at: second(0) },
};
const placed = (slot: number, seconds: number, station = stationSerial): PowerBankEvent => ({
  type: 'PowerBankPlaced',
  data: { station, slot, batteryPercent: 80, at: second(seconds) },
});
const rented = (rentalId: string, slot: number, seconds: number): PowerBankEvent => ({
  type: 'PowerBankRented',
  data: {
    rentalId: rental(rentalId),
    station: stationSerial,
    slot,
    batteryPercent: 80,
    at: second(seconds),
  },
});
const wentMissing = (slot: number, seconds: number): PowerBankEvent => ({
  type: 'PowerBankWentMissing',
  data: { station: stationSerial, slot, at: second(seconds) },
});
const lost = (rentalId: string, seconds: number): PowerBankEvent => ({
  type: 'PowerBankDeclaredLost',
  data: { rentalId: rental(rentalId), at: second(seconds) },
});
const service = (state: ServiceState, seconds: number): PowerBankEvent => ({
  type: 'ServiceStateChanged',
  data: { state, reason: 'looked at', at: second(seconds) },
});

const register: PowerBankCommand = { type: 'RegisterPowerBank', ...make, at: second(0) };
const place = (slot: number, seconds: number, station = stationSerial): PowerBankCommand => ({
  type: 'PlacePowerBank',
  ...make,
  station,
  slot,
  batteryPercent: 80,
  at: second(seconds),
});
const rent = (rentalId: string, slot: number, seconds: number): PowerBankCommand => ({
  type: 'RentPowerBank',
  rentalId: rental(rentalId),
  station: stationSerial,
  slot,
  batteryPercent: 80,
  at: second(seconds),
});
const miss = (slot: number, seconds: number): PowerBankCommand => ({
  type: 'NoteMissing',
  station: stationSerial,
  slot,
  at: second(seconds),
});
const lose = (rentalId: string, seconds: number): PowerBankCommand => ({
  type: 'DeclareLost',
  rentalId: rental(rentalId),
  at: second(seconds),
});
const setService = (state: ServiceState, seconds: number): PowerBankCommand => ({
  type: 'SetServiceState',
  state,
  reason: 'looked at',
  at: second(seconds),
});

const inSlot = [registered, placed(1, 1)];
const atRenter = [...inSlot, rented('r1', 1, 10)];
const isLost = [...atRenter, lost('r1', 99)];

test('a bank is registered once', spec.given().when(register).thenOnce(registered));

test(
  'a registration with other facts is refused, and names them',
  spec
    .given(registered)
    .when({ type: 'RegisterPowerBank', ...make, capacityMah: 5_000, at: second(3) })
    .refuses({ kind: 'AlreadyRegistered', powerBank: make.powerBank, differing: ['capacityMah'] }),
);

test(
  'a bank that a cabinet shows first is registered by that',
  spec.given().when(place(1, 0)).thenOnce(registered, placed(1, 0)),
);

for (const command of [rent('r1', 1, 1), miss(1, 1), lose('r1', 1), setService('DAMAGED', 1)]) {
  test(
    `nothing but a sight is known of an unknown bank: ${command.type}`,
    spec.given().when(command).refuses({ kind: 'PowerBankUnknown' }),
  );
}

test(
  'a placed bank can be rented',
  spec
    .given(...inSlot)
    .when(rent('r1', 1, 10))
    .thenOnce(rented('r1', 1, 10)),
);

test(
  'a rented bank is returned by being placed',
  spec
    .given(...atRenter)
    .when(place(2, 20))
    .thenOnce(placed(2, 20)),
);

test(
  'a further sight of the same slot is quiet',
  spec
    .given(...inSlot)
    .when(place(1, 20))
    .nothing(),
);

test(
  'a bank may turn up in another station',
  spec
    .given(...inSlot)
    .when(place(1, 20, elsewhere))
    .thenOnce(placed(1, 20, elsewhere)),
);

test(
  'a sight from before the ejection is old news',
  spec
    .given(...atRenter)
    .when(place(1, 9))
    .nothing(),
);

test(
  'an ejection told again after the return is old news',
  spec
    .given(...atRenter, placed(2, 20))
    .when(rent('r1', 1, 10))
    .nothing(),
);

test(
  'a bank that left its slot is missing',
  spec
    .given(...inSlot)
    .when(miss(1, 20))
    .thenOnce(wentMissing(1, 20)),
);

test(
  'a bank is not missed where it is not any more',
  spec
    .given(...atRenter)
    .when(miss(1, 20))
    .nothing(),
);

test(
  'a bank is not missed by a slot that it has left',
  spec
    .given(...inSlot, placed(2, 15))
    .when(miss(1, 20))
    .nothing(),
);

test(
  'a bank is not missed from before it came',
  spec
    .given(...inSlot, placed(2, 15))
    .when(miss(2, 14))
    .nothing(),
);

test(
  'a missing bank is found by being placed',
  spec
    .given(...inSlot, wentMissing(1, 20))
    .when(place(3, 30))
    .thenOnce(placed(3, 30)),
);

test(
  'the rental that has a bank can lose it',
  spec
    .given(...atRenter)
    .when(lose('r1', 99))
    .thenOnce(lost('r1', 99)),
);

test(
  'a rented bank is not rented to another at the same time',
  spec
    .given(...atRenter)
    .when(rent('r2', 1, 20))
    .refuses({ kind: 'PowerBankRented', rentalId: rental('r1') }),
);

test(
  'a lost bank is not rented before it was seen',
  spec
    .given(...isLost)
    .when(rent('r2', 1, 120))
    .refuses({ kind: 'PowerBankLost', rentalId: rental('r1') }),
);

test(
  'only the rental that has a bank can lose it',
  spec
    .given(...atRenter, placed(2, 20))
    .when(lose('r1', 99))
    .refuses({
      kind: 'NotRentedByIt',
      rentalId: rental('r1'),
      place: { kind: 'slot', station: stationSerial, slot: 2 },
    }),
);

test(
  'a lost bank that is seen again is told to staff and back in its slot (ABN-2)',
  spec
    .given(...isLost)
    .when(place(4, 200))
    .thenOnce(
      {
        type: 'LostPowerBankSeenAgain',
        data: { rentalId: rental('r1'), station: stationSerial, slot: 4, at: second(200) },
      },
      placed(4, 200),
    ),
);

test(
  'staff may set the state of a bank that is not rented',
  spec
    .given(...inSlot)
    .when(setService('DAMAGED', 5))
    .thenOnce(service('DAMAGED', 5)),
);

test(
  'staff never set the state of a rented bank (rules 2.6)',
  spec
    .given(...atRenter)
    .when(setService('DAMAGED', 15))
    .refuses({ kind: 'PowerBankRented', rentalId: rental('r1') }),
);

test(
  'nor of a lost one',
  spec
    .given(...isLost)
    .when(setService('AVAILABLE', 150))
    .refuses({ kind: 'PowerBankLost', rentalId: rental('r1') }),
);

test(
  'a bank in maintenance that came out by mistake is rented all the same (START-14)',
  spec
    .given(...inSlot, service('MAINTENANCE', 5))
    .when(rent('r1', 1, 10))
    .thenOnce(rented('r1', 1, 10)),
);

test('each place has its one status, and only a bank in a slot is available (P-005, P-018)', (t) => {
  const statusAfter = (...events: readonly PowerBankEvent[]) =>
    statusOf(spec.given(...events).state);
  t.is(statusAfter(registered), 'MAINTENANCE');
  t.is(statusAfter(...inSlot), 'AVAILABLE');
  t.is(statusAfter(...inSlot, service('DAMAGED', 5)), 'DAMAGED');
  t.is(statusAfter(...inSlot, service('MAINTENANCE', 5)), 'MAINTENANCE');
  t.is(statusAfter(...atRenter), 'RENTED');
  t.is(statusAfter(...isLost), 'LOST');
  t.is(statusAfter(...inSlot, wentMissing(1, 5)), 'MAINTENANCE');
  t.is(statusAfter(...inSlot, service('DAMAGED', 5), wentMissing(1, 6)), 'DAMAGED');
  t.is(statusAfter(...isLost, placed(1, 200)), 'AVAILABLE');
});

test('a return tells which rental it ended, and a move tells of none', (t) => {
  const ended = { rentalId: rental('r1'), station: stationSerial, slot: 2, at: second(20) };
  t.deepEqual(spec.given(...atRenter, placed(2, 20)).state.lastEnded, ended);
  t.deepEqual(spec.given(...atRenter, placed(2, 20), placed(3, 30)).state.lastEnded, ended);
  t.is(spec.given(...inSlot, placed(3, 30)).state.lastEnded, null);
});

const cycles = `
  start  return  seconds | cycle  short
  95     32      3600    | 6300   false
  50     80      3600    | 0      false
  ?      32      3600    | 0      false
  95     ?       3600    | 0      false
  95     94      299     | 100    true
  95     94      300     | 100    false
`;
for (const row of cycles.trim().split('\n').slice(1)) {
  const [start, end, seconds, , cycle, short] = row.trim().split(/\s+/);
  const percent = (word = '?') => (word === '?' ? null : Number(word));
  test(
    `a rental from ${start} % to ${end} % in ${seconds} s used ${cycle} ten-thousandths of a cycle`,
    spec
      .given(...atRenter, placed(2, 5_000))
      .when({
        type: 'LogBatteryCycle',
        rentalId: rental('r1'),
        startPercent: percent(start),
        returnPercent: percent(end),
        startedAt: second(10),
        returnedAt: second(10 + Number(seconds)),
        shortRentalSeconds: 300,
        at: second(5_000),
      })
      .thenOnce({
        type: 'BatteryCycleLogged',
        data: {
          rentalId: rental('r1'),
          cycleTenThousandths: Number(cycle),
          underFiveMinutes: short === 'true',
          at: second(5_000),
        },
      }),
  );
}
