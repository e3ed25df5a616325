import type { Route } from '../../ports/http/route.js';
import type { RentalLocations } from '../../ports/rental-locations.js';
import { cancelRental } from './cancel.js';
import { extendRental } from './extend.js';
import { forceCompleteRental } from './force-complete.js';
import { payDue } from './pay-due.js';
import { reportRentalIssue } from './report-issue.js';
import { reportRentalLocation } from './report-location.js';
import { type StartLimits, startRental } from './start.js';
import { type SwapLimits, swapPowerBank } from './swap.js';
import type { WordsTools } from './words.js';

export type RentalLimits = StartLimits & SwapLimits;

export interface RentalTools extends WordsTools {
  readonly locations: RentalLocations;
}

/** Everything that renters, and staff for them, may do to a rental. */
export const rentalCommands = (tools: RentalTools, limits: RentalLimits): readonly Route[] => [
  startRental(tools, limits),
  cancelRental(tools),
  extendRental(tools),
  swapPowerBank(tools, limits),
  payDue(tools),
  reportRentalIssue(tools),
  reportRentalLocation(tools),
  forceCompleteRental(tools),
];
