import type { Aggregate } from '../shared/aggregate.js';
import {
  decideRentalPackage,
  type RentalPackageCommand,
  type RentalPackageRefusal,
} from './decide.js';
import { type RentalPackageEvent, rentalPackageEvents } from './events.js';
import { evolveRentalPackage, type RentalPackageState } from './state.js';

export type { RentalPackageCommand, RentalPackageRefusal } from './decide.js';
export { PackageDetails, type RentalPackageEvent, rentalPackageEvents } from './events.js';
export type { RentalPackage, RentalPackageState } from './state.js';

/** A priced duration: stream `package-{packageId}`. */
export const rentalPackage: Aggregate<
  RentalPackageCommand,
  RentalPackageState,
  RentalPackageEvent,
  RentalPackageRefusal
> = {
  category: 'package',
  events: rentalPackageEvents,
  initial: null,
  decide: decideRentalPackage,
  evolve: evolveRentalPackage,
};
