import * as E from 'fp-ts/lib/Either.js';
import { RentalBooks } from '../domain/ledger/index.js';
import { type Place as BankPlace, powerBank } from '../domain/power-bank/index.js';
import { type RentalState, type RentalStatus, rental } from '../domain/rental/index.js';
import type { Position } from '../ports/event-store.js';
import type { LoggedEvent } from '../ports/logged-event.js';
import { moveOf } from './account-moves.js';
import { postIfBalanced } from './balanced-post.js';
import { type Audited, type PassOptions, passOver } from './pass.js';
import { type FamilyBalance, TrialBalance } from './trial-balance.js';

/** Holds that were neither taken nor freed; paisa or points. */
export interface OpenHoldTotals {
  readonly count: number;
  readonly amount: number;
}

/** What a log comes to, computed from nothing but the log. */
export interface Totals {
  /** Of the last event that was counted. */
  readonly position: Position | null;
  readonly events: number;
  /** Events that could not be read or booked, and are in no other figure. */
  readonly unreadable: number;
  readonly eventsByCategory: Readonly<Record<string, number>>;
  readonly trialBalance: readonly FamilyBalance[];
  readonly users: { readonly registered: number; readonly deleted: number };
  readonly openHolds: { readonly wallet: OpenHoldTotals; readonly points: OpenHoldTotals };
  readonly rentals: Readonly<Partial<Record<RentalStatus, number>>>;
  readonly powerBanks: Readonly<Partial<Record<BankPlace['kind'], number>>>;
  /** Debits equal credits, in rupees and in points. */
  readonly isBalanced: boolean;
}

const raise = <Key>(counts: Map<Key, number>, key: Key, by = 1): void => {
  counts.set(key, (counts.get(key) ?? 0) + by);
};

const finalStatuses: readonly RentalStatus[] = ['COMPLETED', 'CANCELLED'];

/** Folds a log into its totals; memory is bounded by what is open and by the stock of hardware. */
class TotalsFold {
  #position: Position | null = null;
  #events = 0;
  #unreadable = 0;
  #registered = 0;
  #deleted = 0;
  readonly #byCategory = new Map<string, number>();
  readonly #books = new RentalBooks();
  readonly #balance = new TrialBalance();
  readonly #holds = { wallet: new Map<string, number>(), points: new Map<string, number>() };
  readonly #openRentals = new Map<string, RentalState>();
  readonly #endedRentals = new Map<RentalStatus, number>();
  readonly #banks = new Map<string, typeof powerBank.initial>();

  see({ recorded, logged }: Audited): void {
    this.#position = recorded.position;
    this.#events += 1;
    if (E.isLeft(logged)) {
      this.#unreadable += 1;
      return;
    }
    raise(this.#byCategory, logged.right.category);
    this.#count(logged.right);
  }

  #count(logged: LoggedEvent): void {
    const { streamId, category } = logged;
    if (category === 'user') {
      if (logged.event.type === 'UserRegistered') this.#registered += 1;
      if (logged.event.type === 'AccountDeleted') this.#deleted += 1;
    } else if (category === 'powerbank') {
      const before = this.#banks.get(streamId) ?? powerBank.initial;
      this.#banks.set(streamId, powerBank.evolve(before, logged.event));
    } else if (category === 'rental') {
      this.#countRental(streamId, logged.event);
    } else {
      this.#countHold(logged);
    }
    this.#post(logged);
  }

  #post(logged: LoggedEvent): void {
    const posted = postIfBalanced(this.#books, logged);
    if (E.isLeft(posted)) this.#unreadable += 1;
    else this.#balance.add(posted.right);
  }

  #countHold(logged: LoggedEvent): void {
    if (logged.category !== 'wallet' && logged.category !== 'points') return;
    const move = moveOf(logged);
    if (move === null || move.kind === 'entry') return;
    const open = this.#holds[logged.category];
    const hold = `${logged.streamId} ${move.holdId}`;
    const held = move.kind === 'hold' ? move.amount : move.kind === 'take' ? move.left : 0;
    if (held === 0) open.delete(hold);
    else open.set(hold, held);
  }

  /** A rental that has ended never gets another status, so only its count is kept. */
  #countRental(streamId: string, event: Parameters<typeof rental.evolve>[1]): void {
    const state = rental.evolve(this.#openRentals.get(streamId) ?? null, event);
    if (state === null) return;
    if (!finalStatuses.includes(state.status)) {
      this.#openRentals.set(streamId, state);
      return;
    }
    this.#openRentals.delete(streamId);
    raise(this.#endedRentals, state.status);
  }

  result(): Totals {
    const rentals = new Map(this.#endedRentals);
    for (const state of this.#openRentals.values()) {
      if (state !== null) raise(rentals, state.status);
    }
    const banks = new Map<BankPlace['kind'], number>();
    for (const { place } of this.#banks.values()) raise(banks, place.kind);
    return {
      position: this.#position,
      events: this.#events,
      unreadable: this.#unreadable,
      eventsByCategory: Object.fromEntries(this.#byCategory),
      trialBalance: this.#balance.lines(),
      users: { registered: this.#registered, deleted: this.#deleted },
      openHolds: {
        wallet: sumOf(this.#holds.wallet),
        points: sumOf(this.#holds.points),
      },
      rentals: Object.fromEntries(rentals),
      powerBanks: Object.fromEntries(banks),
      isBalanced:
        this.#balance.imbalanceOf('NPR') === 0 && this.#balance.imbalanceOf('POINTS') === 0,
    };
  }
}

const sumOf = (holds: ReadonlyMap<string, number>): OpenHoldTotals => ({
  count: holds.size,
  amount: [...holds.values()].reduce((sum, amount) => sum + amount, 0),
});

/** @throws as `passOver` does: there are no totals of a part that was not asked for. */
export const readTotals = async (options: PassOptions): Promise<Totals> => {
  const fold = new TotalsFold();
  for await (const audited of passOver(options)) fold.see(audited);
  return fold.result();
};
