import * as E from 'fp-ts/lib/Either.js';
import {
  type AccountCode,
  isOfValue,
  type Posting,
  RentalBooks,
  valueCategories,
} from '../../domain/ledger/index.js';
import { occurredAt } from '../../domain/occurred-at.js';
import { parseStreamName } from '../../domain/shared/aggregate.js';
import { type Day, dayOf } from '../../domain/shared/day.js';
import type { DaySpool } from '../../ports/day-spool.js';
import type { Position } from '../../ports/event-store.js';
import type { LoggedEvent } from '../../ports/logged-event.js';
import { postIfBalanced } from '../balanced-post.js';
import { type Audited, type PassOptions, passOver } from '../pass.js';
import { lineOfEntry, sourceOf } from './entry.js';
import { Opening } from './opening.js';

/** Days of Kathmandu, both inclusive; `null` where the log begins and ends. */
export interface Period {
  readonly from: Day | null;
  readonly to: Day | null;
}

/** An event that moves value and cannot be booked: without it these are not the books. */
export interface Unbookable {
  readonly stream: string;
  readonly revision: bigint;
  readonly why: string;
}

/** What is known of an export when the log was read to its end. */
export interface Gathered {
  readonly entries: number;
  readonly postings: number;
  /** How far the log was read; `null` when it is empty. */
  readonly upTo: Position | null;
  /** All that are in the export, in the order of their codes. */
  readonly accounts: readonly AccountCode[];
  /** What balances were when the period began; empty when it is the log's own beginning. */
  readonly opening: readonly Posting[];
}

export interface GatherOptions extends PassOptions {
  readonly spool: DaySpool;
  readonly period: Period;
}

const faultOf = ({ recorded, logged }: Audited): Unbookable | null => {
  const category = parseStreamName(recorded.stream)?.category;
  if (E.isRight(logged) || !valueCategories.some((each) => each === category)) return null;
  const { stream, revision } = recorded;
  return { stream, revision, why: `${logged.left.kind}, in an event that may move value` };
};

class Gathering {
  readonly #books = new RentalBooks();
  readonly #accounts = new Set<AccountCode>();
  readonly #opening = new Opening();
  readonly #spool: DaySpool;
  readonly #period: Period;
  #entries = 0;
  #postings = 0;

  constructor({ spool, period }: Pick<GatherOptions, 'spool' | 'period'>) {
    this.#spool = spool;
    this.#period = period;
  }

  /** Every event is booked, whichever day it is of: later ones of its rental refer to it. */
  async see(logged: LoggedEvent): Promise<string | null> {
    const posted = postIfBalanced(this.#books, logged);
    if (E.isLeft(posted)) return posted.left;
    if (posted.right.length > 0) await this.#keep(logged, posted.right);
    return null;
  }

  async #keep(logged: LoggedEvent, postings: readonly Posting[]): Promise<void> {
    const { from, to } = this.#period;
    const day = dayOf(occurredAt(logged.event));
    if (to !== null && day > to) return;
    if (from !== null && day < from) return this.#opening.add(postings);
    this.#entries += 1;
    this.#postings += postings.length;
    for (const { account } of postings) this.#accounts.add(account);
    await this.#spool.add(day, lineOfEntry(sourceOf(logged), postings));
  }

  result(upTo: Position | null): Gathered {
    const opening = this.#opening.postings();
    for (const { account } of opening) this.#accounts.add(account);
    return {
      entries: this.#entries,
      postings: this.#postings,
      upTo,
      accounts: [...this.#accounts].sort(),
      opening,
    };
  }
}

/**
 * Reads the log to where it is told: entries of the period go to the spool, what is before it
 * becomes balances. Memory grows with accounts and open rentals, not with events.
 */
export const gather = async ({
  spool,
  period,
  ...pass
}: GatherOptions): Promise<E.Either<Unbookable, Gathered>> => {
  const gathering = new Gathering({ spool, period });
  let upTo: Position | null = null;
  for await (const audited of passOver(pass)) {
    upTo = audited.recorded.position;
    const fault = faultOf(audited);
    if (fault !== null) return E.left(fault);
    const { recorded, logged } = audited;
    if (E.isLeft(logged) || !isOfValue(logged.right)) continue;
    const why = await gathering.see(logged.right);
    if (why !== null) return E.left({ stream: recorded.stream, revision: recorded.revision, why });
  }
  return E.right(gathering.result(upTo));
};
