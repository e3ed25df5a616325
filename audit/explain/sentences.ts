/** What happened, in one sentence: amounts in rupees, ids, and no words of anybody. */

import type { PointsEvent } from '../../domain/points/index.js';
import type { RentalEvent } from '../../domain/rental/index.js';
import { isLess, type Money, negate, toRupees, zero } from '../../domain/shared/money.js';
import type { FundsPurpose, WalletEvent } from '../../domain/wallet/index.js';
import type { LoggedEvent } from '../../ports/logged-event.js';

/** `CANCELLATION_FEE` as `cancellation fee`. */
const spoken = (word: string): string => word.toLowerCase().replaceAll('_', ' ');

/** `PaymentPlanned` as `payment planned`. */
const spokenType = (type: string): string =>
  type.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();

const ofRental = (rentalId: string | null): string =>
  rentalId === null ? '' : ` of rental ${rentalId}`;

/** What money is set aside or taken for. */
const towards = (purpose: FundsPurpose, rentalId: string | null): string =>
  purpose === 'RENTAL' && rentalId !== null
    ? `for rental ${rentalId}`
    : `as ${spoken(purpose)}${ofRental(rentalId)}`;

const rs = (amount: Money): string => `Rs ${toRupees(amount)}`;

const ofWallet = ({ type, data }: WalletEvent): string => {
  switch (type) {
    case 'FundsCredited':
      return `${rs(data.amount)} came in: ${spoken(data.source)}${ofRental(data.rentalId)}`;
    case 'FundsHeld':
      return `${rs(data.amount)} set aside ${towards(data.purpose, data.rentalId)}`;
    case 'FundsCaptured':
      return (
        `${rs(data.amount)} taken ${towards(data.purpose, data.rentalId)} of what was set ` +
        `aside, ${rs(data.remaining)} left of it`
      );
    case 'FundsReleased':
      return `${rs(data.amount)} no longer set aside: ${spoken(data.closedBy)}`;
    case 'FundsDebited':
      return `${rs(data.amount)} taken ${towards(data.purpose, data.rentalId)}`;
    case 'WalletAdjusted':
      return isLess(data.amount, zero)
        ? `staff took ${rs(negate(data.amount))} away`
        : `staff added ${rs(data.amount)}`;
  }
};

const ofPoints = ({ type, data }: PointsEvent): string => {
  switch (type) {
    case 'PointsAwarded':
      return `${data.points} points earned: ${spoken(data.source)}${ofRental(data.rentalId)}`;
    case 'PointsHeld':
      return `${data.points} points set aside${ofRental(data.rentalId)}`;
    case 'PointsRedeemed':
      return `${data.points} points spent${ofRental(data.rentalId)}`;
    case 'PointsReleased':
      return `${data.points} points no longer set aside: ${spoken(data.closedBy)}`;
    case 'PointsGivenBack':
      return `${data.points} points came back${ofRental(data.rentalId)}`;
    case 'PointsAdjusted':
      return data.points < 0
        ? `staff took ${-data.points} points away`
        : `staff added ${data.points} points`;
  }
};

/** What is worth more than its name; the rest of a rental is told by the names of its events. */
const ofRentalEvent = (event: RentalEvent): string => {
  if (event.type === 'RentalRequested') {
    const { rentalId, request } = event.data;
    return `rental ${rentalId} asked for at ${request.station} by ${request.userId}`;
  }
  if (event.type === 'PaymentPlanned') {
    const { amount, split, purpose } = event.data;
    const parts = `${rs(split.wallet)} from the wallet and ${split.points} points`;
    return `payment of ${rs(amount)} planned, ${parts}: ${spoken(purpose)}`;
  }
  if (event.type === 'RentalStarted') {
    return `power bank ${event.data.powerBank} came out of slot ${event.data.slot}`;
  }
  if (event.type === 'RentalCancelled') {
    return `cancelled (${spoken(event.data.cause)}): ${rs(event.data.fee)} kept`;
  }
  if (event.type === 'PowerBankReturned') {
    const { powerBank, station, slot } = event.data;
    return `power bank ${powerBank} came back to ${station}, slot ${slot}`;
  }
  if (event.type === 'RentalCompleted') {
    const { reason, charges, paid, owed } = event.data;
    const sums = `${rs(charges.total)} charged, ${rs(paid)} paid, ${rs(owed)} owed`;
    return `over (${spoken(reason)}): ${sums}`;
  }
  return spokenType(event.type);
};

/** What an event says happened. */
export const sentenceOf = (logged: LoggedEvent): string => {
  if (logged.category === 'wallet') return ofWallet(logged.event);
  if (logged.category === 'points') return ofPoints(logged.event);
  return logged.category === 'rental' ? ofRentalEvent(logged.event) : spokenType(logged.event.type);
};
