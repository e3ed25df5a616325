/**
 * What the command handler costs: holding and capturing money by commands, against appending the
 * very same events with the bare client. Both to one node, which has a process of its own.
 */

import { streamName } from '../../../domain/shared/aggregate.js';
import { wallet } from '../../../domain/wallet/index.js';
import { drive, type Measured } from '../../load.js';
import type { Measurement, Setting } from '../../measurement.js';
import { mustEqual } from '../../sums.js';
import { type Node, openOurs, startNode } from './ours.js';
import { type BareAppend, bareCopyOf, type Recording, recordAppends } from './recording.js';
import { rowOf } from './rows.js';
import { type Compared, inTurns } from './turns.js';
import { inFlight, manyWallets, startWork } from './work.js';

/** Streams of the bare appends: the same wallets once more, under another category. */
const copyCategory = 'benchcopy';

/** What was done to the wallets since the last call, ready to be done to their copies. */
const copiesOf = (recording: Recording): readonly (readonly BareAppend[])[] =>
  manyWallets.map((walletId) =>
    recording
      .take(streamName(wallet.category, walletId))
      .map((append) => bareCopyOf(append, streamName(copyCategory, walletId))),
  );

/** Each wallet's in their order, so many wallets at a time. */
const appendAll = (
  { client }: Node,
  copies: readonly (readonly BareAppend[])[],
): Promise<Measured> =>
  drive({ inFlight, unitsMax: copies.length, secondsMax: Infinity }, async (index, timed) => {
    for (const append of copies[index] ?? []) await timed(() => append(client));
  });

/** All of it on a new node. The streams of the copies begin as the wallets do. */
const compare = async (
  { cleanup, isQuick }: Setting,
  storage: 'folder' | 'memory',
): Promise<Compared> => {
  const node = await startNode(cleanup, { storage });
  const recording = recordAppends(node.store);
  const work = await startWork(openOurs(recording.store), manyWallets);
  await appendAll(node, copiesOf(recording));
  const compared = await inTurns(
    { ours: work.turn, rival: () => appendAll(node, copiesOf(recording)) },
    { isQuick },
  );
  mustEqual('bare appends', compared.rival.latenciesMs.length, compared.ours.latenciesMs.length);
  await work.checkSums('the wallets', openOurs(node.store));
  await work.checkSums('their copies', openOurs(node.store, { category: copyCategory }));
  return compared;
};

const row = 'commands_vs_raw_append';
const atLeast = 0.85;

export const commandsVsRawAppend: Measurement = {
  name: 'commands-vs-raw-append',
  measure: async (setting) => {
    const about =
      `holds and captures through the command handler, ${inFlight} in flight over ` +
      `${manyWallets.length} wallets, against bare appendToStream of the same events to the ` +
      'same node';
    const inFolder = await compare(setting, 'folder');
    const asInProduction = rowOf(inFolder, {
      name: row,
      about: `${about}, as in production`,
      atLeast,
    });
    if (setting.isQuick) return [asInProduction];
    const inMemory = await compare(setting, 'memory');
    return [
      asInProduction,
      rowOf(inMemory, {
        name: `${row}_in_memory`,
        about: `${about}, which keeps its log in memory: nothing waits for a disk`,
        atLeast,
      }),
    ];
  },
};
