/**
 * Wallets in the conventional way: a row each, locked by `SELECT … FOR UPDATE` in a transaction
 * that writes the new balance and an entry. Ids are unique by primary key: nothing counts twice.
 * There are no foreign keys: all rows are written under their wallet's lock, and it is faster so.
 */

import knex, { type Knex } from 'knex';
import type { WalletWish } from '../../domain/wallet/commands.js';
import type { OpenRival } from './wallets.js';

/** Of 8, 16, 32 and 64, with 64 transactions under way on two cores, the least costly. */
const poolConnections = 16;

/** Amounts are whole paisa. Postgres gives a `bigint` as text. */
interface WalletRow {
  readonly id: string;
  readonly balance: string;
  readonly held: string;
}

interface HoldRow {
  readonly wallet_id: string;
  readonly id: string;
  readonly amount: string;
  readonly status: 'open' | 'closed';
}

const createTables = async (db: Knex): Promise<void> => {
  await db.schema.createTable('wallets', (table) => {
    table.text('id').primary();
    table.bigInteger('balance').notNullable();
    table.bigInteger('held').notNullable();
    table.check('held >= 0 AND held <= balance');
  });
  await db.schema.createTable('holds', (table) => {
    table.text('wallet_id').notNullable();
    table.text('id').notNullable();
    table.bigInteger('amount').notNullable();
    table.text('purpose').notNullable();
    table.text('status').notNullable();
    table.timestamp('expires_at').notNullable();
    table.timestamp('created_at').notNullable();
    table.primary(['wallet_id', 'id']);
  });
  await db.schema.createTable('entries', (table) => {
    table.text('wallet_id').notNullable();
    table.text('id').notNullable();
    table.text('type').notNullable();
    /** Signed: what it did to the balance. */
    table.bigInteger('amount').notNullable();
    table.text('hold_id');
    table.timestamp('created_at').notNullable();
    table.primary(['wallet_id', 'id']);
  });
};

const lockWallet = async (trx: Knex.Transaction, walletId: string) => {
  const row = await trx<WalletRow>('wallets').where({ id: walletId }).forUpdate().first();
  if (row === undefined) throw new Error(`there is no wallet ${walletId}`);
  return { balance: Number(row.balance), held: Number(row.held) };
};

const open = (db: Knex, walletId: string, wish: WalletWish<'CreditWallet'>): Promise<void> =>
  db.transaction(async (trx) => {
    const amount = wish.amount.minor;
    await trx('wallets').insert({ id: walletId, balance: amount, held: 0 });
    await trx('entries').insert({
      wallet_id: walletId,
      id: wish.creditId,
      type: 'credit',
      amount,
      created_at: wish.at,
    });
  });

const hold = (db: Knex, walletId: string, wish: WalletWish<'HoldFunds'>): Promise<void> =>
  db.transaction(async (trx) => {
    const { balance, held } = await lockWallet(trx, walletId);
    const added = await trx('holds')
      .insert({
        wallet_id: walletId,
        id: wish.holdId,
        amount: wish.amount.minor,
        purpose: wish.purpose,
        status: 'open',
        expires_at: wish.expiresAt,
        created_at: wish.at,
      })
      .onConflict(['wallet_id', 'id'])
      .ignore()
      .returning('id');
    // Asked once more: it is held already.
    if (added.length === 0) return;
    if (balance - held < wish.amount.minor) throw new Error(`${walletId} has not enough`);
    await trx('wallets')
      .where({ id: walletId })
      .update({ held: held + wish.amount.minor });
  });

const capture = (db: Knex, walletId: string, wish: WalletWish<'CaptureHold'>): Promise<void> =>
  db.transaction(async (trx) => {
    const { balance, held } = await lockWallet(trx, walletId);
    const added = await trx('entries')
      .insert({
        wallet_id: walletId,
        id: wish.captureId,
        type: 'capture',
        amount: -wish.amount.minor,
        hold_id: wish.holdId,
        created_at: wish.at,
      })
      .onConflict(['wallet_id', 'id'])
      .ignore()
      .returning('id');
    // Asked once more: it is captured already.
    if (added.length === 0) return;
    const [closed] = await trx<HoldRow>('holds')
      .where({ wallet_id: walletId, id: wish.holdId, status: 'open' })
      .update({ status: 'closed' })
      .returning('amount');
    if (closed === undefined) throw new Error(`${wish.holdId} is not open`);
    // A final capture takes its amount and frees the rest of the hold.
    if (Number(closed.amount) < wish.amount.minor) throw new Error(`${wish.holdId} is exceeded`);
    await trx('wallets')
      .where({ id: walletId })
      .update({ balance: balance - wish.amount.minor, held: held - Number(closed.amount) });
  });

/** The entries have to say the same as the balances. */
const totals = async (db: Knex) => {
  const wallets = await db('wallets').sum({ balance: 'balance', held: 'held' }).first();
  const entries = await db('entries').sum({ amount: 'amount' }).first();
  const holds = await db('holds').where({ status: 'open' }).sum({ amount: 'amount' }).first();
  const balance = Number(wallets?.balance);
  const held = Number(wallets?.held);
  if (Number(entries?.amount) !== balance) throw new Error('the entries are not the balance');
  if (Number(holds?.amount ?? 0) !== held) throw new Error('the open holds are not what is held');
  return { balance, held };
};

export const openCrud: OpenRival = async (databaseUrl) => {
  const db = knex({
    client: 'pg',
    connection: databaseUrl,
    pool: { min: poolConnections, max: poolConnections },
  });
  await createTables(db);
  return {
    open: (walletId, wish) => open(db, walletId, wish),
    hold: (walletId, wish) => hold(db, walletId, wish),
    capture: (walletId, wish) => capture(db, walletId, wish),
    totals: () => totals(db),
    close: () => db.destroy(),
  };
};
