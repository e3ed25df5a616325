/**
 * A gateway's statement beside the account of money that this gateway holds for us. Payments are
 * known by the gateway's own reference; memory grows with the statement, not with the log.
 */

import * as E from 'fp-ts/lib/Either.js';
import { parseStreamName } from '../../domain/shared/aggregate.js';
import { type Day, dayOf } from '../../domain/shared/day.js';
import type { Instant } from '../../domain/shared/instant.js';
import { add, type Money, zero } from '../../domain/shared/money.js';
import type { GatewayName } from '../../domain/wallet/events.js';
import type { LoggedEvent } from '../../ports/logged-event.js';
import { type PassOptions, passOver } from '../pass.js';
import type { StatementLine } from './statement.js';

export { readStatement, type StatementLine } from './statement.js';

/** A credit of our books that stands for a payment at the gateway. */
export interface BookedPayment {
  readonly eventId: string;
  /** Whose wallet it is in. */
  readonly userId: string;
  readonly reference: string;
  readonly day: Day;
  readonly at: Instant;
  readonly amount: Money;
}

/** What is not the same on both sides. */
export type Difference =
  /** The gateway has taken it, and no wallet has got it. */
  | { readonly kind: 'missing-here'; readonly theirs: StatementLine }
  /** A wallet has got it, and the gateway says nothing of it. */
  | { readonly kind: 'missing-there'; readonly ours: BookedPayment }
  | {
      readonly kind: 'different-amount';
      readonly theirs: StatementLine;
      readonly ours: BookedPayment;
    }
  /** One payment has come into wallets twice. */
  | {
      readonly kind: 'repeated-here';
      readonly theirs: StatementLine;
      readonly ours: BookedPayment;
    }
  /** The statement names one payment in two lines. */
  | {
      readonly kind: 'repeated-there';
      readonly theirs: StatementLine;
      readonly firstLine: number;
    };

export interface Counted {
  readonly count: number;
  readonly amount: Money;
}

export interface Reconciliation {
  /** First and last day that was compared; `null` for a statement of nothing. */
  readonly from: Day | null;
  readonly to: Day | null;
  readonly matched: Counted;
  /** All lines of the statement. */
  readonly theirs: Counted;
  readonly fees: Money;
  /** Credits in the days that were compared, and others that the statement names. */
  readonly ours: Counted;
  /** Top-ups in these days that name no gateway: nobody can say whether they are in it. */
  readonly unnamed: Counted;
  readonly differences: number;
  /** Events of wallets that could not be read: the comparison lacks what was in them. */
  readonly unreadable: number;
}

export interface ReconcileOptions extends Omit<PassOptions, 'until'> {
  readonly gateway: GatewayName;
  readonly statement: readonly StatementLine[];
  /** Days to compare; those of the statement where they are not given. */
  readonly from: Day | null;
  readonly to: Day | null;
  readonly onDifference: (difference: Difference) => void;
}

const nothing: Counted = { count: 0, amount: zero };
const counting = ({ count, amount }: Counted, more: Money): Counted => ({
  count: count + 1,
  amount: add(amount, more),
});

interface Row {
  readonly theirs: StatementLine;
  isFound: boolean;
}

const differenceBetween = (ours: BookedPayment, row: Row | undefined): Difference | null => {
  if (row === undefined) return { kind: 'missing-there', ours };
  const { theirs, isFound } = row;
  if (isFound) return { kind: 'repeated-here', theirs, ours };
  const isSame = theirs.amount.minor === ours.amount.minor;
  return isSame ? null : { kind: 'different-amount', theirs, ours };
};

class Comparison {
  readonly #rows = new Map<string, Row>();
  readonly #options: ReconcileOptions;
  readonly #from: Day | null;
  readonly #to: Day | null;
  #matched = nothing;
  #theirs = nothing;
  #fees = zero;
  #ours = nothing;
  #unnamed = nothing;
  #differences = 0;
  #unreadable = 0;

  constructor(options: ReconcileOptions) {
    this.#options = options;
    const days = options.statement.map(({ day }) => day).sort();
    this.#from = options.from ?? days[0] ?? null;
    this.#to = options.to ?? days.at(-1) ?? null;
    for (const theirs of options.statement) this.#enter(theirs);
  }

  #tell(difference: Difference): void {
    this.#differences += 1;
    this.#options.onDifference(difference);
  }

  #enter(theirs: StatementLine): void {
    this.#theirs = counting(this.#theirs, theirs.amount);
    this.#fees = add(this.#fees, theirs.fee);
    const first = this.#rows.get(theirs.reference);
    if (first === undefined) this.#rows.set(theirs.reference, { theirs, isFound: false });
    else this.#tell({ kind: 'repeated-there', theirs, firstLine: first.theirs.line });
  }

  #isCompared(day: Day): boolean {
    return this.#from !== null && this.#to !== null && day >= this.#from && day <= this.#to;
  }

  see(logged: LoggedEvent): void {
    if (logged.category !== 'wallet' || logged.event.type !== 'FundsCredited') return;
    const { source, gateway, amount, at } = logged.event.data;
    if (source !== 'TOPUP') return;
    const day = dayOf(at);
    if (gateway === null) {
      if (this.#isCompared(day)) this.#unnamed = counting(this.#unnamed, amount);
      return;
    }
    if (gateway.name !== this.#options.gateway) return;
    const { reference } = gateway;
    const userId = logged.streamId;
    this.#compare({ eventId: logged.id, userId, reference, day, at, amount });
  }

  /** A payment just before midnight may be booked on the next day: its reference finds it. */
  #compare(ours: BookedPayment): void {
    const row = this.#rows.get(ours.reference);
    if (row === undefined && !this.#isCompared(ours.day)) return;
    this.#ours = counting(this.#ours, ours.amount);
    const difference = differenceBetween(ours, row);
    if (row !== undefined) row.isFound = true;
    if (difference !== null) this.#tell(difference);
    else this.#matched = counting(this.#matched, ours.amount);
  }

  unreadable(): void {
    this.#unreadable += 1;
  }

  end(): Reconciliation {
    for (const { theirs, isFound } of this.#rows.values()) {
      if (!isFound) this.#tell({ kind: 'missing-here', theirs });
    }
    return {
      from: this.#from,
      to: this.#to,
      matched: this.#matched,
      theirs: this.#theirs,
      fees: this.#fees,
      ours: this.#ours,
      unnamed: this.#unnamed,
      differences: this.#differences,
      unreadable: this.#unreadable,
    };
  }
}

/**
 * Tells of every difference as soon as it is known, and what it comes to.
 *
 * @throws as `passOver` does: half a comparison says nothing.
 */
export const reconcile = async (options: ReconcileOptions): Promise<Reconciliation> => {
  const comparison = new Comparison(options);
  for await (const { recorded, logged } of passOver({ ...options, until: { kind: 'end' } })) {
    if (E.isRight(logged)) comparison.see(logged.right);
    else if (parseStreamName(recorded.stream)?.category === 'wallet') comparison.unreadable();
  }
  return comparison.end();
};
