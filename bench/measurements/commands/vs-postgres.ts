/** Our command handler against others who keep the same wallets in Postgres. */

import { startPostgres } from '../../embedded-postgres.js';
import type { Measurement } from '../../measurement.js';
import { openCrud } from '../../rivals/crud.js';
import { loadEmmett } from '../../rivals/load-emmett.js';
import type { OpenRival } from '../../rivals/wallets.js';
import { openOurs, startNode } from './ours.js';
import { rowOf } from './rows.js';
import { inTurns } from './turns.js';
import { inFlight, manyWallets, startWork } from './work.js';

interface Rival {
  /** Of the row. */
  readonly row: string;
  readonly about: string;
  load(): Promise<OpenRival>;
}

const against = (name: string, { row, about, load }: Rival): Measurement => ({
  name,
  measure: async ({ cleanup, isQuick }) => {
    const open = await load();
    const [{ store }, url] = await Promise.all([startNode(cleanup), startPostgres(cleanup)]);
    const rival = await open(url);
    cleanup.add(() => rival.close());
    const ours = openOurs(store);
    const work = await startWork(ours, manyWallets);
    const rivalsWork = await startWork(rival, manyWallets);
    const compared = await inTurns({ ours: work.turn, rival: rivalsWork.turn }, { isQuick });
    await work.checkSums('the wallets', ours);
    await rivalsWork.checkSums(`the wallets of ${name}`, rival);
    const setting =
      `holds and captures, ${inFlight} in flight over ${manyWallets.length} wallets, ours on the ` +
      'embedded node and the rival on the embedded Postgres, both as in production';
    return [rowOf(compared, { name: row, about: `${setting}; ${about}`, atLeast: 3 })];
  },
});

export const commandsVsCrud = against('commands-vs-crud', {
  row: 'commands_vs_crud',
  about: 'rival: transactions of knex with SELECT … FOR UPDATE, entry and new balance',
  load: async () => openCrud,
});

export const commandsVsEmmett = against('commands-vs-emmett', {
  row: 'commands_vs_emmett',
  about: 'rival: command handling of Emmett on its Postgres event store, with our own decisions',
  load: loadEmmett,
});
