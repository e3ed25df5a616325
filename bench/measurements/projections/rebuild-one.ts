/**
 * `powerbank projections rebuild`, without the time that a program takes to start: rebuilds the
 * read model that is named, with everything that belongs to it, and prints events and seconds.
 */

import { systemClock } from '../../../adapters/clock.js';
import { connectEventStore } from '../../../adapters/eventstore/index.js';
import { createMetrics } from '../../../adapters/metrics.js';
import { openPostgres } from '../../../adapters/postgres/index.js';
import { projectionEngine } from '../../../bin/roles/projections.js';
import { quietLog as log } from '../../quiet-log.js';

const [name = '', esdbUrl = '', databaseUrl = ''] = process.argv.slice(2);
const database = openPostgres({ url: databaseUrl, applicationName: 'bench', log });
const store = connectEventStore({ url: esdbUrl }, log);
const metrics = createMetrics({ log, withProcessMetrics: false });
const engine = projectionEngine({ store, database, clock: systemClock, log, metrics });
const beganMs = performance.now();
const result = await engine.rebuild(name, { signal: new AbortController().signal });
const seconds = (performance.now() - beganMs) / 1_000;
if (result.kind !== 'swapped') throw new Error(`${name}: ${JSON.stringify(result)}`);
await store.close();
await database.close();
process.stdout.write(`${JSON.stringify({ events: result.report.events, seconds })}\n`);
