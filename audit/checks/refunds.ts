import type { LoggedEvent } from '../../ports/logged-event.js';
import { isSettled, type LogCheck, nothing, onEachFact } from '../check.js';
import { type Finding, type Place, placeOf } from '../finding.js';

/** What a cancelled rental gives back, and how much of it was paid; paisa, and points. */
interface Refund {
  readonly place: Place;
  wallet: number;
  points: number;
}

interface Paid {
  readonly rentalId: string;
  readonly asset: 'wallet' | 'points';
  readonly amount: number;
}

const paidBy = (logged: LoggedEvent): Paid | null => {
  if (logged.category === 'wallet' && logged.event.type === 'FundsCredited') {
    const { source, rentalId, amount } = logged.event.data;
    if (source !== 'REFUND') return null;
    return { rentalId: rentalId ?? '', asset: 'wallet', amount: amount.minor };
  }
  if (logged.category === 'points' && logged.event.type === 'PointsGivenBack') {
    const { rentalId, points: amount } = logged.event.data;
    return { rentalId: rentalId ?? '', asset: 'points', amount };
  }
  return null;
};

class Refunds {
  readonly open = new Map<string, Refund>();

  pay({ rentalId, asset, amount }: Paid, place: Place): readonly Finding[] {
    const refund = this.open.get(rentalId);
    const due = refund?.[asset] ?? 0;
    if (refund !== undefined) refund[asset] = 0;
    if (amount === due) return nothing;
    const code = due === 0 ? 'refund-not-due' : 'refund-amount-wrong';
    const unit = asset === 'wallet' ? 'paisa' : 'points';
    const expected = `${due} ${unit} to be given back for rental ${rentalId}`;
    return [{ code, place, expected, found: `${amount} ${unit}` }];
  }

  /** The rental takes note that its refund is paid. */
  close(rentalId: string, place: Place): readonly Finding[] {
    const refund = this.open.get(rentalId);
    this.open.delete(rentalId);
    if (refund !== undefined && refund.wallet === 0 && refund.points === 0) return nothing;
    const found =
      refund === undefined
        ? 'no refund was open'
        : `${refund.wallet} paisa and ${refund.points} points were not given back`;
    const expected = 'a refund that reached the accounts, once';
    return [{ code: 'refund-not-paid', place, expected, found }];
  }
}

export const refundsArePaidOnce: LogCheck = {
  name: 'refunds-are-paid-once',
  claim: 'what a cancelled rental gives back reaches its user once, and nothing else is refunded',
  begin: (around) => {
    const refunds = new Refunds();
    return onEachFact(
      (logged, { recorded }) => {
        const place = placeOf(recorded);
        const paid = paidBy(logged);
        if (paid !== null) return refunds.pay(paid, place);
        if (logged.category !== 'rental') return nothing;
        const { event, streamId } = logged;
        if (event.type === 'RefundPaid') return refunds.close(streamId, place);
        if (event.type !== 'RentalCancelled') return nothing;
        const { wallet, points } = event.data.refund;
        if (wallet.minor !== 0 || points !== 0) {
          refunds.open.set(streamId, { place, wallet: wallet.minor, points });
        }
        return nothing;
      },
      () =>
        [...refunds.open.values()].flatMap(({ place, wallet, points }) => {
          if (place.position === null || !isSettled(around, place.position)) return nothing;
          const expected = 'the refund to be paid, the processes are beyond it';
          const found = `${wallet} paisa and ${points} points outstanding`;
          return [{ code: 'refund-left-unpaid', place, expected, found }];
        }),
    );
  },
};
