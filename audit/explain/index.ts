/**
 * Why a figure is what it is: every event that led to it, in the order of the log, with who caused
 * it and what it did to the books. Told event by event, so that a story of any length fits.
 */

import * as E from 'fp-ts/lib/Either.js';
import {
  type AccountCode,
  accountOf,
  type Posting,
  rentalAccount,
  walletAccount,
} from '../../domain/ledger/index.js';
import { streamName } from '../../domain/shared/aggregate.js';
import type { RentalId, UserId } from '../../domain/shared/ids.js';
import type { EventStore, LogFilter, Position, RecordedEvent } from '../../ports/event-store.js';
import { holdsFacts } from '../../ports/facts.js';
import { inLogOrder } from './in-log-order.js';
import { Narrator, type Seen, type StoryOptions } from './narrator.js';
import { outerCauses, traitsOf } from './rental-traits.js';
import type { Told } from './step.js';

export type { Booked, EventName, Gap, Step, Told } from './step.js';

export interface ExplainTools {
  readonly store: Pick<EventStore, 'readStream' | 'readLog'>;
  /** Ends the story by throwing its reason. */
  readonly signal?: AbortSignal;
  /** Called for each event that is looked at while the whole log is read. */
  readonly onEvent?: (position: Position) => void;
}

interface TellOptions extends StoryOptions {
  readonly belongs?: (seen: Seen) => boolean;
}

/** Events that follow one another for a story; what cannot be read always belongs to it. */
async function* tellWhere(
  { store, signal }: ExplainTools,
  events: AsyncIterable<RecordedEvent>,
  { belongs = () => true, ...options }: TellOptions,
): AsyncGenerator<Told> {
  const narrator = new Narrator(store, options);
  for await (const recorded of events) {
    signal?.throwIfAborted();
    const sight = narrator.see(recorded);
    if (E.isLeft(sight) || belongs(sight.right)) yield await narrator.tell(sight);
  }
}

export const explainWallet = (tools: ExplainTools, userId: UserId): AsyncGenerator<Told> =>
  tellWhere(tools, tools.store.readStream(streamName('wallet', userId)), {
    followed: [walletAccount(userId), accountOf('held-funds', userId)],
  });

export const explainPoints = (tools: ExplainTools, userId: UserId): AsyncGenerator<Told> =>
  tellWhere(tools, tools.store.readStream(streamName('points', userId)), {
    followed: [accountOf('points', userId), accountOf('held-points', userId)],
  });

/**
 * A rental with the money and the points that moved for it: those that name it, and those that
 * follow from one of its events. Causes are followed to its stations and to its renter.
 */
export async function* explainRental(
  tools: ExplainTools,
  rentalId: RentalId,
): AsyncGenerator<Told> {
  const { ids, accounts, ...traits } = await traitsOf(tools, rentalId);
  const streams = [streamName('rental', rentalId), ...accounts];
  const events = inLogOrder(streams.map((stream) => tools.store.readStream(stream)));
  yield* tellWhere(tools, events, {
    followed: [
      rentalAccount('payment-clearing', rentalId),
      rentalAccount('unearned-rentals', rentalId),
      rentalAccount('receivable-dues', rentalId),
      rentalAccount('refunds-payable', rentalId),
    ],
    others: await outerCauses(tools, traits),
    belongs: (seen) => seen.rentalId === rentalId || ids.has(seen.logged.causationId),
  });
}

/** The log without the readings of hardware, which are no facts. */
async function* factsOf(
  { store, onEvent }: ExplainTools,
  filter: LogFilter = {},
): AsyncGenerator<RecordedEvent> {
  for await (const recorded of store.readLog(null, filter)) {
    onEvent?.(recorded.position);
    if (holdsFacts(recorded.stream)) yield recorded;
  }
}

const touches = (postings: readonly Posting[], account: AccountCode): boolean =>
  postings.some((posting) => posting.account === account);

/** Everything that was ever posted to an account; the whole log is read for it. */
export const explainAccount = (tools: ExplainTools, account: AccountCode): AsyncGenerator<Told> =>
  tellWhere(tools, factsOf(tools, { categories: ['wallet', 'points', 'rental'] }), {
    followed: [account],
    belongs: ({ postings }) => touches(postings, account),
  });

/** Where an event is, by its id or its position; `null` when the log has none. */
export const findEvent = async (
  tools: ExplainTools,
  wanted: (recorded: RecordedEvent) => boolean,
): Promise<RecordedEvent | null> => {
  for await (const recorded of factsOf(tools)) {
    tools.signal?.throwIfAborted();
    if (wanted(recorded)) return recorded;
  }
  return null;
};

/** The stream of an event up to it, itself included. */
async function* upTo(
  { store }: ExplainTools,
  { stream, revision }: RecordedEvent,
): AsyncGenerator<RecordedEvent> {
  for await (const recorded of store.readStream(stream)) {
    yield recorded;
    if (recorded.revision >= revision) return;
  }
}

/** One event: what it did to the books, and what led to it. */
export const explainEvent = (tools: ExplainTools, event: RecordedEvent): AsyncGenerator<Told> =>
  tellWhere(tools, upTo(tools, event), {
    belongs: ({ recorded }) => recorded.id === event.id,
  });

/** Everything in its stream up to an event: what a row follows from that shows its position. */
export const explainStream = (tools: ExplainTools, event: RecordedEvent): AsyncGenerator<Told> =>
  tellWhere(tools, upTo(tools, event), {});
