import type { PackageId } from '../shared/ids.js';
import type { PackageDetails, RentalPackageEvent } from './events.js';

export interface RentalPackage {
  readonly packageId: PackageId;
  readonly details: PackageDetails;
  /** As it was created; a repeated creation is compared with it. */
  readonly createdAs: PackageDetails;
  readonly isActive: boolean;
}

/** `null`: there is no such package. */
export type RentalPackageState = RentalPackage | null;

export const evolveRentalPackage = (
  state: RentalPackageState,
  event: RentalPackageEvent,
): RentalPackageState => {
  if (event.type === 'PackageCreated') {
    const { packageId, details } = event.data;
    return { packageId, details, createdAs: details, isActive: true };
  }
  if (state === null) return null;
  switch (event.type) {
    case 'PackageChanged':
      return { ...state, details: event.data.details };
    case 'PackageActivated':
      return { ...state, isActive: true };
    case 'PackageDeactivated':
      return { ...state, isActive: false };
    default:
      return state;
  }
};
