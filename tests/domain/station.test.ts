import test from 'ava';
import {
  type SlotReport,
  type StationCommand,
  type StationEvent,
  slotViews,
  station,
  viewOfBank,
} from '../../domain/station/index.js';
import { specOf } from '../support/decider-spec.js';
import {
  bank,
  commandOf,
  eject,
  registration,
  rental,
  second,
  stationDetails,
  stationSerial,
  thresholds,
} from '../support/station-commands.js';
import { openStation, play } from '../support/station-story.js';

const spec = specOf(station);
const registered: StationEvent = { type: 'StationRegistered', data: registration() };
const register: StationCommand = { type: 'RegisterStation', ...registration() };

test(
  'a station is registered once',
  spec.given().when(register).thenOnce({ type: 'StationRegistered', data: registration() }),
);

const renamed = stationDetails({ name: 'Thamel North', amenities: ['wifi', 'seats'] });
const detailsChanged: StationEvent = {
  type: 'StationDetailsChanged',
  data: { details: renamed, at: second(5) },
};

test(
  'a registration that comes again asks for nothing, also after staff changed details',
  spec.given(registered, detailsChanged).when(register).nothing(),
);

test(
  'a registration with other facts is refused, and names them',
  spec
    .given(registered)
    .when({ type: 'RegisterStation', ...registration(stationDetails({ totalSlots: 8 })) })
    .refuses({ kind: 'AlreadyRegistered', station: stationSerial, differing: ['totalSlots'] }),
);

test(
  'changed details are told once',
  spec
    .given(registered)
    .when({ type: 'ChangeStationDetails', details: renamed, at: second(5) })
    .thenOnce(detailsChanged),
);

for (const line of ['online', 'inventory 1=B1/90', 'return 1 B1/40', 'reserve r1', 'dispatch e1']) {
  test(
    `an unregistered station refuses: ${line}`,
    spec
      .given()
      .when(commandOf(line, second(1)))
      .refuses({ kind: 'StationUnknown' }),
  );
}

test(
  'presence is told when it changes, and old news is no news (rules 2.4)',
  play(`
    10 online     | quiet
    20 offline 20 | offline
    19 online     | quiet
    21 online     | online
    30 offline 15 | quiet
    31 offline 30 | offline
  `),
);

test(
  'maintenance starts and ends, for the station and for a slot (rules 2.4, 2.5)',
  play(`
    1  inventory 1=B1/90 2=-  | synced 1 2, docked 1 B1 by inventory
    10 close    | closed
    11 open     | open
    12 close-slot 2 | closed 2
    13 open-slot 2  | open 2
    14 close-slot 9 | SlotUnknown
    15 open-slot 9  | SlotUnknown
    20 out-of-service B1 | out of service B1
    21 in-service B1     | in service B1
    22 out-of-service B9 | PowerBankNotInStation
  `),
);

const at = second(20);
const slotReport = (slot: number, changes: Partial<SlotReport>): SlotReport => ({
  slot,
  rawState: 1,
  normal: true,
  empty: false,
  powerBank: null,
  batteryPercent: null,
  ...changes,
});

test(
  'the facts of an inventory carry what readers need',
  spec
    .given(...openStation(), {
      type: 'PowerBankDocked',
      data: {
        slot: 2,
        powerBank: bank('B2'),
        batteryPercent: 55,
        usable: true,
        channel: 'return',
        at: second(2),
      },
    })
    .when({
      type: 'RecordInventory',
      whole: true,
      slots: [
        slotReport(1, { powerBank: bank('B1'), batteryPercent: 90 }),
        slotReport(2, { rawState: 0, normal: false, empty: true }),
        slotReport(3, { rawState: 4, normal: false, powerBank: bank('B3'), batteryPercent: 12 }),
      ],
      ...thresholds,
      at,
    })
    .thenOnce(
      { type: 'StationFirstSynced', data: { slots: [1, 2, 3], at } },
      {
        type: 'PowerBankDocked',
        data: {
          slot: 1,
          powerBank: bank('B1'),
          batteryPercent: 90,
          usable: true,
          channel: 'inventory',
          at,
        },
      },
      {
        type: 'PowerBankDocked',
        data: {
          slot: 3,
          powerBank: bank('B3'),
          batteryPercent: 12,
          usable: false,
          channel: 'inventory',
          at,
        },
      },
      {
        type: 'PowerBankDeparted',
        data: { slot: 2, powerBank: bank('B2'), why: 'missing', at },
      },
      {
        type: 'AnomalyRaised',
        data: { anomaly: { kind: 'bank-missing', slot: 2, powerBank: bank('B2') }, at },
      },
      { type: 'SlotFaultReported', data: { slot: 3, rawState: 4, at } },
    ),
);

const docked: StationEvent = {
  type: 'PowerBankDocked',
  data: {
    slot: 3,
    powerBank: bank('B3'),
    batteryPercent: 88,
    usable: true,
    channel: 'return',
    at: second(2),
  },
};
const order = {
  ejectId: eject('e1'),
  rentalId: rental('r1'),
  purpose: 'RENTAL',
  powerBank: bank('B3'),
} as const;
const dispatched: readonly StationEvent[] = [
  ...openStation(),
  docked,
  {
    type: 'PowerBankReserved',
    data: {
      rentalId: rental('r1'),
      purpose: 'RENTAL',
      powerBank: bank('B3'),
      slot: 3,
      batteryPercent: 88,
      at: second(3),
    },
  },
  { type: 'EjectOrdered', data: { ...order, slot: 3, at: second(4) } },
  { type: 'EjectDispatched', data: { ejectId: eject('e1'), at: second(5) } },
];

test(
  'an ejection names the rental, the slot, the charge and the proof',
  spec
    .given(...dispatched)
    .when(commandOf('answer B3 ejected', at))
    .thenOnce({
      type: 'PowerBankEjected',
      data: {
        ...order,
        ordered: bank('B3'),
        slot: 3,
        batteryPercent: 88,
        evidence: 'answer',
        at,
      },
    }),
);

test(
  'a refused eject keeps the number that the cabinet gave, and frees the bank',
  spec
    .given(...dispatched)
    .when(commandOf('answer B3 not_ejected', at))
    .thenOnce(
      { type: 'EjectRefused', data: { ...order, reason: 'cabinet-refused', rawState: 18, at } },
      {
        type: 'ReservationReleased',
        data: { rentalId: rental('r1'), powerBank: bank('B3'), slot: 3, at },
      },
    ),
);

test('a station shows each slot with what is in it (rules 2.5, P-081)', (t) => {
  const { state } = spec.given(
    ...dispatched,
    { type: 'StationFirstSynced', data: { slots: [1, 2, 3], at: second(6) } },
    { type: 'SlotFaultReported', data: { slot: 1, rawState: 4, at: second(7) } },
    { type: 'SlotMaintenanceStarted', data: { slot: 2, reason: 'latch', at: second(8) } },
  );
  const empty = {
    powerBank: null,
    batteryPercent: null,
    usable: false,
    outOfService: false,
    reservedBy: null,
  };
  const third = {
    slot: 3,
    condition: 'OCCUPIED',
    powerBank: bank('B3'),
    batteryPercent: 88,
    usable: true,
    outOfService: false,
    reservedBy: rental('r1'),
    seenAt: second(6),
  } as const;
  t.deepEqual(slotViews(state), [
    { slot: 1, condition: 'ERROR', ...empty, seenAt: second(7) },
    { slot: 2, condition: 'MAINTENANCE', ...empty, seenAt: second(6) },
    third,
  ]);
  t.deepEqual(viewOfBank(state, bank('B3')), third);
  t.is(viewOfBank(state, bank('B9')), null);
});

test('after an ejection the pickup slot is free again, for nobody in particular (P-001)', (t) => {
  const { state } = spec.given(...dispatched, {
    type: 'PowerBankEjected',
    data: { ...order, ordered: bank('B3'), slot: 3, batteryPercent: 88, evidence: 'answer', at },
  });
  t.is(slotViews(state)[0]?.condition, 'AVAILABLE');
  t.is(slotViews(state)[0]?.reservedBy, null);
  t.is(state.reservations.size, 0);
  t.is(state.openEjects.size, 0);
});

test('ended orders are forgotten in the end, so that the state stays small', (t) => {
  const { state } = spec.given(
    ...openStation(),
    ...Array.from({ length: 60 }, (_, index): StationEvent[] => {
      const staffOrder = { ...order, ejectId: eject(`e${index}`), rentalId: null } as const;
      return [
        { type: 'EjectOrdered', data: { ...staffOrder, slot: 3, at } },
        {
          type: 'EjectRefused',
          data: { ...staffOrder, reason: 'not-connected', rawState: null, at },
        },
      ];
    }).flat(),
  );
  t.is(state.endedEjects.length, 50);
  t.is(state.endedEjects[0]?.ejectId, eject('e10'));
});

const returnReport = {
  type: 'RecordReturn',
  slot: 2,
  powerBank: bank('B2'),
  accepted: true,
  rawState: 1,
  batteryPercent: 40,
  channel: 'return',
  ...thresholds,
  at: second(5),
} as const;
const reported = { type: 'RecordReport', trigger: 'SYNC', at: second(5) } as const;

test(
  'a report brings its station online and is recorded, in one decision',
  spec
    .given(registered)
    .when({ ...reported, report: returnReport })
    .then(
      { type: 'StationCameOnline', data: { trigger: 'SYNC', at: second(5) } },
      {
        type: 'PowerBankDocked',
        data: {
          slot: 2,
          powerBank: bank('B2'),
          batteryPercent: 40,
          usable: true,
          channel: 'return',
          at: second(5),
        },
      },
    ),
);

test(
  'a report that is refused is refused with its sign of life, which is then told alone',
  spec
    .given(registered)
    .when({ ...reported, report: { ...returnReport, slot: 0 } })
    .refuses({ kind: 'SlotUnknown', slot: 0 }),
);
