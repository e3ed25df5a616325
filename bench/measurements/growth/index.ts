/**
 * Whether a wallet gets slower as its past gets longer: a command on it by a program that has just
 * been started and has nothing in memory, and a read of its balance.
 */

import { setTimeout as delay } from 'node:timers/promises';
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { createMetrics } from '../../../adapters/metrics.js';
import { createHandler } from '../../../commands/handler.js';
import { streamName } from '../../../domain/shared/aggregate.js';
import { paisa, toRupees } from '../../../domain/shared/money.js';
import { type WalletCommand, wallet } from '../../../domain/wallet/index.js';
import type { EventStore } from '../../../ports/event-store.js';
import { snapshotStream } from '../../../ports/snapshots/index.js';
import { benchContext } from '../../context.js';
import { latencyOf, type Timed } from '../../load.js';
import type { Measurement, Row, Setting } from '../../measurement.js';
import { quietLog } from '../../quiet-log.js';
import { mustEqual } from '../../sums.js';
import { createHttpClient } from '../http/client.js';
import { authorizationOf, projectOnce, startApi, startServers } from '../http/servers.js';
import { balanceAfter, commandsOf, type LongWallet, writePast } from './wallets.js';

const shortest = 10;
const lengths = { whole: [1_000, 100_000], quick: [1_000, 5_000] } as const;
/** Of commands that are measured; wallets with the shortest past are used for one pair each. */
const pairs = { whole: 100, quick: 20 } as const;
const warmUpPairs = 20;
const reads = { whole: 1_000, quick: 100 } as const;
const warmUpReads = 100;
const projectMsMax = 120_000;
const lookEveryMs = 5;

/** Latencies of wallets whose past has one length. */
interface Series {
  readonly length: number;
  readonly latenciesMs: number[];
}

const timedInto =
  ({ latenciesMs }: Series): Timed =>
  async (operation) => {
    const beganMs = performance.now();
    const result = await operation();
    latenciesMs.push(performance.now() - beganMs);
    return result;
  };

const metrics = createMetrics({ log: quietLog, withProcessMetrics: false });

/** By a handler of its own, which knows no wallet yet. */
const executeCold = async (
  store: EventStore,
  walletId: string,
  { command, name }: { readonly command: WalletCommand; readonly name: string },
): Promise<void> => {
  const handler = createHandler(wallet, { store, metrics });
  const result = await handler.execute(walletId, command, benchContext('growth', walletId, name));
  if (E.isLeft(result)) throw new Error(`${name} of ${walletId}: ${result.left.kind}`);
};

/** Reads it from its beginning for once, as the first program with snapshots does. */
const firstRead = async (
  store: EventStore,
  { id, length }: LongWallet,
  { say }: Pick<Setting, 'say'>,
): Promise<void> => {
  const beganMs = performance.now();
  await createHandler(wallet, { store, metrics }).load(id);
  say(`${length} events read from the beginning in ${(performance.now() - beganMs).toFixed(0)} ms`);
  const kept = snapshotStream(streamName(wallet.category, id));
  while ((await store.readLast(kept)) === null) await delay(lookEveryMs);
};

interface Bench {
  readonly store: EventStore;
  readonly isQuick: boolean;
  readonly short: readonly LongWallet[];
  readonly long: readonly LongWallet[];
}

const fill = async (store: EventStore, { isQuick, say }: Setting): Promise<Bench> => {
  const count = warmUpPairs + (isQuick ? pairs.quick : pairs.whole);
  const short = Array.from({ length: count }, (_, index) => ({
    id: `short-${index}`,
    length: shortest,
  }));
  const long = (isQuick ? lengths.quick : lengths.whole).map((length) => ({
    id: `long-${length}`,
    length,
  }));
  for (const each of [...short, ...long]) await writePast(store, each);
  for (const each of long) await firstRead(store, each, { say });
  return { store, isQuick, short, long };
};

/**
 * In turns, so that all have the same weather. The long wallets grow meanwhile, so that every
 * distance from the last snapshot comes up.
 */
const measureCommands = async ({ store, short, long }: Bench): Promise<readonly Series[]> => {
  const series = [shortest, ...long.map(({ length }) => length)].map(
    (length): Series => ({ length, latenciesMs: [] }),
  );
  for (const [pair, shortOne] of short.entries()) {
    for (const [index, { id }] of [shortOne, ...long].entries()) {
      const into = series[index];
      const timed: Timed =
        into === undefined || pair < warmUpPairs ? (run) => run() : timedInto(into);
      const [hold, capture] = commandsOf(pair);
      await timed(() => executeCold(store, id, { command: hold, name: `hold-${pair}` }));
      await timed(() => executeCold(store, id, { command: capture, name: `capture-${pair}` }));
    }
  }
  return series;
};

/** By snapshots; the balances that are read below come from all the events. */
const checkSums = async ({ store, short, long }: Bench): Promise<void> => {
  const handler = createHandler(wallet, { store, metrics });
  for (const each of [...short, ...long]) {
    const { state } = await handler.load(each.id);
    const pairsDone = each.length === shortest ? 1 : short.length;
    mustEqual(`paisa of ${each.id}`, state.balance.minor, balanceAfter(each, pairsDone));
    mustEqual(`paisa held of ${each.id}`, state.held.minor, 0);
  }
};

const Answer = t.type({ data: t.type({ balance: t.string }) });

const measureReads = async (
  ask: (walletId: string) => Promise<string>,
  { isQuick, short, long }: Bench,
): Promise<readonly Series[]> => {
  const asked = [...short.slice(0, 1), ...long];
  const series = asked.map(({ length }): Series => ({ length, latenciesMs: [] }));
  for (let round = 0; round < warmUpReads + (isQuick ? reads.quick : reads.whole); round += 1) {
    for (const [index, each] of asked.entries()) {
      const into = series[index];
      const timed: Timed =
        into === undefined || round < warmUpReads ? (run) => run() : timedInto(into);
      const answer: unknown = JSON.parse(await timed(() => ask(each.id)));
      if (!Answer.is(answer)) throw new Error('not the answer that was expected');
      const expected = balanceAfter(each, index === 0 ? 1 : short.length);
      mustEqual(`balance of ${each.id}`, answer.data.balance, toRupees(paisa(expected)));
    }
  }
  return series;
};

/** How much more the long ones take than the shortest one. */
const rowsOf = (
  name: string,
  what: string,
  [base, ...others]: readonly Series[],
): readonly Row[] =>
  base === undefined
    ? []
    : others.map((series, index) => ({
        name: index === others.length - 1 ? name : `${name}_${series.length}`,
        ours: latencyOf(series).p50,
        rival: latencyOf(base).p50,
        unit: 'ms',
        latencyMs: latencyOf(series),
        n: series.latenciesMs.length,
        about: `p50 of ${what} with ${series.length} events, against one with ${base.length}`,
        goals: [{ of: 'ratio', bound: 'at most', value: 1.5 }],
      }));

const measure = async (setting: Setting): Promise<readonly Row[]> => {
  const { cleanup, say } = setting;
  const servers = await startServers(cleanup);
  const bench = await fill(servers.store, setting);
  const commands = await measureCommands(bench);
  say('commands are measured');
  await checkSums(bench);
  await projectOnce(cleanup, servers, { withinMs: projectMsMax });
  say('read models are made');
  const api = createHttpClient(cleanup, await startApi(cleanup, servers), 1);
  const ids = [...bench.short.slice(0, 1), ...bench.long].map(({ id }) => id);
  const headers = new Map<string, string>();
  for (const id of ids) {
    const principal = { kind: 'user', id, roles: ['user'], sessionId: null } as const;
    headers.set(id, await authorizationOf(principal));
  }
  const path = '/api/payments/wallet/balance';
  const reading = await measureReads(
    (id) =>
      api.send({
        method: 'GET',
        path,
        headers: { authorization: headers.get(id) ?? '' },
        status: 200,
      }),
    bench,
  );
  return [
    ...rowsOf('growth_command', 'a command by a new handler on a wallet', commands),
    ...rowsOf('growth_balance_read', `GET ${path} of a wallet`, reading),
  ];
};

export const growth: Measurement = { name: 'growth', measure };
