/** Wallets by our command handler; the log is a node in a process of its own. */

import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { EventStoreDBClient } from '@eventstore/db-client';
import * as E from 'fp-ts/lib/Either.js';
import { connectEventStore } from '../../../adapters/eventstore/index.js';
import { createMetrics } from '../../../adapters/metrics.js';
import type { CommandContext } from '../../../commands/context.js';
import { createHandler } from '../../../commands/handler.js';
import { type WalletCommand, wallet } from '../../../domain/wallet/index.js';
import type { EventStore } from '../../../ports/event-store.js';
import type { Metrics } from '../../../ports/metrics.js';
import { temporaryFolder } from '../../children.js';
import type { Cleanup } from '../../cleanup.js';
import { startEventStore } from '../../event-store-child.js';
import { drive } from '../../load.js';
import { quietLog } from '../../quiet-log.js';
import type { Totals, WalletKeeper } from '../../rivals/wallets.js';
import { inFlight } from './work.js';

export interface Node {
  readonly store: EventStore;
  /** Another connection to it, bare. */
  readonly client: EventStoreDBClient;
}

/** In a folder it is as in production: what it has answered has been synced to the disk. */
export const startNode = async (
  cleanup: Cleanup,
  { storage }: { readonly storage: 'folder' | 'memory' } = { storage: 'folder' },
): Promise<Node> => {
  const folder = await temporaryFolder(cleanup);
  const dataDir = storage === 'folder' ? join(folder, 'log') : null;
  const { url, client } = await startEventStore(cleanup, { folder, dataDir });
  const store = connectEventStore({ url }, quietLog);
  cleanup.add(() => store.close());
  return { store, client };
};

export interface Ours extends WalletKeeper {
  /** Appends that lost against another writer of the same stream. */
  conflicts(): number;
}

const countingConflicts = () => {
  const metrics = createMetrics({ log: quietLog, withProcessMetrics: false });
  let conflicts = 0;
  const counting: Metrics = {
    ...metrics,
    count: (name, labels, by = 1) => {
      if (name === 'command_conflicts_total') conflicts += by;
      metrics.count(name, labels, by);
    },
  };
  return { metrics: counting, conflicts: () => conflicts };
};

/** Folds them anew: a handler of its own has nothing in its memory. */
const totalsOf = async (
  store: EventStore,
  { category, walletIds }: { readonly category: string; readonly walletIds: readonly string[] },
): Promise<Totals> => {
  const { metrics } = countingConflicts();
  const handler = createHandler({ ...wallet, category }, { store, metrics });
  let balance = 0;
  let held = 0;
  const all = { inFlight, unitsMax: walletIds.length, secondsMax: Infinity };
  await drive(all, async (index) => {
    const { state } = await handler.load(walletIds[index] ?? '');
    balance += state.balance.minor;
    held += state.held.minor;
  });
  return { balance, held };
};

/** A command comes with its id: to derive one is the work of whoever asks, not of the handler. */
const newContext = (): CommandContext => {
  const commandId = randomUUID();
  const actor = { kind: 'system', id: 'bench' } as const;
  return { commandId, correlationId: commandId, causationId: commandId, actor };
};

export const openOurs = (store: EventStore, { category }: { category: string } = wallet): Ours => {
  const { metrics, conflicts } = countingConflicts();
  const handler = createHandler({ ...wallet, category }, { store, metrics });
  const execute = async (walletId: string, command: WalletCommand): Promise<void> => {
    const context = newContext();
    for (;;) {
      const result = await handler.execute(walletId, command, context);
      if (E.isRight(result)) return;
      // Too many others at once: its caller asks again, under the same command id.
      if (result.left.kind !== 'Contended') {
        throw new Error(`${command.type} of ${walletId}: ${result.left.kind}`);
      }
    }
  };
  return {
    open: execute,
    hold: execute,
    capture: execute,
    totals: (walletIds) => totalsOf(store, { category, walletIds }),
    close: () => store.close(),
    conflicts,
  };
};
