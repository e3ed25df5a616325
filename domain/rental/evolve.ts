import type { RentalEvent } from './events.js';
import type { Rental, RentalPayment, RentalRun, RentalState, RentalSwap } from './state.js';

type Event<Type extends RentalEvent['type']> = Extract<RentalEvent, { readonly type: Type }>;
type DataOf<Type extends RentalEvent['type']> = Event<Type>['data'];

const opened = ({ rentalId, request, at }: DataOf<'RentalRequested'>): Rental => ({
  rentalId,
  request,
  requestedAt: at,
  status: 'PENDING',
  payments: new Map(),
  assigned: null,
  openEject: null,
  ejectIds: new Set(),
  cancellationRequest: null,
  run: null,
  extensions: [],
  swaps: new Map(),
  awaitedPutBack: null,
  putBack: null,
  remindedOf: null,
  returned: null,
  completion: null,
  cancellation: null,
  isDueOpened: false,
  isLostPowerBankFound: false,
});

type PaymentEvent = Event<
  | 'PaymentPlanned'
  | 'PaymentSecured'
  | 'PaymentDeclined'
  | 'PaymentConfirmed'
  | 'PaymentReleased'
  | 'PaymentCaptured'
>;

const nextPayment = (payment: RentalPayment, event: PaymentEvent): RentalPayment => {
  switch (event.type) {
    case 'PaymentPlanned':
      return payment;
    case 'PaymentSecured':
      return { ...payment, status: 'secured', wasSecured: true };
    case 'PaymentDeclined':
      return { ...payment, status: 'declined' };
    case 'PaymentConfirmed':
      return { ...payment, status: 'confirmed' };
    case 'PaymentReleased':
      return { ...payment, status: 'released' };
    case 'PaymentCaptured':
      return { ...payment, status: 'captured' };
  }
};

const withPayment = (rental: Rental, event: PaymentEvent): Rental => {
  const { paymentId } = event.data;
  const known = rental.payments.get(paymentId);
  if (known === undefined) {
    if (event.type !== 'PaymentPlanned') return rental;
    const { purpose, amount, split, extension } = event.data;
    const planned = { paymentId, purpose, amount, split, extension } as const;
    const payment: RentalPayment = { ...planned, status: 'planned', wasSecured: false };
    return { ...rental, payments: new Map(rental.payments).set(paymentId, payment) };
  }
  const payment = nextPayment(known, event);
  const payments = new Map(rental.payments).set(paymentId, payment);
  // A cancellation that waited for its fee lapses when the wallet cannot pay it (CAN-6).
  const isFeeLost =
    payment.purpose === 'CANCELLATION_FEE' &&
    (payment.status === 'declined' || payment.status === 'released');
  return isFeeLost ? { ...rental, payments, cancellationRequest: null } : { ...rental, payments };
};

const withEject = (
  rental: Rental,
  event: Event<'PowerBankAssigned' | 'EjectRequested' | 'EjectLeftUndecided'>,
): Rental => {
  switch (event.type) {
    case 'PowerBankAssigned': {
      const { powerBank, slot, batteryPercent } = event.data;
      return { ...rental, assigned: { powerBank, slot, batteryPercent } };
    }
    case 'EjectRequested': {
      const { ejectId, swapId } = event.data;
      return {
        ...rental,
        status: swapId === null ? 'PENDING_POPUP' : rental.status,
        openEject: { ejectId, swapId, isUndecided: false },
        ejectIds: new Set(rental.ejectIds).add(ejectId),
      };
    }
    case 'EjectLeftUndecided':
      return rental.openEject === null
        ? rental
        : { ...rental, openEject: { ...rental.openEject, isUndecided: true } };
  }
};

const started = (rental: Rental, data: DataOf<'RentalStarted'>): Rental => ({
  ...rental,
  status: 'ACTIVE',
  assigned: null,
  openEject: null,
  // The bank came out after all: giving up now follows the rules of a running rental (CAN-1).
  cancellationRequest: null,
  run: {
    startedWith: data.powerBank,
    powerBank: data.powerBank,
    startBatteryPercent: data.batteryPercent,
    startedAt: data.startedAt,
    dueAt: data.dueAt,
  },
});

const withRun = (rental: Rental, change: Partial<RentalRun>): Rental =>
  rental.run === null ? rental : { ...rental, run: { ...rental.run, ...change } };

const extended = (rental: Rental, { offer, dueAt }: DataOf<'RentalExtended'>): Rental => ({
  ...withRun(rental, { dueAt }),
  extensions: [...rental.extensions, offer],
});

const withSwap = (
  rental: Rental,
  event: Event<'SwapRequested' | 'SwapCompleted' | 'SwapFailed'>,
): Rental => {
  const { swapId } = event.data;
  const put = (swap: RentalSwap): Rental => ({
    ...rental,
    swaps: new Map(rental.swaps).set(swapId, swap),
  });
  if (event.type === 'SwapRequested') {
    const { reason, returned } = event.data;
    return put({ swapId, status: 'open', reason, returned });
  }
  const swap = rental.swaps.get(swapId);
  if (swap === undefined) return rental;
  // Either way the order is over, and the station keeps no bank for this rental any more.
  const settled = { assigned: null, openEject: null } as const;
  return event.type === 'SwapFailed'
    ? { ...put({ ...swap, status: 'failed' }), ...settled }
    : {
        // The renter holds a bank again, so nothing is put back any more.
        ...withRun(put({ ...swap, status: 'completed' }), { powerBank: event.data.newPowerBank }),
        ...settled,
        putBack: null,
      };
};

const cancelled = (rental: Rental, data: DataOf<'RentalCancelled'>): Rental => ({
  ...rental,
  status: 'CANCELLED',
  assigned: null,
  openEject: null,
  cancellationRequest: null,
  awaitedPutBack: null,
  putBack: null,
  cancellation: { cause: data.cause, fee: data.fee, refund: data.refund, isRefundPaid: false },
});

const completed = (rental: Rental, data: DataOf<'RentalCompleted'>): Rental => ({
  ...rental,
  status: 'COMPLETED',
  assigned: null,
  openEject: null,
  cancellationRequest: null,
  awaitedPutBack: null,
  putBack: null,
  completion: {
    reason: data.reason,
    endedAt: data.endedAt,
    onTime: data.onTime,
    charges: data.charges,
  },
});

const ended = (
  rental: Rental,
  event: Event<
    | 'RentalCancelled'
    | 'RefundPaid'
    | 'PowerBankReturned'
    | 'RentalCompleted'
    | 'LostPowerBankFound'
  >,
): Rental => {
  switch (event.type) {
    case 'RentalCancelled':
      return cancelled(rental, event.data);
    case 'RefundPaid':
      return rental.cancellation === null
        ? rental
        : { ...rental, cancellation: { ...rental.cancellation, isRefundPaid: true } };
    case 'PowerBankReturned':
      return { ...rental, returned: event.data };
    case 'RentalCompleted':
      return completed(rental, event.data);
    case 'LostPowerBankFound':
      return { ...rental, isLostPowerBankFound: true };
  }
};

/**
 * Folds one fact into the rental. A fact that it does not know leaves the rental as it is. Longer
 * than a function should be, because it is the table of facts.
 */
export const evolve = (state: RentalState, event: RentalEvent): RentalState => {
  if (event.type === 'RentalRequested') return state ?? opened(event.data);
  if (state === null) return null;
  switch (event.type) {
    case 'PaymentPlanned':
    case 'PaymentSecured':
    case 'PaymentDeclined':
    case 'PaymentConfirmed':
    case 'PaymentReleased':
    case 'PaymentCaptured':
      return withPayment(state, event);
    case 'PowerBankAssigned':
    case 'EjectRequested':
    case 'EjectLeftUndecided':
      return withEject(state, event);
    case 'RentalStarted':
      return started(state, event.data);
    case 'CancellationRequested': {
      const { reason, returned } = event.data;
      return { ...state, cancellationRequest: { reason, returned } };
    }
    case 'ReminderDue':
      return { ...state, remindedOf: event.data.dueAt };
    case 'RentalBecameOverdue':
      return { ...state, status: 'OVERDUE' };
    case 'RentalExtended':
      return extended(state, event.data);
    case 'PutBackAwaited': {
      const { wish, until } = event.data;
      return { ...state, awaitedPutBack: { wish, until } };
    }
    case 'PowerBankPutBack': {
      const { sight, wish, decideBy } = event.data;
      return { ...state, awaitedPutBack: null, putBack: { sight, wish, decideBy } };
    }
    case 'SwapRequested':
    case 'SwapCompleted':
    case 'SwapFailed':
      return withSwap(state, event);
    case 'RentalCancelled':
    case 'RefundPaid':
    case 'PowerBankReturned':
    case 'RentalCompleted':
    case 'LostPowerBankFound':
      return ended(state, event);
    case 'DueOpened':
      return { ...state, isDueOpened: true };
    // Tells readers what the payments already tell this state.
    case 'DueSettled':
      return state;
    default:
      return state;
  }
};
