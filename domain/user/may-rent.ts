import * as E from 'fp-ts/lib/Either.js';
import type { UserStatus } from './events.js';
import type { UserState } from './state.js';

/** What the settings demand of everybody who rents. */
export interface RentalNeeds {
  /** Setting NEED_RENTALS_PROFILE_COMPLETE. */
  readonly profileComplete: boolean;
  /** Setting NEED_RENTALS_KYC_VERIFIED. */
  readonly kycVerified: boolean;
}

export type MayNotRent =
  /** `status` is `null` for a user who never registered. */
  | { readonly kind: 'UserInvalid'; readonly status: UserStatus | null }
  | { readonly kind: 'ProfileIncomplete' }
  | { readonly kind: 'KycNotApproved' };

/** START-1 to START-3, in this order; the first failure is the answer. */
export const mayRent = (user: UserState, needs: RentalNeeds): E.Either<MayNotRent, void> => {
  if (user?.status !== 'ACTIVE') {
    return E.left({ kind: 'UserInvalid', status: user?.status ?? null });
  }
  if (needs.profileComplete && !user.isProfileComplete) {
    return E.left({ kind: 'ProfileIncomplete' });
  }
  if (needs.kycVerified && user.kyc !== 'APPROVED') return E.left({ kind: 'KycNotApproved' });
  return E.right(undefined);
};
