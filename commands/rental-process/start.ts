import * as E from 'fp-ts/lib/Either.js';
import type { CancellationCause } from '../../domain/rental/events.js';
import { openSwapOf, payabilityOf } from '../../domain/rental/index.js';
import { EjectId, PaymentId, RentalId, StationSerial } from '../../domain/shared/ids.js';
import type { FactOf } from '../process/facts.js';
import { issue, ownId, settingsInForce, stepsAfter } from '../process/tools.js';
import { refusalCode } from '../refusal-codes.js';
import { balancesOf, loadRental, type RentalTools, rentalActor } from './common.js';

/** Refusal word of a start whose bank never came out (START-13). */
const popupFailed = 'rental_popup_failed';

/** Name of the one payment that a prepaid start makes. */
export const startPaymentId = (rentalId: RentalId): PaymentId =>
  ownId(PaymentId, `${rentalId}:rental`);

/** From the request to the order to eject: START-12, in the order of the rule. */
export const startReactions = (tools: RentalTools) => {
  const { handlers } = tools;

  const failStart = (
    rentalId: RentalId,
    why: {
      readonly cause: Exclude<CancellationCause, 'user'>;
      readonly code: string;
      readonly at: FactOf<'rental', 'RentalRequested'>['data']['at'];
    },
    context: ReturnType<ReturnType<typeof stepsAfter>>,
  ) => issue(handlers.rental, rentalId, { type: 'FailStart', ...why }, context);

  return {
    /** The claim holds the whole request, so a crash between the two streams loses nothing. */
    openRental: async (fact: FactOf<'renter', 'RentalClaimed'>) => {
      const { rentalId, request, at } = fact.data;
      const step = stepsAfter(fact, rentalActor);
      await issue(
        handlers.rental,
        rentalId,
        { type: 'OpenRental', rentalId, request, at },
        step('open'),
      );
    },

    reservePowerBank: async (fact: FactOf<'rental', 'RentalRequested'>) => {
      const { rentalId, request, at } = fact.data;
      const step = stepsAfter(fact, rentalActor);
      const { status, assigned } = await loadRental(tools, rentalId, fact);
      // Told again after a crash: the rental has its bank, or needs none any more.
      if (status !== 'PENDING' || assigned !== null) return;
      const reserved = await issue(
        handlers.station,
        request.station,
        {
          type: 'ReservePowerBank',
          rentalId,
          purpose: 'RENTAL',
          requested: request.requestedPowerBank,
          exclude: [],
          minBatteryPercent: request.terms.minRentalBatteryPercent,
          at,
        },
        step('reserve'),
      );
      if (E.isRight(reserved)) return;
      const refusal = reserved.left;
      const isClosed =
        refusal.kind === 'StationOffline' ||
        refusal.kind === 'StationInMaintenance' ||
        refusal.kind === 'StationUnknown';
      const cause = isClosed ? 'station-unavailable' : 'no-power-bank';
      await failStart(rentalId, { cause, code: refusalCode(refusal), at }, step('fail'));
    },

    assignPowerBank: async (fact: FactOf<'station', 'PowerBankReserved'>) => {
      const { rentalId, powerBank, slot, batteryPercent, at } = fact.data;
      const step = stepsAfter(fact, rentalActor);
      const assigned = await issue(
        handlers.rental,
        rentalId,
        { type: 'AssignPowerBank', powerBank, slot, batteryPercent, at },
        step('assign'),
      );
      if (E.isRight(assigned)) return;
      // The rental has ended or failed meanwhile and will not come for this bank.
      const station = ownId(StationSerial, fact.streamId);
      await issue(
        handlers.station,
        station,
        { type: 'ReleaseReservation', rentalId, at },
        step('release'),
      );
    },

    /** Plans the payment of a prepaid start; a postpaid one only has to be able to pay (PKG-3). */
    arrangePayment: async (fact: FactOf<'rental', 'PowerBankAssigned'>) => {
      const rentalId = ownId(RentalId, fact.streamId);
      const step = stepsAfter(fact, rentalActor);
      const rental = await loadRental(tools, rentalId, fact);
      const { at } = fact.data;
      if (rental.status !== 'PENDING') {
        await requestSwapEject(tools, fact, rental);
        return;
      }
      const paymentId = startPaymentId(rentalId);
      // Planned already: its holds have lowered the balances, so it must not be planned anew.
      if (rental.payments.has(paymentId)) return;
      const { terms, payment, userId } = rental.request;
      const { topUpSuggestionStep: topUpStep } = await settingsInForce(handlers);
      const available = await balancesOf(tools, userId);
      const payable = payabilityOf({ terms, choice: payment, available, topUpStep });
      if (E.isLeft(payable)) {
        const code = refusalCode(payable.left);
        await failStart(rentalId, { cause: 'payment-declined', code, at }, step('fail'));
        return;
      }
      await issue(
        handlers.rental,
        rentalId,
        terms.paymentModel === 'PREPAID'
          ? { type: 'PlanPayment', paymentId, purpose: 'RENTAL', split: payable.right, at }
          : { type: 'RequestEject', ejectId: startEjectId(rentalId), at },
        step('arrange'),
      );
    },

    requestEject: async (fact: FactOf<'rental', 'PaymentSecured'>) => {
      const rentalId = ownId(RentalId, fact.streamId);
      const { paymentId, at } = fact.data;
      if (paymentId !== startPaymentId(rentalId)) return;
      const ejectId = startEjectId(rentalId);
      const step = stepsAfter(fact, rentalActor);
      // Refused when the rental was cancelled meanwhile; then nothing is ordered.
      await issue(handlers.rental, rentalId, { type: 'RequestEject', ejectId, at }, step('eject'));
    },

    declineStart: async (fact: FactOf<'rental', 'PaymentDeclined'>) => {
      const rentalId = ownId(RentalId, fact.streamId);
      const { paymentId, at } = fact.data;
      if (paymentId !== startPaymentId(rentalId)) return;
      const why = { cause: 'payment-declined', code: 'payment_required', at } as const;
      await failStart(rentalId, why, stepsAfter(fact, rentalActor)('fail'));
    },

    orderEject: async (fact: FactOf<'rental', 'EjectRequested'>) => {
      const rentalId = ownId(RentalId, fact.streamId);
      const { ejectId, powerBank, swapId, at } = fact.data;
      const step = stepsAfter(fact, rentalActor);
      const rental = await loadRental(tools, rentalId, fact);
      const purpose = swapId === null ? 'RENTAL' : 'SWAP';
      const ordered = await issue(
        handlers.station,
        rental.request.station,
        { type: 'OrderEject', ejectId, rentalId, purpose, powerBank, at },
        step('order'),
      );
      if (E.isRight(ordered)) return;
      await issue(
        handlers.rental,
        rentalId,
        swapId === null
          ? { type: 'FailStart', cause: 'eject-refused', code: popupFailed, at }
          : { type: 'FailSwap', swapId, code: 'swap_popup_failed', at },
        step('fail'),
      );
    },

    failEject: async (fact: FactOf<'station', 'EjectRefused'>) => {
      const { rentalId, purpose, reason, at } = fact.data;
      if (rentalId === null) return;
      const context = stepsAfter(fact, rentalActor)('fail');
      if (purpose === 'SWAP') {
        const rental = await loadRental(tools, rentalId, fact);
        const swapId = openSwapOf(rental)?.swapId;
        if (swapId === undefined) return;
        const code = 'swap_popup_failed';
        await issue(handlers.rental, rentalId, { type: 'FailSwap', swapId, code, at }, context);
        return;
      }
      const isUndecided = reason === 'undecided-for-too-long';
      const cause = isUndecided ? 'eject-undecided' : 'eject-refused';
      await failStart(rentalId, { cause, code: popupFailed, at }, context);
    },

    leaveUndecided: async (fact: FactOf<'station', 'EjectBecameUncertain'>) => {
      const { rentalId, ejectId, at } = fact.data;
      if (rentalId === null) return;
      const context = stepsAfter(fact, rentalActor)('undecided');
      await issue(
        handlers.rental,
        rentalId,
        { type: 'RecordEjectUndecided', ejectId, at },
        context,
      );
    },
  };
};

const startEjectId = (rentalId: RentalId): EjectId => ownId(EjectId, `${rentalId}:start`);

/** A bank was assigned to a rental that runs: it is for its open swap, which costs nothing. */
const requestSwapEject = async (
  { handlers }: RentalTools,
  fact: FactOf<'rental', 'PowerBankAssigned'>,
  rental: Awaited<ReturnType<typeof loadRental>>,
): Promise<void> => {
  const swap = openSwapOf(rental);
  if (swap === null) return;
  const ejectId = ownId(EjectId, `${swap.swapId}:eject`);
  const { at } = fact.data;
  const context = stepsAfter(fact, rentalActor)('eject-swap');
  await issue(handlers.rental, rental.rentalId, { type: 'RequestEject', ejectId, at }, context);
};
