import { rowTextOf } from '../../domain/shared/words.js';
import type { DataOf, Handlers, LoggedIn } from '../engine/projection.js';
import {
  change,
  notAwaited,
  notPutBack,
  type RentalContext,
  type RentalRow,
  settleStatus,
} from './context.js';

/** What no rental has when it is requested. */
const nothingYet = {
  pickup_slot: null,
  power_bank: null,
  start_battery_percent: null,
  is_eject_undecided: false,
  started_at: null,
  due_at: null,
  overdue_at: null,
  ...notAwaited,
  ...notPutBack,
  return_station: null,
  return_slot: null,
  return_battery_percent: null,
  returned_at: null,
  ended_at: null,
  completion_reason: null,
  is_on_time: null,
  staff_note: null,
  use_minor: null,
  late_fee_minor: null,
  overdue_minutes: null,
  penalty_minor: null,
  staff_amount_minor: null,
  total_minor: null,
  extensions_minor: 0,
  paid_minor: 0,
  paid_points: 0,
  paid_wallet_minor: 0,
  owed_minor: 0,
  due_opened_at: null,
  due_settled_at: null,
  cancellation_requested_at: null,
  cancelled_at: null,
  cancellation_cause: null,
  cancellation_code: null,
  cancellation_reason: null,
  cancellation_fee_minor: null,
  refund_points: null,
  refund_wallet_minor: null,
  refund_paid_at: null,
  extensions_count: 0,
  swaps_count: 0,
  lost_found_at: null,
} as const;

const requested = (
  { rentalId, request, at }: DataOf<'rental', 'RentalRequested'>,
  { position }: LoggedIn<'rental'>,
): RentalRow => {
  const { terms } = request;
  return {
    ...nothingYet,
    rental_id: rentalId,
    rental_code: request.rentalCode,
    user_id: request.userId,
    status: 'PENDING',
    payment_status: 'PENDING',
    payment_mode: request.payment.mode,
    package_id: terms.packageId,
    package_name: terms.packageName,
    package_type: terms.packageType,
    payment_model: terms.paymentModel,
    price_minor: terms.price.minor,
    discount_id: terms.discount?.discountId ?? null,
    discount_percent: terms.discount?.percent ?? null,
    terms,
    requested_at: at,
    pickup_station: request.station,
    updated_at: at,
    position,
  };
};

type CourseEventType =
  | 'RentalRequested'
  | 'PowerBankAssigned'
  | 'EjectRequested'
  | 'EjectLeftUndecided'
  | 'RentalStarted'
  | 'RentalBecameOverdue'
  | 'RentalExtended'
  | 'PutBackAwaited'
  | 'PowerBankPutBack'
  | 'SwapRequested'
  | 'SwapCompleted'
  | 'SwapFailed';

/** From the request to the return: START, EXT and SWAP rules. */
export const courseHandlers: Pick<Handlers<'rental', RentalContext>, CourseEventType> = {
  RentalRequested: ({ rentals }, data, logged) => rentals.put(requested(data, logged)),
  PowerBankAssigned: (context, { powerBank, slot, at }, logged) => {
    // A bank that is kept for a swap is not the renter's before it is out (SWAP-3).
    const isRunning = context.rentals.get(logged.streamId)?.started_at !== null;
    const assigned = { power_bank: powerBank, pickup_slot: slot };
    change(context, logged, { ...(isRunning ? {} : assigned), updated_at: at });
  },
  EjectRequested: (context, { swapId, at }, logged) => {
    const status = swapId === null ? ({ status: 'PENDING_POPUP' } as const) : {};
    change(context, logged, { ...status, is_eject_undecided: false, updated_at: at });
  },
  EjectLeftUndecided: (context, { at }, logged) =>
    change(context, logged, { is_eject_undecided: true, updated_at: at }),
  RentalStarted: (context, data, logged) => {
    const { powerBank, slot, batteryPercent, startedAt, dueAt } = data;
    change(context, logged, {
      status: 'ACTIVE',
      power_bank: powerBank,
      pickup_slot: slot,
      start_battery_percent: batteryPercent,
      is_eject_undecided: false,
      started_at: startedAt,
      due_at: dueAt,
      cancellation_requested_at: null,
      updated_at: startedAt,
    });
    settleStatus(context, logged);
  },
  RentalBecameOverdue: (context, { at }, logged) =>
    change(context, logged, { status: 'OVERDUE', overdue_at: at, updated_at: at }),
  RentalExtended: (context, { paymentId, offer, previousDueAt, dueAt, at }, logged) => {
    context.extensions.put({
      rental_id: logged.streamId,
      payment_id: paymentId,
      package_id: offer.packageId,
      package_name: offer.packageName,
      minutes: offer.minutes,
      price_minor: offer.price.minor,
      previous_due_at: previousDueAt,
      due_at: dueAt,
      at,
      position: logged.position,
    });
    const rental = context.rentals.get(logged.streamId);
    change(context, logged, {
      due_at: dueAt,
      extensions_count: (rental?.extensions_count ?? 0) + 1,
      extensions_minor: (rental?.extensions_minor ?? 0) + offer.price.minor,
      updated_at: at,
    });
  },
  PutBackAwaited: (context, { wish, until, at }, logged) =>
    change(context, logged, {
      awaited_put_back_wish: wish.kind,
      awaited_put_back_until: until,
      updated_at: at,
    }),
  PowerBankPutBack: (context, { sight, wish, decideBy, at }, logged) =>
    change(context, logged, {
      ...notAwaited,
      put_back_wish: wish?.kind ?? null,
      put_back_slot: sight.slot,
      put_back_at: sight.at,
      put_back_decide_by: decideBy,
      updated_at: at,
    }),
  SwapRequested: (context, { swapId, reason, description, returned, at }, logged) => {
    context.swaps.put({
      rental_id: logged.streamId,
      swap_id: swapId,
      status: 'OPEN',
      reason,
      description: rowTextOf(description),
      station: returned.station,
      old_power_bank: returned.powerBank,
      old_slot: returned.slot,
      old_battery_percent: returned.batteryPercent,
      new_power_bank: null,
      new_slot: null,
      new_battery_percent: null,
      failure_code: null,
      requested_at: at,
      settled_at: null,
      position: logged.position,
    });
    change(context, logged, { updated_at: at });
  },
  SwapCompleted: (context, { swapId, newPowerBank, newBatteryPercent, slot, at }, logged) => {
    context.swaps.update([logged.streamId, swapId], {
      status: 'COMPLETED',
      new_power_bank: newPowerBank,
      new_slot: slot,
      new_battery_percent: newBatteryPercent,
      settled_at: at,
      position: logged.position,
    });
    const swapsCount = context.rentals.get(logged.streamId)?.swaps_count ?? 0;
    change(context, logged, {
      ...notPutBack,
      power_bank: newPowerBank,
      swaps_count: swapsCount + 1,
      is_eject_undecided: false,
      updated_at: at,
    });
  },
  SwapFailed: (context, { swapId, code, at }, logged) => {
    const { position } = logged;
    const failed = { status: 'FAILED', failure_code: code, settled_at: at, position } as const;
    context.swaps.update([logged.streamId, swapId], failed);
    change(context, logged, { is_eject_undecided: false, updated_at: at });
  },
};
