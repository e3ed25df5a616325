/**
 * Wallets by Emmett's command handling on its Postgres event store, as its documentation shows: it
 * reads the stream, folds it, decides, and appends at the revision that it has read. Decisions and
 * events are those of our own domain, so that only the machinery differs.
 */

import { CommandHandler, IllegalStateError } from '@event-driven-io/emmett';
import { getPostgreSQLEventStore } from '@event-driven-io/emmett-postgresql';
import * as E from 'fp-ts/lib/Either.js';
import pg from 'pg';
import {
  type WalletCommand,
  type WalletEvent,
  type WalletState,
  wallet,
} from '../../domain/wallet/index.js';
import type { OpenRival, Totals } from './wallets.js';

/** Of 8, 16, 32 and 64, with 64 commands under way on two cores, the least costly. */
const poolConnections = 16;

const streamOf = (walletId: string): string => `${wallet.category}-${walletId}`;

const handle = CommandHandler<WalletState, WalletEvent>({
  evolve: wallet.evolve,
  initialState: () => wallet.initial,
  mapToStreamId: streamOf,
  retry: { onVersionConflict: true },
});

const decide = (command: WalletCommand, state: WalletState): WalletEvent[] => {
  const decision = wallet.decide(command, state);
  if (E.isLeft(decision)) throw new IllegalStateError(decision.left.kind);
  return [...decision.right];
};

export const openEmmett: OpenRival = async (databaseUrl) => {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: poolConnections });
  // A connection that the server ends while it is idle. One that was in use fails its command.
  pool.on('error', () => undefined);
  const store = getPostgreSQLEventStore(databaseUrl, { connectionOptions: { pool } });
  await store.schema.migrate();
  const execute = async (walletId: string, command: WalletCommand): Promise<void> => {
    await handle(store, walletId, (state) => decide(command, state));
  };
  const totals = async (walletIds: readonly string[]): Promise<Totals> => {
    let balance = 0;
    let held = 0;
    for (const walletId of walletIds) {
      const { state } = await store.aggregateStream<WalletState, WalletEvent>(streamOf(walletId), {
        evolve: wallet.evolve,
        initialState: () => wallet.initial,
      });
      balance += state.balance.minor;
      held += state.held.minor;
    }
    return { balance, held };
  };
  return {
    open: execute,
    hold: execute,
    capture: execute,
    totals,
    close: async () => {
      await store.close();
      await pool.end();
    },
  };
};
