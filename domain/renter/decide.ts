import * as E from 'fp-ts/lib/Either.js';
import type { RentalRequest } from '../rental/request.js';
import type { RentalId, StationSerial, SwapId } from '../shared/ids.js';
import type { Instant } from '../shared/instant.js';
import { isPositive, isZero, type Money } from '../shared/money.js';
import { answerRepeat, type IdReused } from '../shared/repeat.js';
import type { RenterEvent } from './events.js';
import { type Claim, claimOf, type RenterState } from './state.js';

export type RenterCommand =
  /** Takes the user's one rental slot (START-4, START-5). */
  | {
      readonly type: 'ClaimRental';
      readonly rentalId: RentalId;
      readonly request: RentalRequest;
      readonly at: Instant;
    }
  | { readonly type: 'MarkOverdue'; readonly rentalId: RentalId; readonly at: Instant }
  /** The rental has ended; `owed` is what is unpaid of it, often zero. */
  | {
      readonly type: 'ReleaseClaim';
      readonly rentalId: RentalId;
      readonly owed: Money;
      readonly at: Instant;
    }
  /** The due of an ended rental is now this much; a zero is said by `ClearDue`. */
  | {
      readonly type: 'RecordDue';
      readonly rentalId: RentalId;
      readonly owed: Money;
      readonly at: Instant;
    }
  | {
      readonly type: 'CountSwap';
      readonly rentalId: RentalId;
      readonly swapId: SwapId;
      readonly station: StationSerial;
      readonly at: Instant;
    }
  | { readonly type: 'ClearDue'; readonly rentalId: RentalId; readonly at: Instant }
  /** Before an account is deleted (AUTH-11). */
  | { readonly type: 'CloseRenter'; readonly at: Instant }
  | { readonly type: 'ReopenRenter'; readonly at: Instant };

export type RenterRefusal =
  | { readonly kind: 'ActiveRentalExists'; readonly rentalId: RentalId }
  | { readonly kind: 'OverdueRentalExists'; readonly rentalId: RentalId }
  | { readonly kind: 'UnpaidRentalExists'; readonly rentalId: RentalId; readonly owed: Money }
  | { readonly kind: 'RenterIsClosed' }
  | { readonly kind: 'RentalNotClaimed'; readonly rentalId: RentalId }
  | { readonly kind: 'RentalStillOpen'; readonly rentalId: RentalId }
  | { readonly kind: 'AmountNotAllowed'; readonly amount: Money }
  | IdReused;

type Decision = E.Either<RenterRefusal, readonly RenterEvent[]>;
type Wish<Type extends RenterCommand['type']> = Extract<RenterCommand, { type: Type }>;

/**
 * What the user asked for. The rental code and the terms are not part of it: a repeated wish may
 * come with a new code, or after a change of the settings.
 */
const askedFor = ({ userId, station, requestedPowerBank, terms, payment }: RentalRequest) => ({
  userId,
  station,
  requestedPowerBank,
  packageId: terms.packageId,
  payment,
});

/** What a user has to bring to an end first: an open rental before an unpaid one. */
const firstUnsettled = (renter: RenterState): RenterRefusal | null => {
  const current = renter.currentRentalId;
  if (current !== null) {
    const isOverdue = claimOf(renter, current)?.status === 'overdue';
    return { kind: isOverdue ? 'OverdueRentalExists' : 'ActiveRentalExists', rentalId: current };
  }
  for (const [rentalId, owed] of renter.dues) {
    return { kind: 'UnpaidRentalExists', rentalId, owed };
  }
  return null;
};

const claimRental = (
  { rentalId, request, at }: Wish<'ClaimRental'>,
  renter: RenterState,
): Decision => {
  const known = claimOf(renter, rentalId);
  if (known !== undefined) {
    return answerRepeat(rentalId, askedFor(known.request), askedFor(request));
  }
  if (renter.isClosed) return E.left({ kind: 'RenterIsClosed' });
  const unsettled = firstUnsettled(renter);
  if (unsettled !== null) return E.left(unsettled);
  return E.right([{ type: 'RentalClaimed', data: { rentalId, request, at } }]);
};

const closeRenter = ({ at }: Wish<'CloseRenter'>, renter: RenterState): Decision => {
  if (renter.isClosed) return E.right([]);
  const unsettled = firstUnsettled(renter);
  if (unsettled !== null) return E.left(unsettled);
  return E.right([{ type: 'RenterClosed', data: { at } }]);
};

/** Decides on a rental that this user did claim. */
const onClaim = (
  renter: RenterState,
  rentalId: RentalId,
  decide: (claim: Claim) => Decision,
): Decision => {
  const claim = claimOf(renter, rentalId);
  return claim === undefined ? E.left({ kind: 'RentalNotClaimed', rentalId }) : decide(claim);
};

/** An overdue timer that comes after the return has nothing left to mark. */
const markOverdue = ({ rentalId, at }: Wish<'MarkOverdue'>, renter: RenterState): Decision =>
  onClaim(renter, rentalId, ({ status }) =>
    E.right(status === 'open' ? [{ type: 'OpenRentalBecameOverdue', data: { rentalId, at } }] : []),
  );

const dueRecorded = (rentalId: RentalId, owed: Money, at: Instant): RenterEvent => ({
  type: 'DueRecorded',
  data: { rentalId, owed, at },
});

const releaseClaim = (wish: Wish<'ReleaseClaim'>, renter: RenterState): Decision => {
  const { rentalId, owed, at } = wish;
  return onClaim(renter, rentalId, ({ status }) => {
    // What the rental owes by now is said by later wishes; an old one must not bring it back.
    if (status === 'released') return E.right([]);
    if (owed.minor < 0) return E.left({ kind: 'AmountNotAllowed', amount: owed });
    const released: RenterEvent = { type: 'RentalClaimReleased', data: { rentalId, at } };
    return E.right(isZero(owed) ? [released] : [released, dueRecorded(rentalId, owed, at)]);
  });
};

const recordDue = ({ rentalId, owed, at }: Wish<'RecordDue'>, renter: RenterState): Decision =>
  onClaim(renter, rentalId, ({ status }) => {
    if (status !== 'released') return E.left({ kind: 'RentalStillOpen', rentalId });
    if (!isPositive(owed)) return E.left({ kind: 'AmountNotAllowed', amount: owed });
    if (renter.dues.get(rentalId)?.minor === owed.minor) return E.right([]);
    return E.right([dueRecorded(rentalId, owed, at)]);
  });

const clearDue = ({ rentalId, at }: Wish<'ClearDue'>, renter: RenterState): Decision =>
  onClaim(renter, rentalId, () =>
    E.right(renter.dues.has(rentalId) ? [{ type: 'DueCleared', data: { rentalId, at } }] : []),
  );

const countSwap = (
  { rentalId, swapId, station, at }: Wish<'CountSwap'>,
  renter: RenterState,
): Decision =>
  onClaim(renter, rentalId, () =>
    E.right(
      renter.swaps.done.has(swapId)
        ? []
        : [{ type: 'SwapCounted', data: { rentalId, swapId, station, at } }],
    ),
  );

export const decideRenter = (command: RenterCommand, renter: RenterState): Decision => {
  switch (command.type) {
    case 'ClaimRental':
      return claimRental(command, renter);
    case 'MarkOverdue':
      return markOverdue(command, renter);
    case 'ReleaseClaim':
      return releaseClaim(command, renter);
    case 'RecordDue':
      return recordDue(command, renter);
    case 'CountSwap':
      return countSwap(command, renter);
    case 'ClearDue':
      return clearDue(command, renter);
    case 'CloseRenter':
      return closeRenter(command, renter);
    case 'ReopenRenter':
      return E.right(renter.isClosed ? [{ type: 'RenterReopened', data: { at: command.at } }] : []);
  }
};
