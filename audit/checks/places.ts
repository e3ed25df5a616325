import { powerBank } from '../../domain/power-bank/index.js';
import type { EventIn } from '../../domain/registry.js';
import { station } from '../../domain/station/index.js';
import { type LogCheck, nothing, onEachFact } from '../check.js';
import { type Finding, type Place, placeOf } from '../finding.js';

type StationState = typeof station.initial;
type BankState = typeof powerBank.initial;

/** How the domain folds stations and banks; a test shows that another fold would be noticed. */
export interface PlaceFolds {
  readonly station: typeof station.evolve;
  readonly powerBank: typeof powerBank.evolve;
}

interface Compared {
  readonly expected: string;
  readonly found: string;
}

const empty = 'an empty slot';

/** What a fact about a slot leaves in it, by its own words and by the domain. */
const inSlot = (event: EventIn<'station'>, { slots }: StationState): Compared | null => {
  const { type } = event;
  if (type !== 'PowerBankDocked' && type !== 'PowerBankDeparted' && type !== 'PowerBankEjected') {
    return null;
  }
  const { slot, powerBank: bank } = event.data;
  const found = slots.get(slot)?.bank?.powerBank ?? empty;
  return { expected: type === 'PowerBankDocked' ? bank : empty, found };
};

const describePlace = ({ place }: BankState): string => {
  switch (place.kind) {
    case 'slot':
    case 'missing':
      return `${place.kind} ${place.station}/${place.slot}`;
    case 'rental':
    case 'lost':
      return `${place.kind} ${place.rentalId}`;
    case 'nowhere':
      return place.kind;
  }
};

/** Where a fact about a bank puts it, by its own words and by the domain. */
const ofBank = ({ type, data }: EventIn<'powerbank'>, state: BankState): Compared | null => {
  const found = describePlace(state);
  if (type === 'PowerBankPlaced') return { expected: `slot ${data.station}/${data.slot}`, found };
  if (type === 'PowerBankRented') return { expected: `rental ${data.rentalId}`, found };
  if (type === 'PowerBankDeclaredLost') return { expected: `lost ${data.rentalId}`, found };
  if (type === 'PowerBankWentMissing') {
    return { expected: `missing ${data.station}/${data.slot}`, found };
  }
  return null;
};

const findingOf = (place: Place, compared: Compared | null): readonly Finding[] =>
  compared === null || compared.expected === compared.found
    ? nothing
    : [{ code: 'place-not-as-decided', place, ...compared }];

/** As large as the hardware: what a slot or a bank was before is not kept. */
export const placesEqual = (folds: PlaceFolds): LogCheck => ({
  name: 'places-equal-folds',
  claim: 'slots and power banks are where their facts say, also by the domain',
  begin: () => {
    const stations = new Map<string, StationState>();
    const banks = new Map<string, BankState>();
    return onEachFact((logged, { recorded }) => {
      const { stream } = logged;
      if (logged.category === 'station') {
        const state = folds.station(stations.get(stream) ?? station.initial, logged.event);
        stations.set(stream, state);
        return findingOf(placeOf(recorded), inSlot(logged.event, state));
      }
      if (logged.category !== 'powerbank') return nothing;
      const state = folds.powerBank(banks.get(stream) ?? powerBank.initial, logged.event);
      banks.set(stream, state);
      return findingOf(placeOf(recorded), ofBank(logged.event, state));
    });
  },
});

export const placesEqualFolds = placesEqual({
  station: station.evolve,
  powerBank: powerBank.evolve,
});
