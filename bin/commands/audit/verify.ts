import { Command, Option } from 'commander';
import { openRawLog } from '../../../adapters/eventstore/raw-log.js';
import type { LogCheck } from '../../../audit/check.js';
import { logChecks } from '../../../audit/checks/index.js';
import { verifySnapshots } from '../../../audit/snapshots/index.js';
import { type CheckTally, verifyLog } from '../../../audit/verify-log.js';
import { projections } from '../../../projections/index.js';
import { type AuditCommand, auditCommandOf, type Verdict } from '../../cli/audit-command.js';
import { logProgress } from '../../cli/log-progress.js';
import { type DatabaseLook, databaseTrouble, logAlone, lookAtDatabase } from './database-checks.js';
import { type FindingsReport, findingsReport } from './findings-text.js';
import { type SealOptions, sealChecks, withSealOptions } from './seal-checks.js';

interface Options extends SealOptions {
  readonly json?: boolean;
  readonly logOnly?: boolean;
  readonly readModels?: readonly string[];
}

interface Looked {
  readonly look: DatabaseLook;
  /** Why the database was not looked at although it should have been. */
  readonly trouble: Error | null;
}

/** Without its database the log is asked all the same, and the audit stays incomplete. */
const lookOf = async (command: AuditCommand, { logOnly = false }: Options): Promise<Looked> => {
  if (logOnly) return { look: logAlone, trouble: null };
  try {
    return { look: await lookAtDatabase(command), trouble: null };
  } catch (error) {
    return { look: logAlone, trouble: databaseTrouble(error) };
  }
};

/** One pass over the log, with all its bytes. */
const askTheLog = async (
  command: AuditCommand,
  { look, report }: { readonly look: DatabaseLook; readonly report: FindingsReport },
  ofSeals: readonly LogCheck[],
): Promise<readonly CheckTally[]> => {
  const { place, store, story, signal, alsoStop } = command;
  const rawLog = openRawLog(place);
  alsoStop({ name: 'the reader of bytes', stop: () => rawLog.close() });
  const progress = logProgress(story, 'verifying', await store.lastPosition());
  try {
    const tallies = await verifyLog({
      store: rawLog,
      signal,
      checks: [...logChecks, ...ofSeals, ...look.checks],
      around: look.around,
      onEvent: progress.seen,
      onFinding: report.tell,
    });
    progress.finish();
    return tallies;
  } finally {
    progress.end();
  }
};

const verify = async (command: AuditCommand, options: Options): Promise<Verdict> => {
  const { json = false, readModels = [] } = options;
  const report = findingsReport(command.output, { json });
  const ofSeals = await sealChecks(command, { ...options, json });
  const { look, trouble } = await lookOf(command, options);
  const ofLog = await askTheLog(command, { look, report }, ofSeals);
  const { store, signal } = command;
  const ofSnapshots = await verifySnapshots({ store, signal, onFinding: report.tell });
  const tallies = [...ofLog, ofSnapshots, ...(await look.compare(report, readModels))];
  report.sum(tallies, { withDatabase: look !== logAlone });
  if (trouble !== null) throw trouble;
  return tallies.every(({ findings }) => findings === 0) ? 'clean' : 'findings';
};

export const verifyCommand = (): Command =>
  withSealOptions(
    new Command('verify').description(
      'ask every question there is of the log, and tell what is not as it must be',
    ),
  )
    .option('--log-only', 'ask nothing of the database that is made from the log')
    .addOption(
      new Option('--read-models <names...>', 'compare only these with the log').choices(
        projections.map(({ name }) => name),
      ),
    )
    .option('--json', 'one JSON document a line')
    .action((options: Options) => auditCommandOf((command) => verify(command, options)));
