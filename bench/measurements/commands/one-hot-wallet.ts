/** All commands on one stream, against the same commands spread over many. */

import type { Measurement, Row } from '../../measurement.js';
import { shapes } from '../../shapes.js';
import { openOurs, startNode } from './ours.js';
import { rowOf } from './rows.js';
import { inTurns } from './turns.js';
import { inFlight, manyWallets, startWork } from './work.js';

const name = 'one-hot-wallet';
const row = 'one_hot_wallet';
const hotWallet = Array.from({ length: shapes[name].wallets }, (_, index) => `hot${index}`);

const conflictsRow = (conflicts: number, commands: number): Row => ({
  name: `${row}_conflicts`,
  ours: conflicts / commands,
  rival: null,
  unit: 'per command',
  latencyMs: null,
  n: commands,
  about: 'appends that lost against another writer of the stream, and were decided anew',
  goals: [],
});

export const oneHotWallet: Measurement = {
  name,
  measure: async ({ cleanup, isQuick }) => {
    const { store } = await startNode(cleanup);
    const hot = openOurs(store);
    const spread = openOurs(store);
    const hotWork = await startWork(hot, hotWallet);
    const spreadWork = await startWork(spread, manyWallets);
    const compared = await inTurns({ ours: hotWork.turn, rival: spreadWork.turn }, { isQuick });
    await hotWork.checkSums('the hot wallet', openOurs(store));
    await spreadWork.checkSums('the many wallets', openOurs(store));
    const about =
      `holds and captures, ${inFlight} in flight, all in one wallet; rival: the same over ` +
      `${manyWallets.length} wallets, which is what commands_vs_raw_append calls ours`;
    return [
      rowOf(compared, { name: row, about, atLeast: 0.5 }),
      conflictsRow(hot.conflicts(), hotWork.commandsDone()),
    ];
  },
};
