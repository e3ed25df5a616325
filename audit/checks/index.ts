import type { LogCheck } from '../check.js';
import { balancesAreNeverNegative, balancesEqualFolds, heldEqualsOpenHolds } from './balances.js';
import { postingsBalance, rentalBooksClose } from './books.js';
import { causesComeFirst } from './causes.js';
import { eventsAreUnique, positionsGrow, revisionsAreDense } from './chain.js';
import { chargesAddUp } from './charges.js';
import { entriesCountOnce, holdsCloseOnce } from './holds.js';
import { paymentsAreTakenOnce } from './payments.js';
import { placesEqualFolds } from './places.js';
import { eventsAreReadable } from './readable.js';
import { refundsArePaidOnce } from './refunds.js';
import { oneActiveRentalAUser, rentalsWalk } from './rentals.js';
import { stockEqualsPlaces } from './stock.js';

/** Everything that `audit verify` asks of the log itself, in the order in which it is told. */
export const logChecks: readonly LogCheck[] = [
  positionsGrow,
  revisionsAreDense,
  eventsAreUnique,
  eventsAreReadable,
  causesComeFirst,
  postingsBalance,
  rentalBooksClose,
  holdsCloseOnce,
  heldEqualsOpenHolds,
  entriesCountOnce,
  balancesAreNeverNegative,
  balancesEqualFolds,
  paymentsAreTakenOnce,
  refundsArePaidOnce,
  chargesAddUp,
  rentalsWalk,
  oneActiveRentalAUser,
  stockEqualsPlaces,
  placesEqualFolds,
];
