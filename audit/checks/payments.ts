import type { EventIn } from '../../domain/registry.js';
import type { Position } from '../../ports/event-store.js';
import type { LoggedEvent } from '../../ports/logged-event.js';
import { isSettled, type LogCheck, nothing, onEachFact } from '../check.js';
import { type Finding, type Place, placeOf } from '../finding.js';

/** A payment of a rental from its plan to its capture; paisa, and points. */
interface Payment {
  readonly paymentId: string;
  readonly purpose: string;
  readonly wallet: number;
  readonly points: number;
  confirmedAt: Position | null;
  takenWallet: number;
  takenPoints: number;
}

interface Case {
  readonly open: Map<string, Payment>;
  /** Things that a rental is charged for once. */
  readonly charged: Set<string>;
  isEnded: boolean;
}

type RentalFact = EventIn<'rental'>;

/** Purposes that can be charged but once in the life of a rental; dues and extensions can recur. */
const onceOnly: ReadonlySet<string> = new Set(['RENTAL', 'CANCELLATION_FEE']);

/**
 * What each rental has planned, taken and charged. A rental is forgotten when it has ended and its
 * payments are captured or given up.
 */
class Payments {
  readonly #cases = new Map<string, Case>();

  rental(rentalId: string, event: RentalFact, place: Place): readonly Finding[] {
    const known = this.#cases.get(rentalId) ?? newCase(event.type !== 'RentalRequested');
    this.#cases.set(rentalId, known);
    const findings = stepOf(known, event, place);
    if (known.isEnded && known.open.size === 0) this.#cases.delete(rentalId);
    return findings;
  }

  /** Something was taken from an account for a rental, under the id of the payment's hold. */
  taken(of: Taken, place: Place): readonly Finding[] {
    const payment = this.#cases.get(of.rentalId)?.open.get(of.holdId);
    if (payment === undefined || payment.confirmedAt === null) {
      const expected = `payment ${of.holdId} to be confirmed by rental ${of.rentalId}, and open`;
      const found = `${of.amount} taken from the account`;
      return [{ code: 'taken-without-payment', place, expected, found }];
    }
    payment.takenWallet += of.asset === 'wallet' ? of.amount : 0;
    payment.takenPoints += of.asset === 'points' ? of.amount : 0;
    return nothing;
  }

  *open(): Generator<readonly [rentalId: string, payment: Payment]> {
    for (const [rentalId, { open }] of this.#cases) {
      for (const payment of open.values()) yield [rentalId, payment];
    }
  }
}

interface Taken {
  readonly rentalId: string;
  readonly holdId: string;
  readonly asset: 'wallet' | 'points';
  readonly amount: number;
}

/** A rental that was forgotten comes back when a due of it is paid. */
const newCase = (isEnded: boolean): Case => ({ open: new Map(), charged: new Set(), isEnded });

const stepOf = (known: Case, { type, data }: RentalFact, place: Place): readonly Finding[] => {
  if (type === 'PaymentPlanned') {
    const { paymentId, purpose, split } = data;
    const amounts = { wallet: split.wallet.minor, points: split.points };
    const taken = { confirmedAt: null, takenWallet: 0, takenPoints: 0 };
    known.open.set(paymentId, { paymentId, purpose, ...amounts, ...taken });
  } else if (type === 'PaymentDeclined' || type === 'PaymentReleased') {
    known.open.delete(data.paymentId);
  } else if (type === 'PaymentConfirmed') {
    return confirm(known, data.paymentId, place);
  } else if (type === 'PaymentCaptured') {
    return capture(known, data.paymentId, place);
  } else if (type === 'RentalCompleted' || type === 'RentalCancelled') {
    known.isEnded = true;
  }
  return nothing;
};

const confirm = (known: Case, paymentId: string, place: Place): readonly Finding[] => {
  const payment = known.open.get(paymentId);
  if (payment === undefined || payment.confirmedAt !== null) {
    const expected = `payment ${paymentId} to be planned, and confirmed once`;
    const found = payment === undefined ? 'no such open payment' : 'confirmed once more';
    return [{ code: 'payment-not-open', place, expected, found }];
  }
  payment.confirmedAt = place.position;
  if (!onceOnly.has(payment.purpose)) return nothing;
  if (!known.charged.has(payment.purpose)) {
    known.charged.add(payment.purpose);
    return nothing;
  }
  const expected = `one payment for ${payment.purpose} of a rental`;
  return [{ code: 'charged-twice', place, expected, found: `${paymentId} is one more` }];
};

const describe = ({ wallet, points }: { readonly wallet: number; readonly points: number }) =>
  `${wallet} from the wallet and ${points} points`;

const capture = (known: Case, paymentId: string, place: Place): readonly Finding[] => {
  const payment = known.open.get(paymentId);
  known.open.delete(paymentId);
  if (payment === undefined || payment.confirmedAt === null) {
    const expected = `payment ${paymentId} to be confirmed, and captured once`;
    return [{ code: 'payment-not-open', place, expected, found: 'captured' }];
  }
  const { wallet, points, takenWallet, takenPoints } = payment;
  if (takenWallet === wallet && takenPoints === points) return nothing;
  const found = describe({ wallet: takenWallet, points: takenPoints });
  return [{ code: 'taken-not-as-planned', place, expected: describe(payment), found }];
};

/** What an account's event takes for a rental. */
const takenBy = (logged: LoggedEvent): Taken | null => {
  if (logged.category === 'wallet' && logged.event.type === 'FundsCaptured') {
    const { rentalId, holdId, amount } = logged.event.data;
    return rentalId === null ? null : { rentalId, holdId, asset: 'wallet', amount: amount.minor };
  }
  if (logged.category === 'points' && logged.event.type === 'PointsRedeemed') {
    const { rentalId, holdId, points: amount } = logged.event.data;
    return rentalId === null ? null : { rentalId, holdId, asset: 'points', amount };
  }
  return null;
};

export const paymentsAreTakenOnce: LogCheck = {
  name: 'payments-are-taken-once',
  claim: 'a rental is charged once for each thing, and what is confirmed is taken as planned',
  begin: (around) => {
    const payments = new Payments();
    return onEachFact(
      (logged, { recorded }) => {
        const place = placeOf(recorded);
        if (logged.category === 'rental') {
          return payments.rental(logged.streamId, logged.event, place);
        }
        const taken = takenBy(logged);
        return taken === null ? nothing : payments.taken(taken, place);
      },
      () =>
        [...payments.open()].flatMap(([rentalId, { paymentId, confirmedAt }]) => {
          if (confirmedAt === null || !isSettled(around, confirmedAt)) return nothing;
          const place: Place = {
            stream: `rental-${rentalId}`,
            revision: null,
            position: confirmedAt,
          };
          const expected = `payment ${paymentId} to be captured, the processes are beyond it`;
          return [{ code: 'payment-left-uncaptured', place, expected, found: 'only confirmed' }];
        }),
    );
  },
};
