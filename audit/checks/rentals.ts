import type { EventIn } from '../../domain/registry.js';
import { type RentalState, type RentalStatus, rental } from '../../domain/rental/index.js';
import { type LogCheck, nothing, onEachFact } from '../check.js';
import { type Finding, type Place, placeOf } from '../finding.js';

type Type = EventIn<'rental'>['type'];

/** Where a rental must be for a fact, and where the fact takes it; facts of money are elsewhere. */
const steps: Readonly<
  Partial<
    Record<Type, { readonly from: readonly RentalStatus[]; readonly to: RentalStatus | null }>
  >
> = {
  RentalStarted: { from: ['PENDING_POPUP'], to: 'ACTIVE' },
  RentalBecameOverdue: { from: ['ACTIVE'], to: 'OVERDUE' },
  RentalExtended: { from: ['ACTIVE'], to: null },
  PowerBankPutBack: { from: ['ACTIVE'], to: null },
  SwapRequested: { from: ['ACTIVE'], to: null },
  PowerBankReturned: { from: ['ACTIVE', 'OVERDUE'], to: null },
  RentalCompleted: { from: ['PENDING', 'PENDING_POPUP', 'ACTIVE', 'OVERDUE'], to: 'COMPLETED' },
  RentalCancelled: { from: ['PENDING', 'PENDING_POPUP', 'ACTIVE'], to: 'CANCELLED' },
};

const isFinal = (status: RentalStatus): boolean => status === 'COMPLETED' || status === 'CANCELLED';

interface OpenRental {
  readonly userId: string;
  status: RentalStatus;
  /** The same by the domain's own fold. */
  state: RentalState;
}

const nextStatus = (open: OpenRental, event: EventIn<'rental'>): RentalStatus => {
  // A swap asks for another bank too, and its rental goes on meanwhile.
  if (event.type === 'EjectRequested') {
    return event.data.swapId === null ? 'PENDING_POPUP' : open.status;
  }
  return steps[event.type]?.to ?? open.status;
};

/** Facts that may still come when a rental has ended: of money, and of a bank that is found. */
const isOfAfterwards = (type: Type): boolean => type in afterwards;
const afterwards: Readonly<Partial<Record<Type, true>>> = {
  PaymentPlanned: true,
  PaymentSecured: true,
  PaymentDeclined: true,
  PaymentConfirmed: true,
  PaymentReleased: true,
  PaymentCaptured: true,
  RefundPaid: true,
  DueOpened: true,
  DueSettled: true,
  LostPowerBankFound: true,
};

const impossible = (place: Place, expected: string, found: string): readonly Finding[] => [
  { code: 'rental-step-impossible', place, expected, found },
];

type Evolve = typeof rental.evolve;

const stepOf = (
  open: OpenRental,
  event: EventIn<'rental'>,
  { place, evolve }: { readonly place: Place; readonly evolve: Evolve },
): readonly Finding[] => {
  const { status } = open;
  open.state = evolve(open.state, event);
  open.status = nextStatus(open, event);
  const from = steps[event.type]?.from;
  if (from !== undefined && !from.includes(status)) {
    return impossible(place, `${event.type} of a rental that is ${from.join(' or ')}`, status);
  }
  const byDomain = open.state?.status ?? 'nothing';
  if (byDomain === open.status) return nothing;
  const expected = `the domain to make it ${open.status}`;
  return [{ code: 'rental-not-as-decided', place, expected, found: byDomain }];
};

/**
 * Remembers the rentals that have not ended.
 *
 * @param evolve how the domain folds a rental; a test shows that another fold would be noticed.
 */
export const rentalsWalkBy = (evolve: Evolve): LogCheck => ({
  name: 'rentals-walk-their-states',
  claim: 'each rental is requested once, goes its way step by step, and ends once',
  begin: () => {
    const open = new Map<string, OpenRental>();
    return onEachFact((logged, { recorded }) => {
      if (logged.category !== 'rental') return nothing;
      const { streamId, event } = logged;
      const place = placeOf(recorded);
      const known = open.get(streamId);
      if (event.type === 'RentalRequested') {
        if (recorded.revision !== 0n) {
          return impossible(place, 'a request as the first fact', `revision ${recorded.revision}`);
        }
        const { userId } = event.data.request;
        open.set(streamId, { userId, status: 'PENDING', state: evolve(null, event) });
        return nothing;
      }
      if (known === undefined) {
        if (isOfAfterwards(event.type)) return nothing;
        return impossible(place, `${event.type} of an open rental`, 'none that is open');
      }
      const findings = stepOf(known, event, { place, evolve });
      if (isFinal(known.status)) open.delete(streamId);
      return findings;
    });
  },
});

export const rentalsWalk = rentalsWalkBy(rental.evolve);

export const oneActiveRentalAUser: LogCheck = {
  name: 'one-active-rental-a-user',
  claim: 'nobody has two rentals at a time',
  begin: () => {
    const rentalOf = new Map<string, string>();
    const userOf = new Map<string, string>();
    return onEachFact((logged, { recorded }) => {
      if (logged.category !== 'rental') return nothing;
      const { streamId, event } = logged;
      if (event.type === 'RentalCompleted' || event.type === 'RentalCancelled') {
        const userId = userOf.get(streamId);
        userOf.delete(streamId);
        if (userId !== undefined && rentalOf.get(userId) === streamId) rentalOf.delete(userId);
        return nothing;
      }
      if (event.type !== 'RentalRequested') return nothing;
      const { userId } = event.data.request;
      const other = rentalOf.get(userId);
      rentalOf.set(userId, streamId);
      userOf.set(streamId, userId);
      if (other === undefined || other === streamId) return nothing;
      const expected = `rental ${other} of ${userId} to have ended`;
      const found = `rental ${streamId} requested`;
      return [{ code: 'rentals-overlap', place: placeOf(recorded), expected, found }];
    });
  },
};
