import * as E from 'fp-ts/lib/Either.js';
import { type AccountCode, accountOf, isOfValue, RentalBooks } from '../../domain/ledger/index.js';
import { points } from '../../domain/points/index.js';
import { emptyMap } from '../../domain/shared/growing-map.js';
import { wallet } from '../../domain/wallet/index.js';
import type { LoggedEvent } from '../../ports/logged-event.js';
import { moveOf } from '../account-moves.js';
import { postIfBalanced } from '../balanced-post.js';
import { type LogCheck, nothing, onEachFact } from '../check.js';
import { type Finding, nowhere, type Place, placeOf } from '../finding.js';

/** All money or points of an account, held or not, and how much of it is held. */
interface Balance {
  readonly balance: number;
  readonly held: number;
}

const empty: Balance = { balance: 0, held: 0 };

/** The dull fold: three sums, and no memory of what they are made of. */
const moved = ({ balance, held }: Balance, logged: LoggedEvent): Balance => {
  const move = moveOf(logged);
  switch (move?.kind) {
    case undefined:
      return { balance, held };
    case 'entry':
      return { balance: balance + move.amount, held };
    case 'hold':
      return { balance, held: held + move.amount };
    case 'take':
      return { balance: balance - move.amount, held: held - move.amount };
    case 'free':
      return { balance, held: held - move.amount };
  }
};

/** Staff's corrections cannot do it either (P-064), so there is no account that may be negative. */
export const balancesAreNeverNegative: LogCheck = {
  name: 'balances-are-never-negative',
  claim: 'no account spends or holds more than is in it, at any event',
  begin: () => {
    const accounts = new Map<string, Balance>();
    return onEachFact((logged, { recorded }) => {
      if (moveOf(logged) === null) return nothing;
      const before = accounts.get(logged.stream) ?? empty;
      const after = moved(before, logged);
      accounts.set(logged.stream, after);
      const free = after.balance - after.held;
      const isWorse = free < 0 && free < before.balance - before.held;
      if (!isWorse && after.held >= 0) return nothing;
      const found = `${after.balance} in the account, ${after.held} of it held`;
      const expected = 'at least as much as is held';
      return [{ code: 'balance-negative', place: placeOf(recorded), expected, found }];
    });
  },
};

type WalletState = typeof wallet.initial;
type PointsState = typeof points.initial;

/** What the domain remembers so that nothing counts twice is of no use here, and grows. */
const withoutMemory = <State extends WalletState | PointsState>(state: State): State => ({
  ...state,
  closedHolds: emptyMap(),
  entries: emptyMap(),
});

/** How the domain folds an account; a test shows that another fold would be noticed. */
export interface DomainFolds {
  readonly wallet: typeof wallet.evolve;
  readonly points: typeof points.evolve;
}

/** The same accounts by the domain's own fold. */
class DomainAccounts {
  readonly #wallets = new Map<string, WalletState>();
  readonly #points = new Map<string, PointsState>();

  constructor(readonly folds: DomainFolds) {}

  see(logged: LoggedEvent): void {
    const { stream } = logged;
    if (logged.category === 'wallet') {
      const before = this.#wallets.get(stream) ?? wallet.initial;
      this.#wallets.set(stream, withoutMemory(this.folds.wallet(before, logged.event)));
    } else if (logged.category === 'points') {
      const before = this.#points.get(stream) ?? points.initial;
      this.#points.set(stream, withoutMemory(this.folds.points(before, logged.event)));
    }
  }

  balanceOf(stream: string): Balance {
    const purse = this.#wallets.get(stream);
    if (purse !== undefined) return { balance: purse.balance.minor, held: purse.held.minor };
    return this.#points.get(stream) ?? empty;
  }
}

/** The same accounts by the books: what is owed to the user, in the accounts of two families. */
class BookedAccounts {
  readonly #books = new RentalBooks();
  readonly #owed = new Map<AccountCode, number>();

  see(logged: LoggedEvent): void {
    // Only wallets and points are asked for, and what rentals post is not in their accounts.
    if (!isOfValue(logged) || logged.category === 'rental') return;
    const posted = postIfBalanced(this.#books, logged);
    if (E.isLeft(posted)) return;
    for (const { account, amount } of posted.right) {
      if (account.startsWith('liabilities:')) {
        this.#owed.set(account, (this.#owed.get(account) ?? 0) - amount);
      }
    }
  }

  balanceOf(category: string, user: string): Balance {
    const [free, kept] =
      category === 'wallet'
        ? [accountOf('wallets', user), accountOf('held-funds', user)]
        : [accountOf('points', user), accountOf('held-points', user)];
    const held = this.#owed.get(kept) ?? 0;
    return { balance: (this.#owed.get(free) ?? 0) + held, held };
  }
}

const told = ({ balance, held }: Balance): string => `${balance}, ${held} of it held`;

interface Account extends Balance {
  readonly category: string;
  readonly streamId: string;
  readonly place: Place;
}

/** Remembers an account each, which is some 500 bytes for a user. */
export const balancesEqual = (folds: DomainFolds): LogCheck => ({
  name: 'balances-equal-folds',
  claim: 'each account comes to the same by the domain, by the books, and by plain sums',
  begin: () => {
    const sums = new Map<string, Account>();
    const domain = new DomainAccounts(folds);
    const booked = new BookedAccounts();
    const findings = (stream: string, account: Account): readonly Finding[] => {
      const { category, streamId, place } = account;
      const others: readonly (readonly [string, Balance])[] = [
        ['balance-not-as-decided', domain.balanceOf(stream)],
        ['balance-not-as-booked', booked.balanceOf(category, streamId)],
      ];
      return others
        .filter(([, other]) => told(other) !== told(account))
        .map(([code, other]) => ({ code, place, expected: told(account), found: told(other) }));
    };
    return onEachFact(
      (logged, { recorded }) => {
        if (moveOf(logged) === null) return nothing;
        const { stream, category, streamId } = logged;
        const before: Balance = sums.get(stream) ?? empty;
        const place = { ...nowhere, stream, revision: recorded.revision };
        sums.set(stream, { ...moved(before, logged), category, streamId, place });
        domain.see(logged);
        booked.see(logged);
        return nothing;
      },
      () => [...sums].flatMap(([stream, account]) => findings(stream, account)),
    );
  },
});

export const balancesEqualFolds = balancesEqual({ wallet: wallet.evolve, points: points.evolve });

/** What the accounts say is held, beside the holds that are open: two ways to one number. */
export const heldEqualsOpenHolds: LogCheck = {
  name: 'holds-equal-open-holds',
  claim: 'what is held of an account is the sum of its open holds',
  begin: () => {
    const held = new Map<string, number>();
    const open = new Map<string, Map<string, number>>();
    return onEachFact(
      (logged) => {
        const move = moveOf(logged);
        if (move === null || move.kind === 'entry') return nothing;
        const { stream } = logged;
        const change = move.kind === 'hold' ? move.amount : 0 - move.amount;
        held.set(stream, (held.get(stream) ?? 0) + change);
        const holds = open.get(stream) ?? new Map<string, number>();
        const left = move.kind === 'hold' ? move.amount : move.kind === 'take' ? move.left : 0;
        if (left > 0) open.set(stream, holds.set(move.holdId, left));
        else if (holds.delete(move.holdId) && holds.size === 0) open.delete(stream);
        return nothing;
      },
      () =>
        [...held].flatMap(([stream, amount]) => {
          const sum = [...(open.get(stream)?.values() ?? [])].reduce((all, each) => all + each, 0);
          if (sum === amount) return nothing;
          const [expected, found] = [`${sum} held, by its holds`, `${amount} held, by its moves`];
          return [{ code: 'held-not-its-holds', place: { ...nowhere, stream }, expected, found }];
        }),
    );
  },
};
