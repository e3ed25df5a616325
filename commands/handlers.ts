import { broadcast } from '../domain/broadcast/index.js';
import { cabinet } from '../domain/cabinet/index.js';
import { claim } from '../domain/claim/index.js';
import { discount } from '../domain/discount/index.js';
import { favourite } from '../domain/favourite/index.js';
import { lateFee } from '../domain/late-fee/index.js';
import { partner } from '../domain/partner/index.js';
import { points } from '../domain/points/index.js';
import { powerBank } from '../domain/power-bank/index.js';
import { rental } from '../domain/rental/index.js';
import { rentalIssue } from '../domain/rental-issue/index.js';
import { rentalPackage } from '../domain/rental-package/index.js';
import { renter } from '../domain/renter/index.js';
import { settings } from '../domain/settings/index.js';
import { staff } from '../domain/staff/index.js';
import { station } from '../domain/station/index.js';
import { user } from '../domain/user/index.js';
import { wallet } from '../domain/wallet/index.js';
import { createHandler, type HandlerDependencies } from './handler.js';

/** The command handlers of every aggregate: the only way in which anything is decided. */
export const createHandlers = (dependencies: HandlerDependencies) => ({
  broadcast: createHandler(broadcast, dependencies),
  cabinet: createHandler(cabinet, dependencies),
  claim: createHandler(claim, dependencies),
  discount: createHandler(discount, dependencies),
  favourite: createHandler(favourite, dependencies),
  lateFee: createHandler(lateFee, dependencies),
  partner: createHandler(partner, dependencies),
  points: createHandler(points, dependencies),
  powerBank: createHandler(powerBank, dependencies),
  rental: createHandler(rental, dependencies),
  rentalIssue: createHandler(rentalIssue, dependencies),
  rentalPackage: createHandler(rentalPackage, dependencies),
  renter: createHandler(renter, dependencies),
  settings: createHandler(settings, dependencies),
  staff: createHandler(staff, dependencies),
  station: createHandler(station, dependencies),
  user: createHandler(user, dependencies),
  wallet: createHandler(wallet, dependencies),
});

export type Handlers = ReturnType<typeof createHandlers>;
