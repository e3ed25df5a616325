import type { Route } from '../../ports/http/route.js';
import type { OperationTools } from '../operation.js';
import { cancelRental } from './cancel.js';
import { extendRental } from './extend.js';
import { forceCompleteRental } from './force-complete.js';
import { payDue } from './pay-due.js';
import { type StartLimits, startRental } from './start.js';
import { type SwapLimits, swapPowerBank } from './swap.js';

export type RentalLimits = StartLimits & SwapLimits;

/** Everything that renters, and staff for them, may do to a rental. */
export const rentalCommands = (tools: OperationTools, limits: RentalLimits): readonly Route[] => [
  startRental(tools, limits),
  cancelRental(tools),
  extendRental(tools),
  swapPowerBank(tools, limits),
  payDue(tools),
  forceCompleteRental(tools),
];
