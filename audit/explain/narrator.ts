import * as E from 'fp-ts/lib/Either.js';
import { type AccountCode, type Posting, RentalBooks } from '../../domain/ledger/index.js';
import { occurredAt } from '../../domain/occurred-at.js';
import { EventMetadata } from '../../ports/event-metadata.js';
import type { EventStore, RecordedEvent } from '../../ports/event-store.js';
import { decodeLogged, type LoggedEvent } from '../../ports/logged-event.js';
import { postIfBalanced } from '../balanced-post.js';
import { Causes, type Known, RentalOf } from './of-rental.js';
import { sentenceOf } from './sentences.js';
import { type Booked, gapOf, nameOf, type Told } from './step.js';

/** An event that could be read, with what it posts. */
export interface Seen {
  readonly recorded: RecordedEvent;
  readonly logged: LoggedEvent;
  readonly postings: readonly Posting[];
  readonly rentalId: string | null;
}

/** An event with its postings, or the gap that it leaves. */
type Sight = E.Either<Told, Seen>;

export interface StoryOptions {
  /** Accounts of which every posting is told: these have a running balance. */
  readonly followed?: readonly AccountCode[];
  /** Events of other streams that are causes in the story, by id. */
  readonly others?: ReadonlyMap<string, Known>;
}

/**
 * Makes steps of events that are shown to it in the order of the log. Books of a rental are right
 * only when all of its events are shown, so events are first seen, and told if they belong to the
 * story.
 *
 */
export class Narrator {
  readonly #books = new RentalBooks();
  readonly #rentalOf = new RentalOf();
  readonly #causes: Causes;
  readonly #balances: Map<AccountCode, number>;

  constructor(
    store: Pick<EventStore, 'readStream'>,
    { followed = [], others = new Map() }: StoryOptions = {},
  ) {
    this.#causes = new Causes(store, others);
    this.#balances = new Map(followed.map((account) => [account, 0]));
  }

  see(recorded: RecordedEvent): Sight {
    const decoded = decodeLogged(recorded);
    if (E.isLeft(decoded)) return E.left(gapOf(recorded));
    const logged = decoded.right;
    const rentalId = this.#rentalOf.find(logged);
    const posted = postIfBalanced(this.#books, logged);
    if (E.isLeft(posted)) return E.left(gapOf(recorded));
    return E.right({ recorded, logged, postings: posted.right, rentalId });
  }

  async tell(sight: Sight): Promise<Told> {
    if (E.isLeft(sight)) return sight.left;
    const { recorded, logged, postings, rentalId } = sight.right;
    const { correlationId, causationId, actor } = logged;
    return {
      kind: 'step',
      ...nameOf(recorded),
      position: recorded.position,
      at: occurredAt(logged.event),
      sentence: sentenceOf(logged),
      commandId: EventMetadata.is(recorded.metadata) ? recorded.metadata.commandId : '',
      actor,
      correlationId,
      causationId,
      ...(await this.#causes.of(causationId, rentalId)),
      rule: postings.length === 0 ? null : `${logged.category} ${recorded.type}`,
      postings: postings.map((posting) => this.#book(posting)),
    };
  }

  #book({ account, asset, amount }: Posting): Booked {
    const before = this.#balances.get(account);
    if (before === undefined) return { account, asset, amount, balance: null };
    const balance = before + amount;
    this.#balances.set(account, balance);
    return { account, asset, amount, balance };
  }
}
