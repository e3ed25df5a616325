import * as t from 'io-ts';
import type { Rental } from '../../domain/rental/index.js';
import { streamName } from '../../domain/shared/aggregate.js';
import { RentalId } from '../../domain/shared/ids.js';
import { type Instant, plusSeconds } from '../../domain/shared/instant.js';
import type { Position } from '../../ports/event-store.js';
import type { Problem } from '../../ports/http/answer.js';
import { problem } from '../../ports/http/answer.js';
import type { OperationTools } from '../operation.js';
import type { Patience } from '../wait.js';

export const RentalPath = t.strict({ id: RentalId }, 'RentalPath');

/** A rental with the position of its last event. */
export interface LoadedRental {
  readonly rental: Rental;
  readonly position: Position | null;
}

/** Also for another user's rental: that it exists is nobody else's business. */
export const rentalNotFound: Problem<'rental_not_found'> = problem('rental_not_found');

/** A rental of this user; `null` when there is none of this id, or it is another user's. */
export const loadOwn = async (
  { handlers }: Pick<OperationTools, 'handlers'>,
  userId: string,
  rentalId: RentalId,
): Promise<LoadedRental | null> => {
  const { state, position } = await handlers.rental.load(rentalId);
  return state === null || state.request.userId !== userId ? null : { rental: state, position };
};

/** A rental of anybody, for staff; as of now, or with the event at `since` in it. */
export const loadAny = async (
  { handlers }: Pick<OperationTools, 'handlers'>,
  rentalId: RentalId,
  since: Position | null = null,
): Promise<LoadedRental | null> => {
  const { state: rental, position } = await handlers.rental.load(rentalId, since);
  return rental === null ? null : { rental, position };
};

/**
 * Waits until the rental is as wished, or patience ends; either way gives it back as it then is.
 * For a rental that is there.
 */
export const waitForRental = async (
  tools: Pick<OperationTools, 'handlers' | 'waits'>,
  rentalId: RentalId,
  {
    isAsWished,
    patience,
  }: {
    readonly isAsWished: (rental: Rental) => boolean;
    readonly patience: Patience;
  },
): Promise<LoadedRental | null> => {
  const look = async (since: Position | null): Promise<LoadedRental | null> => {
    const loaded = await loadAny(tools, rentalId, since);
    return loaded !== null && isAsWished(loaded.rental) ? loaded : null;
  };
  const found = await tools.waits.find(streamName('rental', rentalId), look, patience);
  return found ?? loadAny(tools, rentalId);
};

/** A request as far as its waiting needs to know it. */
export interface Waiting {
  readonly now: Instant;
  readonly waitSeconds: number;
  readonly signal: AbortSignal;
}

/** As long as the client lets us wait for the outside (`Prefer: wait=N`). */
export const clientPatience = ({ now, waitSeconds, signal }: Waiting): Patience => ({
  until: plusSeconds(now, waitSeconds),
  signal,
});

/**
 * What only our own processes have to do is done in milliseconds, so every request waits for it.
 * The bound is for processes that are down: then the answer is 202.
 */
const ownWorkSeconds = 5;

export const ownWorkPatience = (waiting: Waiting): Patience =>
  clientPatience({ ...waiting, waitSeconds: Math.max(ownWorkSeconds, waiting.waitSeconds) });
