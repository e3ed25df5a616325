/** Memory of the program while it builds all read models of a long log. */

import { join } from 'node:path';
import { temporaryFolder } from '../../children.js';
import { startPostgres } from '../../embedded-postgres.js';
import { startEventStore } from '../../event-store-child.js';
import type { Measurement } from '../../measurement.js';
import { writeLongLog } from './long-log.js';
import { catchUp, openDatabases } from './read-models.js';

const events = { whole: 1_000_000, quick: 25_000 };
/** What is read ahead and written at once is bounded, whatever the length of the log. */
const mebibytesMax = 512;

const measure: Measurement['measure'] = async ({ cleanup, isQuick, say }) => {
  const folder = await temporaryFolder(cleanup);
  const dataDir = join(folder, 'log');
  const log = await writeLongLog(dataDir, isQuick ? events.quick : events.whole);
  say(`${log.events} events are in the log`);
  const { url: esdbUrl, client } = await startEventStore(cleanup, { folder, dataDir });
  const databases = await openDatabases(cleanup, await startPostgres(cleanup));
  const databaseUrl = await databases.make('replay');
  const done = await catchUp(cleanup, { esdbUrl, databaseUrl, folder, log });
  await client.dispose();
  say(`replayed in ${done.seconds.toFixed(0)} s, ${done.cpuSeconds.toFixed(0)} CPU s of ours`);
  return [
    {
      name: 'memory_replay',
      ours: done.peakMebibytes,
      rival: null,
      unit: 'MiB',
      latencyMs: null,
      n: done.events,
      about: `peak of resident memory of the projections' process over ${done.events} events`,
      goals: [{ of: 'ours', bound: 'at most', value: mebibytesMax }],
    },
  ];
};

export const memoryReplay: Measurement = { name: 'memory-replay', measure };
