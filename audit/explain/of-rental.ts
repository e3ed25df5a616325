import * as E from 'fp-ts/lib/Either.js';
import { streamName } from '../../domain/shared/aggregate.js';
import type { EventStore, RecordedEvent } from '../../ports/event-store.js';
import { decodeLogged, type LoggedEvent } from '../../ports/logged-event.js';
import { type EventName, nameOf } from './step.js';

/** Rentals whose events are kept at hand; a wallet's neighbours mostly are of the same one. */
const rentalsKeptMax = 16;

/** An event that may be the cause of another one. */
export interface Known extends EventName {
  readonly causationId: string;
}

/** `null` for what cannot be read: its own story tells of the gap. */
export const knownOf = (recorded: RecordedEvent): Known | null => {
  const logged = decodeLogged(recorded);
  if (E.isLeft(logged)) return null;
  return { ...nameOf(recorded), causationId: logged.right.causationId };
};

/** Says of which rental money and points are. Releases name their hold alone, so those are kept. */
export class RentalOf {
  readonly #byHold = new Map<string, string>();

  find(logged: LoggedEvent): string | null {
    if (logged.category === 'rental') return logged.streamId;
    if (logged.category !== 'wallet' && logged.category !== 'points') return null;
    const { type, data } = logged.event;
    if (type === 'FundsReleased' || type === 'PointsReleased') return this.#take(data.holdId);
    if (!('rentalId' in data) || data.rentalId === null) return null;
    if (type === 'FundsHeld' || type === 'PointsHeld') this.#byHold.set(data.holdId, data.rentalId);
    if (type === 'PointsRedeemed') this.#byHold.delete(data.holdId);
    if (type === 'FundsCaptured' && data.remaining.minor === 0) this.#byHold.delete(data.holdId);
    return data.rentalId;
  }

  #take(holdId: string): string | null {
    const rental = this.#byHold.get(holdId) ?? null;
    this.#byHold.delete(holdId);
    return rental;
  }
}

interface Chain {
  /** The nearest first. */
  readonly causes: readonly EventName[];
  /** What the farthest names as its cause. */
  readonly origin: string;
}

/**
 * Finds what led to an event, in the stream of its rental: money moves because a rental decided so,
 * and each event names the one before it. What a rental itself follows from is a request, which the
 * correlation names.
 */
export class Causes {
  readonly #rentals = new Map<string, ReadonlyMap<string, Known>>();

  /** @param others events of other streams that are known to be causes, by id. */
  constructor(
    private readonly store: Pick<EventStore, 'readStream'>,
    private readonly others: ReadonlyMap<string, Known>,
  ) {}

  async of(causationId: string, rentalId: string | null): Promise<Chain> {
    const causes = new Map<string, EventName>();
    let origin = causationId;
    const events = rentalId === null ? null : await this.#eventsOf(rentalId);
    const find = (id: string): Known | undefined => events?.get(id) ?? this.others.get(id);
    let next = find(origin);
    // A damaged log may name causes in a circle.
    while (next !== undefined && !causes.has(next.eventId)) {
      const { eventId, stream, revision, type } = next;
      causes.set(eventId, { eventId, stream, revision, type });
      origin = next.causationId;
      next = find(origin);
    }
    return { causes: [...causes.values()], origin };
  }

  async #eventsOf(rentalId: string): Promise<ReadonlyMap<string, Known>> {
    const kept = this.#rentals.get(rentalId);
    if (kept !== undefined) return kept;
    const events = new Map<string, Known>();
    for await (const recorded of this.store.readStream(streamName('rental', rentalId))) {
      const known = knownOf(recorded);
      if (known !== null) events.set(recorded.id, known);
    }
    const [oldest] = this.#rentals.keys();
    if (this.#rentals.size >= rentalsKeptMax && oldest !== undefined) this.#rentals.delete(oldest);
    this.#rentals.set(rentalId, events);
    return events;
  }
}
