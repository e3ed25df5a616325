import * as t from 'io-ts';
import { RentalRequest } from '../rental/request.js';
import { type EventOf, event } from '../shared/events.js';
import { RentalId, StationSerial, SwapId } from '../shared/ids.js';
import { Instant } from '../shared/instant.js';
import { Money } from '../shared/money.js';

/**
 * The renter's stream is where "one rental at a time" (START-4) and "nothing owed" (START-5) are
 * decided, because two simultaneous starts of one user must meet in one stream.
 */
export const renterEvents = {
  /**
   * The user's one rental slot is taken. Carries the whole request, so that the rental can be
   * opened from this fact alone after a crash between the two streams.
   */
  RentalClaimed: event(t.strict({ rentalId: RentalId, request: RentalRequest, at: Instant })),
  /** The rental is overdue: the same slot, but another refusal word (START-4). */
  OpenRentalBecameOverdue: event(t.strict({ rentalId: RentalId, at: Instant })),
  /** The rental ended; the user may rent again unless something is owed. */
  RentalClaimReleased: event(t.strict({ rentalId: RentalId, at: Instant })),
  /** Money is owed for a rental that has ended (DUE-1). `owed` is the whole sum still open. */
  DueRecorded: event(t.strict({ rentalId: RentalId, owed: Money, at: Instant })),
  /** A swap succeeded; only so many are free at one station on one day (SWAP-2). */
  SwapCounted: event(
    t.strict({ rentalId: RentalId, swapId: SwapId, station: StationSerial, at: Instant }),
  ),
  DueCleared: event(t.strict({ rentalId: RentalId, at: Instant })),
  /** The user is leaving (AUTH-11): nothing is open or owed, and nothing can be rented. */
  RenterClosed: event(t.strict({ at: Instant })),
  /** The user stays after all: something else stood in the way. */
  RenterReopened: event(t.strict({ at: Instant })),
} as const;

export type RenterEvent = EventOf<typeof renterEvents>;
