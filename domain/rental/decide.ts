import type { RentalCommand } from './commands.js';
import { cancelRental, recordRefundPaid } from './decide-cancel.js';
import { openDue } from './decide-due.js';
import { requestExtension } from './decide-extend.js';
import { forceComplete } from './decide-force.js';
import {
  planPayment,
  recordPaymentCaptured,
  recordPaymentDeclined,
  recordPaymentSecured,
} from './decide-payment.js';
import { awaitPutBack, completePutBack } from './decide-put-back.js';
import { recordLostPowerBankFound, returnPowerBank } from './decide-return.js';
import {
  assignPowerBank,
  failStart,
  openRental,
  recordEjectUndecided,
  requestEject,
  startRental,
} from './decide-start.js';
import { completeSwap, failSwap, requestSwap } from './decide-swap.js';
import { abandonRental, markOverdue, markReminderDue } from './decide-time.js';
import { type Decision, refuse } from './refusals.js';
import type { RentalState } from './state.js';

/** The table of wishes: longer than a function should be, because it has one line for each. */
export const decide = (command: RentalCommand, state: RentalState): Decision => {
  if (command.type === 'OpenRental') return openRental(command, state);
  if (state === null) return refuse({ kind: 'RentalNotFound' });
  switch (command.type) {
    case 'AssignPowerBank':
      return assignPowerBank(command, state);
    case 'PlanPayment':
      return planPayment(command, state);
    case 'RecordPaymentSecured':
      return recordPaymentSecured(command, state);
    case 'RecordPaymentDeclined':
      return recordPaymentDeclined(command, state);
    case 'RecordPaymentCaptured':
      return recordPaymentCaptured(command, state);
    case 'RequestEject':
      return requestEject(command, state);
    case 'RecordEjectUndecided':
      return recordEjectUndecided(command, state);
    case 'StartRental':
      return startRental(command, state);
    case 'FailStart':
      return failStart(command, state);
    case 'CancelRental':
      return cancelRental(command, state);
    case 'RecordRefundPaid':
      return recordRefundPaid(command, state);
    case 'RequestExtension':
      return requestExtension(command, state);
    case 'MarkReminderDue':
      return markReminderDue(command, state);
    case 'MarkOverdue':
      return markOverdue(command, state);
    case 'AbandonRental':
      return abandonRental(command, state);
    case 'AwaitPutBack':
      return awaitPutBack(command, state);
    case 'CompletePutBack':
      return completePutBack(command, state);
    case 'RequestSwap':
      return requestSwap(command, state);
    case 'CompleteSwap':
      return completeSwap(command, state);
    case 'FailSwap':
      return failSwap(command, state);
    case 'ReturnPowerBank':
      return returnPowerBank(command, state);
    case 'ForceComplete':
      return forceComplete(command, state);
    case 'OpenDue':
      return openDue(command, state);
    case 'RecordLostPowerBankFound':
      return recordLostPowerBankFound(command, state);
  }
};
