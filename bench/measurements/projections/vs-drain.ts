/**
 * What read models cost beyond reading the log: all of them from nothing, and one rebuilt beside
 * the live copy, each against a program that merely drains `$all` with the bare client.
 */

import { join } from 'node:path';
import { temporaryFolder } from '../../children.js';
import { startPostgres } from '../../embedded-postgres.js';
import { startEventStore } from '../../event-store-child.js';
import type { Measurement, Row } from '../../measurement.js';
import { runScript, type TimedScript } from '../../script.js';
import { mustEqual } from '../../sums.js';
import { writeLongLog } from './long-log.js';
import { catchUp, openDatabases } from './read-models.js';

const sizes = { whole: { events: 100_000, rounds: 2 }, quick: { events: 10_000, rounds: 1 } };
/** The read model that is rebuilt: money, and half of all events. */
const rebuilt = 'wallet';
const drainScript = 'bench/rivals/drain.ts';
const rebuildScript = 'bench/measurements/projections/rebuild-one.ts';

/** Events of the log that are left behind in a second. */
const rateOf = (events: number, rounds: readonly { readonly seconds: number }[]): number =>
  (events * rounds.length) / rounds.reduce((total, { seconds }) => total + seconds, 0);

interface Rounds {
  readonly events: number;
  readonly all: { readonly seconds: number }[];
  readonly one: TimedScript[];
  readonly drained: TimedScript[];
}

const rowsOf = ({ events, all, one, drained }: Rounds): readonly Row[] => {
  const common = { rival: rateOf(events, drained), unit: 'events/s', latencyMs: null };
  const n = events * all.length;
  const log = `a log of ${events} events on the embedded node; rival: the bare client's readAll`;
  return [
    {
      ...common,
      name: 'projection_vs_drain',
      ours: rateOf(events, all),
      n,
      about: `all read models from nothing by \`powerbank serve --role projections\`, ${log}`,
      goals: [{ of: 'ratio', bound: 'at least', value: 0.85 }],
    },
    {
      ...common,
      name: 'rebuild_one_vs_drain',
      ours: rateOf(events, one),
      n,
      about: `the read model ${rebuilt} rebuilt, compared and swapped in, ${log}`,
      goals: [{ of: 'ratio', bound: 'at least', value: 0.95 }],
    },
  ];
};

const measure: Measurement['measure'] = async ({ cleanup, isQuick, say }) => {
  const { events: wanted, rounds: roundsCount } = isQuick ? sizes.quick : sizes.whole;
  const folder = await temporaryFolder(cleanup);
  const dataDir = join(folder, 'log');
  const log = await writeLongLog(dataDir, wanted);
  const { events } = log;
  say(`${events} events are in the log`);
  const { url: esdbUrl, client } = await startEventStore(cleanup, { folder, dataDir });
  const databases = await openDatabases(cleanup, await startPostgres(cleanup));
  // The node reads its files once before anybody is measured.
  await runScript(cleanup, drainScript, [esdbUrl]);
  const rounds: Rounds = { events, all: [], one: [], drained: [] };
  for (let round = 1; round <= roundsCount; round += 1) {
    const databaseUrl = await databases.make(`round_${round}`);
    const all = await catchUp(cleanup, { esdbUrl, databaseUrl, folder, log });
    const drained = await runScript(cleanup, drainScript, [esdbUrl]);
    mustEqual('events drained', drained.events, events);
    const one = await runScript(cleanup, rebuildScript, [rebuilt, esdbUrl, databaseUrl]);
    rounds.all.push(all);
    rounds.drained.push(drained);
    rounds.one.push(one);
    const seconds = [all, drained, one].map((each) => each.seconds.toFixed(1)).join(', ');
    say(`all, drained, one: ${seconds} s; the program took ${all.cpuSeconds.toFixed(1)} CPU s`);
  }
  await client.dispose();
  return rowsOf(rounds);
};

export const projectionsVsDrain: Measurement = { name: 'projections-vs-drain', measure };
