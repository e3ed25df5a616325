import * as E from 'fp-ts/lib/Either.js';
import type { Aggregate } from '../shared/aggregate.js';
import type { Imei, ReferralCode, RentalCode } from '../shared/ids.js';
import type { IndexValue } from '../shared/index-value.js';
import type { Instant } from '../shared/instant.js';
import { type ClaimEvent, claimEvents } from './events.js';

export { type ClaimEvent, claimEvents } from './events.js';

export type ClaimCommand =
  | { readonly type: 'ClaimName'; readonly bearer: string; readonly at: Instant }
  | { readonly type: 'ReleaseName'; readonly bearer: string; readonly at: Instant };

export interface ClaimRefusal {
  readonly kind: 'NameTaken';
  readonly bearer: string;
}

/** Who bears the name; `null` while it is free. */
export type ClaimState = string | null;

/** A name is the id of its claim, so that two that want it meet in one stream. */
export const imeiClaimId = (imei: Imei): string => `imei:${imei}`;
export const rentalCodeClaimId = (code: RentalCode): string => `rental-code:${code}`;
export const referralCodeClaimId = (code: ReferralCode): string => `referral-code:${code}`;
/** What tells who somebody is is claimed by its blind index: the log holds no addresses. */
export const identifierClaimId = (index: IndexValue): string => `identifier:${index}`;
export const usernameClaimId = (index: IndexValue): string => `username:${index}`;
export const externalIdentityClaimId = (provider: string, index: IndexValue): string =>
  `${provider}:${index}`;

const decide = (
  { type, bearer, at }: ClaimCommand,
  current: ClaimState,
): E.Either<ClaimRefusal, readonly ClaimEvent[]> => {
  switch (type) {
    case 'ClaimName':
      if (current === bearer) return E.right([]);
      return current === null
        ? E.right([{ type: 'NameClaimed', data: { bearer, at } }])
        : E.left({ kind: 'NameTaken', bearer: current });
    case 'ReleaseName':
      // Somebody else's claim is not released: this one was never had, or is over.
      return E.right(current === bearer ? [{ type: 'NameReleased', data: { bearer, at } }] : []);
  }
};

const evolve = (state: ClaimState, event: ClaimEvent): ClaimState => {
  switch (event.type) {
    case 'NameClaimed':
      return event.data.bearer;
    case 'NameReleased':
      return null;
    default:
      return state;
  }
};

/**
 * A name that only one thing may bear (IMEI of a station, rental code, whatever a user signs in
 * with): stream `claim-{name}`.
 * What spans several aggregates is kept where they meet, and here they meet in the name.
 */
export const claim: Aggregate<ClaimCommand, ClaimState, ClaimEvent, ClaimRefusal> = {
  category: 'claim',
  events: claimEvents,
  initial: null,
  decide,
  evolve,
};
