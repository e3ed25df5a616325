import * as E from 'fp-ts/lib/Either.js';
import {
  type AccountCode,
  assets,
  type FamilyName,
  type Posting,
  parseAccount,
  RentalBooks,
} from '../../domain/ledger/index.js';
import type { LoggedEvent } from '../../ports/logged-event.js';
import { postIfBalanced } from '../balanced-post.js';
import { isSettled, type LogCheck, nothing, onEachFact, type Surroundings } from '../check.js';
import { type Finding, nowhere, type Place, placeOf } from '../finding.js';
import { TrialBalance } from '../trial-balance.js';

export const postingsBalance: LogCheck = {
  name: 'postings-balance',
  claim: 'what each event posts cancels out, and so do the books as a whole',
  begin: () => {
    const books = new RentalBooks();
    const balance = new TrialBalance();
    return onEachFact(
      (logged, { recorded }) => {
        const posted = postIfBalanced(books, logged);
        if (E.isLeft(posted)) {
          const place = placeOf(recorded);
          const expected = 'postings that cancel out';
          return [{ code: 'postings-unbalanced', place, expected, found: posted.left }];
        }
        balance.add(posted.right);
        return nothing;
      },
      () =>
        assets
          .filter((asset) => balance.imbalanceOf(asset) !== 0)
          .map((asset) => ({
            code: 'books-unbalanced',
            place: nowhere,
            expected: `debits of ${asset} to equal credits`,
            found: `they differ by ${balance.imbalanceOf(asset)}`,
          })),
    );
  },
};

/** Accounts that each rental has, and the side on which what is open stands: debit is 1. */
const sides = {
  'payment-clearing': 1,
  'receivable-dues': 1,
  'unearned-rentals': -1,
  'refunds-payable': -1,
} as const satisfies Partial<Readonly<Record<FamilyName, 1 | -1>>>;

type RentalFamily = keyof typeof sides;

const isRentalFamily = (family: FamilyName): family is RentalFamily => Object.hasOwn(sides, family);

interface OpenAccount {
  readonly family: RentalFamily;
  readonly rental: string | null;
  readonly balance: number;
  /** Of the event that moved it last. */
  readonly place: Place;
}

const finalTypes: ReadonlySet<string> = new Set(['RentalCompleted', 'RentalCancelled']);

/** The accounts of rentals that are not zero; a rental whose legs are closed is forgotten. */
class RentalAccounts {
  readonly #open = new Map<AccountCode, OpenAccount>();

  post(postings: readonly Posting[], place: Place): readonly Finding[] {
    return postings.flatMap(({ account, amount }) => {
      const parts = parseAccount(account);
      if (parts === null || !isRentalFamily(parts.family)) return [];
      const { family, owner: rental } = parts;
      const before = this.#open.get(account)?.balance ?? 0;
      const balance = before + amount;
      if (balance === 0) this.#open.delete(account);
      else this.#open.set(account, { family, rental, balance, place });
      // Told when it gets there and when it gets worse, not for all that follows.
      if (balance * sides[family] >= Math.min(0, before * sides[family])) return [];
      const expected = `${account} to be moved by what was booked before`;
      const found = `a balance of ${balance} on its other side`;
      return [{ code: 'rental-books-overdrawn', place, expected, found }];
    });
  }

  /** What was paid in advance is earned or given back by the very event that ends the rental. */
  ended(logged: LoggedEvent, place: Place): readonly Finding[] {
    if (logged.category !== 'rental' || !finalTypes.has(logged.event.type)) return nothing;
    return [...this.#of(logged.streamId)]
      .filter(({ family }) => family === 'unearned-rentals')
      .map(({ balance }) => ({
        code: 'rental-books-left-open',
        place,
        expected: 'all that was paid to be earned, or given back',
        found: `${Math.abs(balance)} still unearned`,
      }));
  }

  /** What only the processes close; a due stays open until it is paid. */
  leftOpen(around: Surroundings): readonly Finding[] {
    return [...this.#open].flatMap(([account, { family, balance, place }]) => {
      const isAwaited = family === 'payment-clearing' || family === 'refunds-payable';
      if (!isAwaited || place.position === null || !isSettled(around, place.position)) return [];
      const [expected, found] = [`${account} to be closed`, `a balance of ${balance}`];
      return [{ code: 'rental-books-left-open', place, expected, found }];
    });
  }

  *#of(rental: string): Generator<OpenAccount> {
    for (const account of this.#open.values()) if (account.rental === rental) yield account;
  }
}

export const rentalBooksClose: LogCheck = {
  name: 'rental-books-close',
  claim: 'the money legs of each rental close: paid, earned, given back, or owed',
  begin: (around) => {
    const books = new RentalBooks();
    const accounts = new RentalAccounts();
    return onEachFact(
      (logged, { recorded }) => {
        const posted = postIfBalanced(books, logged);
        if (E.isLeft(posted)) return nothing;
        const place = placeOf(recorded);
        return [...accounts.post(posted.right, place), ...accounts.ended(logged, place)];
      },
      () => accounts.leftOpen(around),
    );
  },
};
