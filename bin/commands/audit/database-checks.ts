/** What `audit verify` asks of the database: only where it follows from the log. */

import { systemClock } from '../../../adapters/clock.js';
import { createMetrics } from '../../../adapters/metrics.js';
import { openPostgres, type Postgres } from '../../../adapters/postgres/index.js';
import type { LogCheck, Surroundings } from '../../../audit/check.js';
import {
  checkpointsNotAhead,
  endOfStore,
  nothingIsParked,
} from '../../../audit/database/followers.js';
import { findingsOfComparison } from '../../../audit/database/read-models.js';
import { reactedUpTo, takeSnapshot } from '../../../audit/database/snapshot.js';
import { timersMatchWaits } from '../../../audit/database/timers.js';
import type { CheckTally } from '../../../audit/verify-log.js';
import { createProjectionEngine, engineLimits } from '../../../projections/engine/index.js';
import { projections } from '../../../projections/index.js';
import type { AuditCommand } from '../../cli/audit-command.js';
import { toOperatorError } from '../../cli/operator-error.js';
import { refuseWrongDatabase } from '../../cli/short-command.js';
import { reachDatabase } from '../../servers.js';
import type { FindingsReport } from './findings-text.js';

/** The process whose reactions a rental, its payments and its power bank wait for. */
const settlingProcess = 'rental';

/** The database beside the log. */
export interface DatabaseLook {
  readonly around: Surroundings;
  /** To be asked in the pass over the log. */
  readonly checks: readonly LogCheck[];
  /** Compares read models with the log, one after the other; all unless some are named. */
  compare(report: FindingsReport, named: readonly string[]): Promise<readonly CheckTally[]>;
}

/** Nobody says what follows from the log. */
export const logAlone: DatabaseLook = {
  around: { settledUpTo: null },
  checks: [],
  compare: () => Promise.resolve([]),
};

const openDatabase = async (command: AuditCommand): Promise<Postgres> => {
  const { config, log, story, place, alsoStop } = command;
  const { databaseUrl, started } = await reachDatabase(config, { log, terminal: story });
  for (const part of started) alsoStop(part);
  const database = openPostgres({ url: databaseUrl, applicationName: 'powerbank-audit', log });
  alsoStop({ name: 'the connections', stop: () => database.close() });
  await refuseWrongDatabase({ database, namespace: place.namespace ?? null });
  return database;
};

/**
 * Takes a picture of what follows the log, before the log is read.
 *
 * @throws OperatorError, DatabaseError when there is no database that belongs to the log.
 */
export const lookAtDatabase = async (command: AuditCommand): Promise<DatabaseLook> => {
  const database = await openDatabase(command);
  const snapshot = await takeSnapshot(database, systemClock.now());
  const { store } = command;
  return {
    around: { settledUpTo: reactedUpTo(snapshot, settlingProcess) },
    checks: [
      checkpointsNotAhead(snapshot, await endOfStore(store)),
      nothingIsParked(snapshot),
      timersMatchWaits(snapshot),
    ],
    compare: (report, named) => compareReadModels({ ...command, database }, report, named),
  };
};

const compareReadModels = async (
  command: AuditCommand & { readonly database: Postgres },
  report: FindingsReport,
  named: readonly string[],
): Promise<readonly CheckTally[]> => {
  const { database, store, log, story, signal } = command;
  const metrics = createMetrics({ log, withProcessMetrics: false });
  const parts = { database, store, log, metrics, clock: systemClock, limits: engineLimits };
  const engine = createProjectionEngine(parts, projections);
  const tallies: CheckTally[] = [];
  for (const { name: model } of projections) {
    if (named.length > 0 && !named.includes(model)) continue;
    const check = `read-model-${model}`;
    const bar = story.progress(check);
    const result = await engine
      .compare(model, {
        signal,
        onProgress: ({ position, target }) => bar.update(Number(position), Number(target)),
      })
      .finally(() => bar.end());
    const findings = findingsOfComparison(model, result);
    for (const finding of findings) report.tell(check, finding);
    const rows = result.kind === 'compared' ? result.rows : 0;
    const claim = `its rows are what the log makes of them (${rows} rows)`;
    tallies.push({ name: check, claim, findings: findings.length });
  }
  return tallies;
};

/** Why the database could not be looked at, when that is for an operator to mend. */
export const databaseTrouble = (error: unknown): Error => {
  const known = toOperatorError(error);
  if (known === null) throw error;
  return known;
};
