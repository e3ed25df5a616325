import type { RentalId, UserId } from '../domain/shared/ids.js';
import type { Instant } from '../domain/shared/instant.js';

/** Where a renter was at a moment of their rental, as their phone says. */
export interface RentalPosition {
  readonly rentalId: RentalId;
  readonly userId: UserId;
  readonly latitudeMicrodegrees: number;
  readonly longitudeMicrodegrees: number;
  /** Radius within which the phone believes to be. */
  readonly accuracyMetres: number;
  readonly at: Instant;
}

/**
 * Positions of running rentals. They are personal data on which nothing is ever decided, so they
 * are kept outside of the log (decision 10).
 */
export interface RentalLocations {
  /** Keeps a position. A rental is at one place at a time: the first of one moment stays. */
  add(position: RentalPosition): Promise<void>;
}
