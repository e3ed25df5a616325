import { oneOf } from '../../domain/shared/codecs.js';
import {
  count,
  flag,
  instant,
  maybe,
  minor,
  position,
  revision,
  text,
  word,
} from '../engine/columns.js';
import { defineTable } from '../engine/table.js';

/** What a user has. `spendable` is what is not held; none of the three is ever negative. */
export const wallets = defineTable({
  name: 'wallets',
  columns: {
    user_id: text,
    balance_minor: minor,
    held_minor: minor,
    spendable_minor: minor,
    updated_at: instant,
    position,
  },
  key: ['user_id'],
  constraints: [
    'CHECK (balance_minor >= 0)',
    'CHECK (held_minor >= 0)',
    'CHECK (spendable_minor >= 0)',
    'CHECK (spendable_minor = balance_minor - held_minor)',
  ],
});

export const EntryKind = oneOf('EntryKind', ['CREDIT', 'DEBIT', 'ADJUSTMENT']);

/** Everything that moved a balance (rules 2.14); holds do not move it. */
export const entries = defineTable({
  name: 'entries',
  columns: {
    user_id: text,
    revision,
    entry_id: text,
    kind: word(EntryKind),
    /** Source of a credit, purpose of a debit, or STAFF. */
    about: text,
    amount_minor: minor,
    balance_before_minor: minor,
    balance_after_minor: minor,
    rental_id: maybe(text),
    reason: maybe(text),
    actor_kind: text,
    actor_id: text,
    at: instant,
    position,
  },
  key: ['user_id', 'revision'],
  constraints: [
    'CHECK (amount_minor > 0)',
    'CHECK (abs(balance_after_minor - balance_before_minor) = amount_minor)',
  ],
});

export const TransactionType = oneOf('TransactionType', [
  'TOPUP',
  'RENTAL',
  'RENTAL_DUE',
  'REFUND',
  'FINE',
  /** Staff put money in, or took it away (TOP-5); `purpose` says which. */
  'ADJUSTMENT',
]);
export const TransactionMethod = oneOf('TransactionMethod', [
  'WALLET',
  'POINTS',
  'COMBINATION',
  'GATEWAY',
]);
export const TransactionStatus = oneOf('TransactionStatus', [
  'PENDING',
  'SUCCESS',
  'FAILED',
  'REFUNDED',
]);

/** One row a money movement of a user (rules 2.13), whatever pays it. */
export const transactions = defineTable({
  name: 'transactions',
  columns: {
    /** What the movement follows from: it is unique, and known before the event happens. */
    source: text,
    /** `TXN…`, as users and support read it. */
    transaction_id: text,
    user_id: text,
    type: word(TransactionType),
    /** Of a rental's payment: what it is for. Of a correction by staff: CREDIT or DEBIT. */
    purpose: maybe(text),
    amount_minor: minor,
    method: word(TransactionMethod),
    wallet_minor: minor,
    points: count,
    rental_id: maybe(text),
    status: word(TransactionStatus),
    /**
     * Whether the amount moves by this row. A fee that is kept of an earlier payment, and the mark
     * of a postpaid start, only record something: sums leave them out.
     */
    moves_money: flag,
    created_at: instant,
    settled_at: maybe(instant),
    position,
  },
  key: ['source'],
  constraints: ['CHECK (amount_minor >= 0)', 'CHECK (wallet_minor >= 0)', 'CHECK (points >= 0)'],
  indexes: [
    'CREATE INDEX transactions_of_user ON transactions (user_id, created_at DESC, source)',
    'CREATE INDEX transactions_by_id ON transactions (transaction_id)',
    'CREATE INDEX transactions_of_rental ON transactions (rental_id)',
  ],
});

/** Whose rental it is: payments name the rental only. */
export const payers = defineTable({
  name: 'payers',
  columns: { rental_id: text, user_id: text, points_per_npr: count, is_postpaid: flag, position },
  key: ['rental_id'],
});
