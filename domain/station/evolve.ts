import type { DataOf, StationEvent } from './events.js';
import {
  becameUncertain,
  dispatched,
  ejected,
  ordered,
  queued,
  refused,
  reservationEnded,
  reserved,
} from './evolve-ejects.js';
import {
  chargesChanged,
  departed,
  docked,
  echoed,
  faultCleared,
  faultReported,
  firstSynced,
  serviceMarked,
  sighted,
  sightRequested,
  slotMaintenance,
} from './evolve-slots.js';
import type { StationState } from './state.js';

const registered = (
  state: StationState,
  { station, imei, details }: DataOf<'StationRegistered'>,
): StationState => ({
  ...state,
  registration: { station, imei, registeredDetails: details, details },
});

/** Slots beyond a smaller slot count never existed; the decider made sure that they are empty. */
const detailsChanged = (
  state: StationState,
  { details }: DataOf<'StationDetailsChanged'>,
): StationState => {
  if (state.registration === null) return state;
  return {
    ...state,
    registration: { ...state.registration, details },
    slots: new Map([...state.slots].filter(([slot]) => slot <= details.totalSlots)),
  };
};

/** Only anomalies that change nothing else could be raised over and over; those are kept. */
const anomalyRaised = (
  state: StationState,
  { anomaly, at }: DataOf<'AnomalyRaised'>,
): StationState => {
  switch (anomaly.kind) {
    case 'slot-conflict':
    case 'phantom-slot':
    case 'duplicate-serial':
    case 'return-rejected':
      return { ...state, raised: new Map(state.raised).set(anomaly.slot, { anomaly, at }) };
    case 'bank-missing':
    case 'eject-mismatch':
    case 'ejected-after-giving-up':
      return state;
  }
};

type Evolvers = {
  readonly [Type in StationEvent['type']]: (
    state: StationState,
    data: DataOf<Type>,
  ) => StationState;
};

const evolvers: Evolvers = {
  StationRegistered: registered,
  StationDetailsChanged: detailsChanged,
  StationCameOnline: (state, { at }) => ({ ...state, presence: 'ONLINE', presenceSince: at }),
  StationWentOffline: (state, { at }) => ({ ...state, presence: 'OFFLINE', presenceSince: at }),
  MaintenanceStarted: (state, { reason }) => ({ ...state, maintenance: { reason } }),
  MaintenanceEnded: (state) => ({ ...state, maintenance: null }),

  StationFirstSynced: firstSynced,
  PowerBankDocked: docked,
  PowerBankDeparted: departed,
  ReturnEchoed: echoed,
  BatteryLevelsChanged: chargesChanged,
  SlotFaultReported: faultReported,
  SlotFaultCleared: faultCleared,
  SlotMaintenanceStarted: (state, data) => slotMaintenance(state, data, true),
  SlotMaintenanceEnded: (state, data) => slotMaintenance(state, data, false),
  SlotSightRequested: sightRequested,
  SlotSighted: sighted,
  PowerBankTakenOutOfService: (state, data) =>
    serviceMarked(state, { ...data, outOfService: true }),
  PowerBankPutInService: (state, data) => serviceMarked(state, { ...data, outOfService: false }),

  PowerBankReserved: reserved,
  ReservationReleased: reservationEnded,
  EjectQueued: queued,
  EjectOrdered: ordered,
  EjectDispatched: dispatched,
  PowerBankEjected: ejected,
  EjectRefused: refused,
  EjectBecameUncertain: becameUncertain,
  AnomalyRaised: anomalyRaised,
};

/** Ties the type of an event to its data, so that each evolver gets the data that it expects. */
const evolveOne = <Type extends StationEvent['type']>(
  state: StationState,
  event: { readonly [T in Type]: { readonly type: T; readonly data: DataOf<T> } }[Type],
): StationState => evolvers[event.type](state, event.data);

/** Folds one fact into the station. A fact that it does not know leaves the station as it is. */
export const evolve = (state: StationState, event: StationEvent): StationState =>
  Object.hasOwn(evolvers, event.type) ? evolveOne(state, event) : state;
