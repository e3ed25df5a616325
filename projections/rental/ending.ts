import { rowTextOf } from '../../domain/shared/words.js';
import type { Handlers } from '../engine/projection.js';
import {
  change,
  notAwaited,
  notPutBack,
  owedOf,
  type RentalContext,
  settleStatus,
} from './context.js';

type EndingEventType =
  | 'CancellationRequested'
  | 'RentalCancelled'
  | 'RefundPaid'
  | 'PowerBankReturned'
  | 'RentalCompleted'
  | 'DueOpened'
  | 'DueSettled'
  | 'LostPowerBankFound';

/** How a rental ends, and the money facts that may still follow: CAN, RET, DUE and ABN rules. */
export const endingHandlers: Pick<Handlers<'rental', RentalContext>, EndingEventType> = {
  CancellationRequested: (context, { reason, at }, logged) =>
    change(context, logged, {
      cancellation_requested_at: at,
      cancellation_reason: rowTextOf(reason),
      updated_at: at,
    }),
  RentalCancelled: (context, data, logged) => {
    const { cause, code, reason, fee, refund, returned, at } = data;
    change(context, logged, {
      ...notAwaited,
      ...notPutBack,
      status: 'CANCELLED',
      is_eject_undecided: false,
      ended_at: at,
      cancelled_at: at,
      cancellation_cause: cause,
      cancellation_code: code,
      cancellation_reason: rowTextOf(reason),
      cancellation_fee_minor: fee.minor,
      refund_points: refund.points,
      refund_wallet_minor: refund.wallet.minor,
      return_station: returned?.station ?? null,
      return_slot: returned?.slot ?? null,
      return_battery_percent: returned?.batteryPercent ?? null,
      returned_at: returned?.at ?? null,
      updated_at: at,
    });
    settleStatus(context, logged);
  },
  RefundPaid: (context, { at }, logged) =>
    change(context, logged, { refund_paid_at: at, updated_at: at }),
  PowerBankReturned: (context, { station, slot, batteryPercent, at }, logged) =>
    change(context, logged, {
      return_station: station,
      return_slot: slot,
      return_battery_percent: batteryPercent,
      returned_at: at,
      updated_at: at,
    }),
  RentalCompleted: (context, { reason, endedAt, onTime, charges, note, at }, logged) => {
    const paid = context.rentals.get(logged.streamId)?.paid_minor ?? 0;
    change(context, logged, {
      ...notAwaited,
      ...notPutBack,
      status: 'COMPLETED',
      is_eject_undecided: false,
      ended_at: endedAt,
      completion_reason: reason,
      is_on_time: onTime,
      staff_note: rowTextOf(note),
      use_minor: charges.use.minor,
      late_fee_minor: charges.lateFee.minor,
      overdue_minutes: charges.overdueMinutes,
      penalty_minor: charges.penalty.minor,
      staff_amount_minor: charges.staffAmount?.minor ?? null,
      total_minor: charges.total.minor,
      owed_minor: owedOf(charges.total.minor, paid),
      updated_at: at,
    });
    settleStatus(context, logged);
  },
  DueOpened: (context, { at }, logged) =>
    change(context, logged, { due_opened_at: at, updated_at: at }),
  DueSettled: (context, { at }, logged) =>
    change(context, logged, { due_settled_at: at, updated_at: at }),
  LostPowerBankFound: (context, { at }, logged) =>
    change(context, logged, { lost_found_at: at, updated_at: at }),
};
