/** People of the demo network. They have no names: events hold no personal data. */

import { brandOrThrow } from '../../domain/shared/brand.js';
import { UserId } from '../../domain/shared/ids.js';
import { type Money, rupees } from '../../domain/shared/money.js';

export interface SeedPerson {
  readonly userId: UserId;
  /** What the person begins with; credited with the source `DEMO`. */
  readonly wallet: Money;
  readonly points: number;
}

const person = (id: string, wallet: string, points: number): SeedPerson => ({
  userId: brandOrThrow(UserId, id),
  wallet: rupees(wallet),
  points,
});

export const seedPeople: readonly SeedPerson[] = [
  person('asha', '500.00', 50),
  person('bikram', '300.00', 250),
  person('chandra', '1000.00', 50),
  person('deepa', '20.00', 50),
];
