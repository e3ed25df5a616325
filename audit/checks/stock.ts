import type { EventIn } from '../../domain/registry.js';
import type { LoggedEvent } from '../../ports/logged-event.js';
import { isSettled, type LogCheck, nothing, onEachFact, type Surroundings } from '../check.js';
import { type Finding, type Place, placeOf } from '../finding.js';

/** What a station's facts say of its slots: bounded by the hardware there is. */
class Shown {
  /** Bank by slot, as `station/slot`. */
  readonly #banks = new Map<string, string>();
  /** Slots by bank; two only for as long as an old sight is not taken back. */
  readonly #slots = new Map<string, Set<string>>();

  dock(slot: string, bank: string, place: Place): readonly Finding[] {
    const other = this.#banks.get(slot);
    this.#banks.set(slot, bank);
    if (other !== undefined) this.#slots.get(other)?.delete(slot);
    const slots = this.#slots.get(bank) ?? new Set();
    const station = stationOf(slot);
    const elsewhere = [...slots].find((each) => each !== slot && stationOf(each) === station);
    this.#slots.set(bank, slots.add(slot));
    return [
      ...(other === undefined
        ? []
        : [found(place, 'slot-holds-two', `${slot} to be empty`, `${bank} beside ${other}`)]),
      ...(elsewhere === undefined
        ? []
        : [found(place, 'bank-in-two-slots', `${bank} to have left ${elsewhere}`, `in ${slot}`)]),
    ];
  }

  leave(slot: string, bank: string, place: Place): readonly Finding[] {
    const there = this.#banks.get(slot);
    if (there !== bank) {
      return [found(place, 'bank-not-in-slot', `${bank} in ${slot}`, there ?? 'no bank')];
    }
    this.#banks.delete(slot);
    this.#slots.get(bank)?.delete(slot);
    return nothing;
  }

  of(bank: string): readonly string[] {
    return [...(this.#slots.get(bank) ?? [])];
  }
}

const stationOf = (slot: string): string => slot.slice(0, slot.lastIndexOf('/'));

const found = (place: Place, code: string, expected: string, what: string): Finding => ({
  code,
  place,
  expected,
  found: what,
});

/** Where a bank's own facts say that it is; `out` with a rental. */
interface Whereabouts {
  readonly kind: 'nowhere' | 'slot' | 'out' | 'missing' | 'lost';
  readonly slot: string | null;
  readonly rentalId: string | null;
}

const nowhereYet: Whereabouts = { kind: 'nowhere', slot: null, rentalId: null };

const whereaboutsAfter = (before: Whereabouts, event: EventIn<'powerbank'>): Whereabouts => {
  if (event.type === 'PowerBankPlaced') {
    const { station, slot } = event.data;
    return { kind: 'slot', slot: `${station}/${slot}`, rentalId: null };
  }
  if (event.type === 'PowerBankRented') {
    return { kind: 'out', slot: null, rentalId: event.data.rentalId };
  }
  if (event.type === 'PowerBankWentMissing') return { ...nowhereYet, kind: 'missing' };
  if (event.type === 'PowerBankDeclaredLost') return { ...nowhereYet, kind: 'lost' };
  return before;
};

interface Bank {
  readonly whereabouts: Whereabouts;
  /** Of the last fact after which something about it must follow. */
  readonly place: Place;
}

const endTypes: ReadonlySet<string> = new Set(['RentalCompleted', 'RentalCancelled']);

class Stock {
  readonly #shown = new Shown();
  readonly #banks = new Map<string, Bank>();
  readonly #openRentals = new Set<string>();
  /** Bank by the rental that has it, while the rental runs. */
  readonly #outWith = new Map<string, string>();

  see(logged: LoggedEvent, place: Place): readonly Finding[] {
    if (logged.category === 'station') return this.#atStation(logged.streamId, logged.event, place);
    if (logged.category === 'powerbank') {
      const before = this.#banks.get(logged.streamId)?.whereabouts ?? nowhereYet;
      const whereabouts = whereaboutsAfter(before, logged.event);
      this.#banks.set(logged.streamId, { whereabouts, place });
      const { rentalId } = whereabouts;
      if (rentalId !== null && this.#openRentals.has(rentalId)) {
        this.#outWith.set(rentalId, logged.streamId);
      }
    }
    if (logged.category === 'rental') {
      const { type } = logged.event;
      if (type === 'RentalRequested') this.#openRentals.add(logged.streamId);
      if (endTypes.has(type)) this.#ended(logged.streamId, place);
    }
    return nothing;
  }

  /** Its bank is told to be lost, or in a slot, by whoever hears of the end. */
  #ended(rentalId: string, place: Place): void {
    this.#openRentals.delete(rentalId);
    const bank = this.#outWith.get(rentalId);
    this.#outWith.delete(rentalId);
    const known = bank === undefined ? undefined : this.#banks.get(bank);
    if (bank !== undefined && known?.whereabouts.rentalId === rentalId) {
      this.#banks.set(bank, { ...known, place });
    }
  }

  #atStation(station: string, event: EventIn<'station'>, place: Place): readonly Finding[] {
    const { type } = event;
    if (type !== 'PowerBankDocked' && type !== 'PowerBankDeparted' && type !== 'PowerBankEjected') {
      return nothing;
    }
    const { slot, powerBank } = event.data;
    const whereabouts = this.#banks.get(powerBank)?.whereabouts ?? nowhereYet;
    this.#banks.set(powerBank, { whereabouts, place });
    const name = `${station}/${slot}`;
    return type === 'PowerBankDocked'
      ? this.#shown.dock(name, powerBank, place)
      : this.#shown.leave(name, powerBank, place);
  }

  /** A bank is where its own facts say, and stations and rentals agree. */
  end(around: Surroundings): readonly Finding[] {
    return [...this.#banks].flatMap(([bank, { whereabouts, place }]) => {
      if (place.position === null || !isSettled(around, place.position)) return nothing;
      const { kind, slot, rentalId } = whereabouts;
      const shown = this.#shown.of(bank).join(', ') || 'no slot';
      const own = kind === 'slot' ? (slot ?? '') : 'no slot';
      const differing =
        shown === own
          ? []
          : [found(place, 'bank-not-where-shown', `${bank} in ${own}, it is ${kind}`, shown)];
      const isOrphan = kind === 'out' && rentalId !== null && !this.#openRentals.has(rentalId);
      return isOrphan
        ? [...differing, found(place, 'bank-out-without-rental', `${rentalId} to run`, 'it ended')]
        : differing;
    });
  }
}

export const stockEqualsPlaces: LogCheck = {
  name: 'stock-equals-places',
  claim: 'a slot holds one bank at most, and each bank is in one place: a slot, a rental, or gone',
  begin: (around) => {
    const stock = new Stock();
    return onEachFact(
      (logged, { recorded }) => stock.see(logged, placeOf(recorded)),
      () => stock.end(around),
    );
  },
};
