import type { DataOf, StationEvent } from '../../domain/station/index.js';

type Stage = 'queued' | 'ordered' | 'dispatched' | 'uncertain' | 'ended';

/** The events that have a law; the others move nothing that the laws are about. */
type Laws = {
  readonly [Type in StationEvent['type']]?: (data: DataOf<Type>) => string | null;
};

/**
 * A second, dull model of one station. It hears only events, knows nothing of the domain's own
 * state, and says which law an event breaks.
 */
export class StationAuditor {
  readonly slots = new Map<number, string>();
  readonly reservations = new Map<string, string>();
  readonly ejects = new Map<string, Stage>();

  readonly #laws: Laws = {
    PowerBankDocked: ({ slot, powerBank }) => this.#dock(slot, powerBank),
    PowerBankDeparted: ({ slot, powerBank }) => this.#leave(slot, powerBank),
    PowerBankReserved: ({ rentalId, powerBank }) => this.#reserve(rentalId, powerBank),
    ReservationReleased: ({ rentalId, powerBank }) => this.#release(rentalId, powerBank),
    EjectQueued: ({ ejectId }) => this.#advance(ejectId, [undefined], 'queued'),
    EjectOrdered: ({ ejectId }) => this.#advance(ejectId, [undefined, 'queued'], 'ordered'),
    EjectDispatched: ({ ejectId }) => this.#advance(ejectId, ['ordered'], 'dispatched'),
    EjectBecameUncertain: ({ ejectId }) => this.#advance(ejectId, ['dispatched'], 'uncertain'),
    EjectRefused: ({ ejectId }) =>
      this.#advance(ejectId, ['queued', 'ordered', 'dispatched', 'uncertain'], 'ended'),
    PowerBankEjected: ({ ejectId, rentalId, slot, powerBank }) => {
      const reserved = rentalId === null ? undefined : this.reservations.get(rentalId);
      if (rentalId !== null && reserved === powerBank) this.reservations.delete(rentalId);
      return (
        this.#leave(slot, powerBank) ?? this.#advance(ejectId, ['dispatched', 'uncertain'], 'ended')
      );
    },
  };

  /** Takes one event into account; the answer is the law that it breaks, or `null`. */
  hear<Type extends StationEvent['type']>(
    event: { readonly [T in Type]: { readonly type: T; readonly data: DataOf<T> } }[Type],
  ): string | null {
    const law: Laws[Type] = this.#laws[event.type];
    return law?.(event.data) ?? null;
  }

  /** Laws that must hold between decisions; the answer is one that does not, or `null`. */
  broken(): string | null {
    const stages = [...this.ejects.values()];
    const running = stages.filter((stage) => stage === 'ordered' || stage === 'dispatched').length;
    if (running > 1) return 'one eject at a time';
    if (running === 0 && stages.includes('queued')) return 'a free turn goes to the next order';
    const docked = new Set(this.slots.values());
    for (const powerBank of this.reservations.values()) {
      if (!docked.has(powerBank)) return 'what is reserved is there (P-023)';
    }
    return null;
  }

  #dock(slot: number, powerBank: string): string | null {
    if (this.slots.has(slot)) return 'a slot holds at most one bank (P-025)';
    if ([...this.slots.values()].includes(powerBank)) return 'a bank is in at most one slot';
    this.slots.set(slot, powerBank);
    return null;
  }

  #leave(slot: number, powerBank: string): string | null {
    if (this.slots.get(slot) !== powerBank) return 'only a bank that is there leaves (P-007)';
    this.slots.delete(slot);
    return null;
  }

  #reserve(rentalId: string, powerBank: string): string | null {
    if ([...this.reservations.values()].includes(powerBank)) return 'one rental a bank (P-003)';
    if (this.reservations.has(rentalId)) return 'one reservation a rental';
    this.reservations.set(rentalId, powerBank);
    return null;
  }

  #release(rentalId: string, powerBank: string): string | null {
    if (this.reservations.get(rentalId) !== powerBank) return 'only what is reserved is released';
    this.reservations.delete(rentalId);
    return null;
  }

  #advance(ejectId: string, from: readonly (Stage | undefined)[], to: Stage): string | null {
    const stage = this.ejects.get(ejectId);
    if (!from.includes(stage)) return `an eject does not go from ${stage} to ${to}`;
    this.ejects.set(ejectId, to);
    return null;
  }
}
