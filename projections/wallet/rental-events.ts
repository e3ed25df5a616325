import { valueOfPoints } from '../../domain/pricing/index.js';
import { type PaymentSplit, zeroSplit } from '../../domain/rental/index.js';
import type { Instant } from '../../domain/shared/instant.js';
import { add, paisa } from '../../domain/shared/money.js';
import type { Sql } from '../../ports/database.js';
import { following } from '../engine/define.js';
import { type Handlers, ignored, type LoggedIn } from '../engine/projection.js';
import { type LoadedRows, loadRows, type Rows } from '../engine/rows.js';
import type { RowOf } from '../engine/table.js';
import { payers, transactions } from './tables.js';
import { transactionIdOf } from './transaction-id.js';

type Transaction = RowOf<typeof transactions>;

type Context = Readonly<{
  payers: Rows<RowOf<typeof payers>>;
  transactions: LoadedRows<Transaction>;
}>;

const open = async (sql: Sql, rentals: readonly string[]): Promise<Context> => ({
  payers: await loadRows(sql, payers, 'rental_id', rentals),
  transactions: await loadRows(sql, transactions, 'rental_id', rentals),
});

const typeOfPurpose = {
  RENTAL: 'RENTAL',
  EXTENSION: 'RENTAL',
  DUE: 'RENTAL_DUE',
  CANCELLATION_FEE: 'FINE',
} as const;

const methodOf = ({ points, wallet }: PaymentSplit): Transaction['method'] => {
  if (points === 0) return 'WALLET';
  return wallet.minor === 0 ? 'POINTS' : 'COMBINATION';
};

const sourceOf = (rentalId: string, what: string): string => `rental/${rentalId}/${what}`;

/** What differs between the movements of a rental; the rest follows from it. */
interface Movement extends Pick<Transaction, 'type' | 'status' | 'amount_minor'> {
  readonly what: string;
  readonly purpose: string | null;
  readonly split: PaymentSplit;
  readonly movesMoney: boolean;
  readonly at: Instant;
}

const record = (context: Context, logged: LoggedIn<'rental'>, movement: Movement): void => {
  const { what, type, purpose, status, amount_minor, split, movesMoney, at } = movement;
  const rentalId = logged.streamId;
  const source = sourceOf(rentalId, what);
  context.transactions.put({
    source,
    transaction_id: transactionIdOf(source, at),
    user_id: context.payers.get(rentalId)?.user_id ?? '',
    type,
    purpose,
    amount_minor,
    method: methodOf(split),
    wallet_minor: split.wallet.minor,
    points: split.points,
    rental_id: rentalId,
    status,
    moves_money: movesMoney,
    created_at: at,
    settled_at: status === 'PENDING' ? null : at,
    position: logged.position,
  });
};

const settle = (
  context: Context,
  logged: LoggedIn<'rental'>,
  { what, status, at }: { what: string; status: Transaction['status']; at: Instant },
): void => {
  const { position } = logged;
  const changes = { status, settled_at: at, position };
  context.transactions.update([sourceOf(logged.streamId, what)], changes);
};

/** The mark of a postpaid start, if there is one and it is still open (PKG-3). */
const settleStart = (
  context: Context,
  logged: LoggedIn<'rental'>,
  { status, at }: { status: 'SUCCESS' | 'FAILED'; at: Instant },
): void => {
  const mark = context.transactions.get(sourceOf(logged.streamId, 'start'));
  if (mark?.status === 'PENDING') settle(context, logged, { what: 'start', status, at });
};

/** Value of points and money together, at the rate that the rental was agreed on. */
const worthOf = (context: Context, rentalId: string, { points, wallet }: PaymentSplit): number => {
  const pointsPerNpr = context.payers.get(rentalId)?.points_per_npr ?? 1;
  return add(wallet, valueOfPoints(points, pointsPerNpr)).minor;
};

/** Everything paid and settled so far that a refund may undo, oldest first. */
const successesOf = (context: Context, rentalId: string): readonly Transaction[] =>
  context.transactions.having(rentalId).filter(({ status, type, moves_money }) => {
    const isPayment = moves_money && (type === 'RENTAL' || type === 'RENTAL_DUE');
    return status === 'SUCCESS' && isPayment;
  });

/** What of the payments was not given back: the fee, as it had been paid (CAN-5). */
const keptOf = (context: Context, rentalId: string, refund: PaymentSplit): PaymentSplit => {
  const paid = successesOf(context, rentalId);
  const points = paid.reduce((sum, row) => sum + row.points, 0) - refund.points;
  const minor = paid.reduce((sum, row) => sum + row.wallet_minor, 0) - refund.wallet.minor;
  return { points: Math.max(0, points), wallet: paisa(Math.max(0, minor)) };
};

const handlers: Handlers<'rental', Context> = {
  RentalRequested: (context, { rentalId, request }, { position }) => {
    const { userId, terms } = request;
    context.payers.put({
      rental_id: rentalId,
      user_id: userId,
      points_per_npr: terms.pointsPerNpr,
      is_postpaid: terms.paymentModel === 'POSTPAID',
      position,
    });
  },
  PaymentPlanned: (context, { paymentId, purpose, amount, split, at }, logged) => {
    record(context, logged, {
      what: paymentId,
      type: typeOfPurpose[purpose],
      purpose,
      status: 'PENDING',
      amount_minor: amount.minor,
      split,
      movesMoney: true,
      at,
    });
  },
  PaymentDeclined: (context, { paymentId, at }, logged) =>
    settle(context, logged, { what: paymentId, status: 'FAILED', at }),
  PaymentReleased: (context, { paymentId, at }, logged) =>
    settle(context, logged, { what: paymentId, status: 'FAILED', at }),
  // From here on the amount counts as paid; the capture is only a matter of time.
  PaymentConfirmed: (context, { paymentId, at }, logged) =>
    settle(context, logged, { what: paymentId, status: 'SUCCESS', at }),
  RentalStarted: (context, { startedAt: at }, logged) => {
    if (context.payers.get(logged.streamId)?.is_postpaid !== true) return;
    record(context, logged, {
      what: 'start',
      type: 'RENTAL',
      purpose: 'RENTAL',
      status: 'PENDING',
      amount_minor: 0,
      split: zeroSplit,
      movesMoney: false,
      at,
    });
  },
  RentalCancelled: (context, { fee, refund, at }, logged) => {
    const rentalId = logged.streamId;
    const common = { purpose: null, at };
    const kept = keptOf(context, rentalId, refund);
    const isFeeOfPayment = fee.minor > 0 && (kept.points > 0 || kept.wallet.minor > 0);
    if (isFeeOfPayment) {
      const amount_minor = fee.minor;
      const fine = { what: 'fine', type: 'FINE', status: 'SUCCESS', movesMoney: false } as const;
      record(context, logged, { ...common, ...fine, amount_minor, split: kept });
    }
    if (refund.points > 0 || refund.wallet.minor > 0) {
      const amount_minor = worthOf(context, rentalId, refund);
      const back = { what: 'refund', type: 'REFUND', status: 'PENDING', movesMoney: true } as const;
      record(context, logged, { ...common, ...back, amount_minor, split: refund });
    }
    settleStart(context, logged, { status: 'FAILED', at });
  },
  RefundPaid: (context, { at }, logged) => {
    const rentalId = logged.streamId;
    settle(context, logged, { what: 'refund', status: 'SUCCESS', at });
    // Only what was given back as a whole is REFUNDED (CAN-3); a fee was kept of the rest.
    if (context.transactions.get(sourceOf(rentalId, 'fine')) !== undefined) return;
    for (const { source } of successesOf(context, rentalId)) {
      const { position } = logged;
      context.transactions.update([source], { status: 'REFUNDED', settled_at: at, position });
    }
  },
  RentalCompleted: (context, { owed, at }, logged) => {
    if (owed.minor === 0) settleStart(context, logged, { status: 'SUCCESS', at });
  },
  DueSettled: (context, { at }, logged) => settleStart(context, logged, { status: 'SUCCESS', at }),
  PowerBankAssigned: ignored,
  PaymentSecured: ignored,
  PaymentCaptured: ignored,
  EjectRequested: ignored,
  EjectLeftUndecided: ignored,
  CancellationRequested: ignored,
  ReminderDue: ignored,
  RentalBecameOverdue: ignored,
  RentalExtended: ignored,
  SwapRequested: ignored,
  SwapCompleted: ignored,
  SwapFailed: ignored,
  PutBackAwaited: ignored,
  PowerBankPutBack: ignored,
  PowerBankReturned: ignored,
  DueOpened: ignored,
  LostPowerBankFound: ignored,
};

export const rentalPayments = following('rental', { open, handlers });
