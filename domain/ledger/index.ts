import type { Category, EventIn } from '../registry.js';
import { brandOrThrow } from '../shared/brand.js';
import { RentalId, UserId } from '../shared/ids.js';
import { pointsRules } from './points-rules.js';
import { balanced, type Posting } from './posting.js';
import { emptyRentalBook, endsBook, evolveRentalBook, type RentalBook } from './rental-book.js';
import { rentalRules } from './rental-rules.js';
import { applyRule } from './rules.js';
import { walletRules } from './wallet-rules.js';

export {
  type AccountClass,
  AccountCode,
  type AccountFamily,
  type AccountOwner,
  type AccountParts,
  type Asset,
  accountClasses,
  accountOf,
  amountText,
  assets,
  chart,
  type FamilyName,
  familyNames,
  parseAccount,
  partsOf,
  rentalAccount,
  soleAccount,
  walletAccount,
} from './account.js';
export { imbalanceOf, type Posting } from './posting.js';
export { emptyRentalBook, endsBook, evolveRentalBook, type RentalBook } from './rental-book.js';

/** Categories whose events move value; each event type in them has a rule. */
export const valueCategories = ['wallet', 'points', 'rental'] as const;
export type ValueCategory = (typeof valueCategories)[number];

/**
 * Why the other categories have no rules. A new category does not compile until it is in one of
 * the two lists; a test looks for amounts in the events of those that claim to have none.
 */
export const valuelessCategories: Readonly<Record<Exclude<Category, ValueCategory>, string>> = {
  user: 'people, not their money',
  staff: 'people',
  partner: 'people; payables come with their contracts',
  renter: 'the sum owed is a copy of the due of the rental',
  station: 'places of power banks',
  cabinet: 'orders to hardware',
  powerbank: 'stock is counted in pieces, not in money',
  package: 'prices are offers',
  discount: 'prices are offers',
  latefee: 'rates are terms',
  settings: 'amounts are limits',
  favourite: 'a mark',
  rentalissue: 'words of renters',
  broadcast: 'words of staff',
  claim: 'names that are taken',
  seal: 'hashes of the other events',
};

/** An event that may move value, with the aggregate that it belongs to. */
export type ValueEvent = {
  readonly [C in ValueCategory]: {
    readonly category: C;
    readonly streamId: string;
    readonly event: EventIn<C>;
  };
}[ValueCategory];

/** Whether an event is of a category that may move value. */
export const isOfValue = <Logged extends { readonly category: Category }>(
  logged: Logged,
): logged is Extract<Logged, { readonly category: ValueCategory }> =>
  valueCategories.some((category) => category === logged.category);

const postingsBefore = (logged: ValueEvent, book: RentalBook): readonly Posting[] => {
  const { streamId } = logged;
  switch (logged.category) {
    case 'wallet':
      return applyRule(walletRules, { user: brandOrThrow(UserId, streamId) }, logged.event);
    case 'points':
      return applyRule(pointsRules, { user: brandOrThrow(UserId, streamId) }, logged.event);
    case 'rental': {
      const rental = brandOrThrow(RentalId, streamId);
      return applyRule(rentalRules, { rental, book }, logged.event);
    }
  }
};

/**
 * The postings of one event; none where it moves nothing. Paisa and points, debits positive.
 *
 * @param book of the rental before the event; any for events of other streams.
 * @throws Error when they do not cancel out, or are no exact integers: a defect of a rule, or an
 * event whose own amounts contradict each other. Such a stream is parked by a read model; whoever
 * reads a log that may be damaged takes it for a finding.
 */
export const postingsOf = (logged: ValueEvent, book: RentalBook): readonly Posting[] =>
  balanced(postingsBefore(logged, book));

/** The books' memory of all rentals that are not settled yet, for a fold over the whole log. */
export class RentalBooks {
  readonly #books = new Map<string, RentalBook>();

  /** Rentals that are remembered: the memory is bounded by what is open. */
  get open(): number {
    return this.#books.size;
  }

  /** Postings of an event; remembers what later events of its rental refer to. */
  post(logged: ValueEvent): readonly Posting[] {
    if (logged.category !== 'rental') return postingsOf(logged, emptyRentalBook);
    const before = this.#books.get(logged.streamId) ?? emptyRentalBook;
    const after = evolveRentalBook(before, logged.event);
    if (endsBook(logged.event)) this.#books.delete(logged.streamId);
    else if (after !== emptyRentalBook) this.#books.set(logged.streamId, after);
    return postingsOf(logged, before);
  }
}
