/**
 * What the command handler costs: holding and capturing money by commands, against appending the
 * very same events with the bare client. Both to one node, which has a process of its own.
 */

import { EventStoreDBClient } from '@eventstore/db-client';
import * as E from 'fp-ts/lib/Either.js';
import { connectEventStore } from '../../adapters/eventstore/index.js';
import { createMetrics } from '../../adapters/metrics.js';
import { type AggregateHandler, createHandler } from '../../commands/handler.js';
import { streamName } from '../../domain/shared/aggregate.js';
import { brandOrThrow } from '../../domain/shared/brand.js';
import { EntryId, HoldId } from '../../domain/shared/ids.js';
import { instant } from '../../domain/shared/instant.js';
import { rupees } from '../../domain/shared/money.js';
import { type WalletCommand, type WalletState, wallet } from '../../domain/wallet/index.js';
import { startChild, temporaryFolder } from '../children.js';
import type { Cleanup } from '../cleanup.js';
import { benchContext } from '../context.js';
import { drive, latencyOf, type Measured, rateOf, type Timed, together } from '../load.js';
import type { Measurement, Setting } from '../measurement.js';
import { quietLog } from '../quiet-log.js';
import { shuffled } from '../seed.js';
import { mustEqual } from '../sums.js';
import { type BareAppend, bareCopyOf, type Recording, recordAppends } from './recording.js';

const walletsCount = 1_000;
const inFlight = 64;
/** Each is a hold and its capture. A round visits every wallet equally often. */
const warmUpPairs = walletsCount;
const roundPairs = 2 * walletsCount;
const roundsCount = 3;
const roundSecondsMax = 3;

const opening = rupees('1000.00');
const amount = rupees('1.25');
const at = instant('2026-11-22T10:00:00.000Z');
const expiresAt = instant('2026-11-22T10:15:00.000Z');

/** Streams of the bare appends: the same wallets once more, under another category. */
const copyCategory = 'benchcopy';

const walletIds = shuffled(Array.from({ length: walletsCount }, (_, index) => `w${index}`));

/** Two units in flight never meet in a wallet: there are far more wallets than units in flight. */
const walletAt = (index: number): string => walletIds[index % walletsCount] ?? '';

type WalletHandler = Pick<AggregateHandler<WalletCommand, WalletState, unknown, unknown>, 'load'>;

interface Bench {
  readonly handler: ReturnType<typeof handlerOn>;
  readonly recording: Recording;
  readonly client: EventStoreDBClient;
}

const handlerOn = (store: Recording['store']) =>
  createHandler(wallet, {
    store,
    metrics: createMetrics({ log: quietLog, withProcessMetrics: false }),
  });

const openBench = async (cleanup: Cleanup): Promise<Bench> => {
  const folder = await temporaryFolder(cleanup);
  const args = ['eventstore', '--memory', '--port', '0'];
  const node = startChild(cleanup, { args, folder });
  const line = await node.untilLine(/^event store on /);
  const connectionString = line.replace(/^event store on /, '');
  const recording = recordAppends(connectEventStore({ url: connectionString }, quietLog));
  cleanup.add(() => recording.store.close());
  const client = EventStoreDBClient.connectionString(connectionString);
  cleanup.add(() => client.dispose());
  return { handler: handlerOn(recording.store), recording, client };
};

const execute = async (
  { handler }: Bench,
  walletId: string,
  { command, name }: { readonly command: WalletCommand; readonly name: string },
): Promise<void> => {
  const result = await handler.execute(walletId, command, benchContext(walletId, name));
  if (E.isLeft(result)) throw new Error(`${name} of ${walletId}: ${result.left.kind}`);
};

const openWallet = async (bench: Bench, walletId: string): Promise<void> => {
  const creditId = brandOrThrow(EntryId, 'opening');
  const credit = {
    creditId,
    amount: opening,
    source: 'DEMO',
    gateway: null,
    rentalId: null,
    at,
  } as const;
  const command = { type: 'CreditWallet', ...credit } as const;
  await execute(bench, walletId, { command, name: 'opening' });
};

const holdAndCapture = async (bench: Bench, pair: number, timed: Timed): Promise<void> => {
  const walletId = walletAt(pair);
  const holdId = brandOrThrow(HoldId, `hold-${pair}`);
  const captureId = brandOrThrow(EntryId, `capture-${pair}`);
  const terms = { holdId, amount, purpose: 'RENTAL', rentalId: null, expiresAt, at } as const;
  const hold = { type: 'HoldFunds', ...terms } as const;
  const capture = { type: 'CaptureHold', holdId, captureId, amount, final: true, at } as const;
  await timed(() => execute(bench, walletId, { command: hold, name: `hold-${pair}` }));
  await timed(() => execute(bench, walletId, { command: capture, name: `capture-${pair}` }));
};

/** What was just done to these wallets, ready to be done to their copies. */
const copiesOf = ({ recording }: Bench, walletIdsDone: Iterable<string>) =>
  [...walletIdsDone].map((walletId): readonly BareAppend[] =>
    recording
      .take(streamName(wallet.category, walletId))
      .map((append) => bareCopyOf(append, streamName(copyCategory, walletId))),
  );

const appendAll = (
  { client }: Bench,
  copies: readonly (readonly BareAppend[])[],
): Promise<Measured> =>
  drive({ inFlight, unitsMax: copies.length, secondsMax: Infinity }, async (index, timed) => {
    for (const append of copies[index] ?? []) await timed(() => append(client));
  });

interface Round {
  readonly ours: Measured;
  readonly rival: Measured;
  readonly pairs: number;
}

/** First the commands, then the same events again. The second is bounded by what the first did. */
const playRound = async (
  bench: Bench,
  { from, pairs }: { readonly from: number; readonly pairs: number },
): Promise<Round> => {
  const limits = { inFlight, unitsMax: pairs, secondsMax: roundSecondsMax };
  const ours = await drive(limits, (index, timed) => holdAndCapture(bench, from + index, timed));
  const rival = await appendAll(bench, copiesOf(bench, walletIds));
  mustEqual('appends of a round', rival.latenciesMs.length, ours.latenciesMs.length);
  return { ours, rival, pairs: ours.latenciesMs.length / 2 };
};

/** Folds all wallets anew from the log, and compares their sum with what was done to them. */
const checkSum = async (handler: WalletHandler, what: string, pairs: number): Promise<void> => {
  let balance = 0;
  let held = 0;
  await drive({ inFlight, unitsMax: walletsCount, secondsMax: Infinity }, async (index) => {
    const { state } = await handler.load(walletAt(index));
    balance += state.balance.minor;
    held += state.held.minor;
  });
  const expected = walletsCount * opening.minor - pairs * amount.minor;
  mustEqual(`paisa in ${what}`, balance, expected);
  mustEqual(`paisa held in ${what}`, held, 0);
};

const checkSums = async ({ recording: { store } }: Bench, pairs: number): Promise<void> => {
  const metrics = createMetrics({ log: quietLog, withProcessMetrics: false });
  const copies = createHandler({ ...wallet, category: copyCategory }, { store, metrics });
  await checkSum(handlerOn(store), 'the wallets', pairs);
  await checkSum(copies, 'the copies of the wallets', pairs);
};

const measure = async ({ cleanup }: Setting) => {
  const bench = await openBench(cleanup);
  await drive({ inFlight, unitsMax: walletsCount, secondsMax: Infinity }, (index) =>
    openWallet(bench, walletAt(index)),
  );
  await appendAll(bench, copiesOf(bench, walletIds));
  const warmUp = await playRound(bench, { from: 0, pairs: warmUpPairs });
  const rounds: Round[] = [];
  for (let round = 0; round < roundsCount; round += 1) {
    const from = warmUpPairs + round * roundPairs;
    rounds.push(await playRound(bench, { from, pairs: roundPairs }));
  }
  await checkSums(
    bench,
    [warmUp, ...rounds].reduce((total, { pairs }) => total + pairs, 0),
  );
  const ours = together(rounds.map((round) => round.ours));
  const rival = together(rounds.map((round) => round.rival));
  return [
    {
      name: 'commands_vs_raw_append',
      ours: rateOf(ours),
      rival: rateOf(rival),
      unit: 'per s',
      latencyMs: latencyOf(ours),
      n: ours.latenciesMs.length,
      about:
        `holds and captures through the command handler, ${inFlight} in flight over ` +
        `${walletsCount} wallets, against bare appendToStream of the same events`,
      goals: [{ of: 'ratio', bound: 'at least', value: 0.85 }],
    },
  ] as const;
};

export const commandsVsRawAppend: Measurement = { name: 'commands-vs-raw-append', measure };
