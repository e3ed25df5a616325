import type { Instant } from '../../domain/shared/instant.js';
import type { Sql } from '../../ports/database.js';
import { following } from '../engine/define.js';
import type { Handlers, LoggedIn } from '../engine/projection.js';
import { appendRows, loadRows, type Rows } from '../engine/rows.js';
import type { RowOf } from '../engine/table.js';
import { entries, transactions, wallets } from './tables.js';
import { transactionIdOf } from './transaction-id.js';

type Wallet = RowOf<typeof wallets>;
type Entry = RowOf<typeof entries>;

type Context = Readonly<{
  wallets: Rows<Wallet>;
  entries: Rows<Entry>;
  transactions: Rows<RowOf<typeof transactions>>;
}>;

const open = async (sql: Sql, users: readonly string[]): Promise<Context> => ({
  wallets: await loadRows(sql, wallets, 'user_id', users),
  entries: appendRows(sql, entries),
  transactions: appendRows(sql, transactions),
});

interface Change {
  readonly balance?: number;
  readonly held?: number;
  readonly at: Instant;
}

/** Moves balance and held money of the wallet; answers the balance before and after. */
const move = (context: Context, logged: LoggedIn<'wallet'>, change: Change) => {
  const { balance = 0, held = 0, at } = change;
  const user = logged.streamId;
  const old = context.wallets.get(user);
  const before = old?.balance_minor ?? 0;
  const after = before + balance;
  const heldAfter = (old?.held_minor ?? 0) + held;
  context.wallets.put({
    user_id: user,
    balance_minor: after,
    held_minor: heldAfter,
    spendable_minor: after - heldAfter,
    updated_at: at,
    position: logged.position,
  });
  return { before, after };
};

type EntryFacts = Pick<Entry, 'entry_id' | 'kind' | 'about' | 'rental_id' | 'reason'>;

/** A change of the balance with its line in the statement. */
const enter = (
  context: Context,
  logged: LoggedIn<'wallet'>,
  change: Change & { readonly balance: number; readonly entry: EntryFacts },
): void => {
  const { before, after } = move(context, logged, change);
  if (before === after) return;
  context.entries.put({
    ...change.entry,
    user_id: logged.streamId,
    revision: logged.revision,
    amount_minor: Math.abs(after - before),
    balance_before_minor: before,
    balance_after_minor: after,
    actor_kind: logged.actor.kind,
    actor_id: logged.actor.id,
    at: change.at,
    position: logged.position,
  });
};

interface Movement extends Pick<RowOf<typeof transactions>, 'type' | 'method'> {
  readonly id: string;
  readonly purpose?: 'CREDIT' | 'DEBIT';
  readonly amount: number;
  readonly at: Instant;
}

const record = (context: Context, logged: LoggedIn<'wallet'>, movement: Movement): void => {
  const { id, type, method, purpose = null, amount, at } = movement;
  const source = `wallet/${logged.streamId}/${id}`;
  context.transactions.put({
    source,
    transaction_id: transactionIdOf(source, at),
    user_id: logged.streamId,
    type,
    purpose,
    amount_minor: amount,
    method,
    wallet_minor: amount,
    points: 0,
    rental_id: null,
    status: 'SUCCESS',
    moves_money: true,
    created_at: at,
    settled_at: at,
    position: logged.position,
  });
};

/** A correction by staff, as the user sees it (TOP-5). */
const recordAdjustment = (
  context: Context,
  logged: LoggedIn<'wallet'>,
  { id, amount, at }: Pick<Movement, 'id' | 'amount' | 'at'>,
): void => {
  const purpose = amount > 0 ? 'CREDIT' : 'DEBIT';
  const kind = { type: 'ADJUSTMENT', method: 'WALLET', purpose } as const;
  record(context, logged, { ...kind, id, amount: Math.abs(amount), at });
};

const handlers: Handlers<'wallet', Context> = {
  FundsCredited: (context, { creditId, amount, source, rentalId, at }, logged) => {
    const kind = source === 'STAFF' ? 'ADJUSTMENT' : 'CREDIT';
    const entry = {
      entry_id: creditId,
      kind,
      about: source,
      rental_id: rentalId,
      reason: null,
    } as const;
    enter(context, logged, { balance: amount.minor, at, entry });
    const credit = { id: creditId, amount: amount.minor, at };
    if (source === 'TOPUP' || source === 'DEMO') {
      record(context, logged, { ...credit, type: 'TOPUP', method: 'GATEWAY' });
    }
    if (source === 'STAFF') recordAdjustment(context, logged, credit);
    // A rental tells its refunds itself, points included.
    if (source === 'REFUND' && rentalId === null) {
      record(context, logged, { ...credit, type: 'REFUND', method: 'WALLET' });
    }
  },
  FundsHeld: (context, { amount, at }, logged) => {
    move(context, logged, { held: amount.minor, at });
  },
  FundsCaptured: (context, { captureId, amount, purpose, rentalId, at }, logged) => {
    const entry = {
      entry_id: captureId,
      kind: 'DEBIT',
      about: purpose,
      rental_id: rentalId,
      reason: null,
    } as const;
    enter(context, logged, { balance: -amount.minor, held: -amount.minor, at, entry });
  },
  FundsReleased: (context, { amount, at }, logged) => {
    move(context, logged, { held: -amount.minor, at });
  },
  FundsDebited: (context, { debitId, amount, purpose, rentalId, at }, logged) => {
    const entry = {
      entry_id: debitId,
      kind: 'DEBIT',
      about: purpose,
      rental_id: rentalId,
      reason: null,
    } as const;
    enter(context, logged, { balance: -amount.minor, at, entry });
  },
  WalletAdjusted: (context, { adjustmentId, amount, reason, at }, logged) => {
    const entry = {
      entry_id: adjustmentId,
      kind: 'ADJUSTMENT',
      about: 'STAFF',
      rental_id: null,
      reason,
    } as const;
    enter(context, logged, { balance: amount.minor, at, entry });
    recordAdjustment(context, logged, { id: adjustmentId, amount: amount.minor, at });
  },
};

export const walletEvents = following('wallet', { open, handlers });
