import { isZero } from '../shared/money.js';
import { owedAt } from './charges.js';
import type { OpenDue } from './commands.js';
import { accept, type Decision, nothingNew, refuse, refuseStatus } from './refusals.js';
import { openPayments, type Rental } from './state.js';

/**
 * The sum owed at the end could not be collected in full, so all of it stands as a due; no part
 * is taken (RET-4, P-034). It is paid like any other, by `PlanPayment` with purpose DUE.
 */
export const openDue = (command: OpenDue, rental: Rental): Decision => {
  const { at } = command;
  if (rental.isDueOpened) return nothingNew;
  if (rental.status !== 'COMPLETED') return refuseStatus(rental.status, ['COMPLETED']);
  const owed = owedAt(rental, at);
  if (isZero(owed)) return refuse({ kind: 'NoDueAmount' });
  const underWay = openPayments(rental).find(({ purpose }) => purpose === 'DUE');
  if (underWay !== undefined) {
    const { paymentId, purpose } = underWay;
    return refuse({ kind: 'PaymentInProgress', paymentId, purpose });
  }
  return accept({ type: 'DueOpened', data: { owed, at } });
};
