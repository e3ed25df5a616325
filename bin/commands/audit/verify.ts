import { Command } from 'commander';
import { openRawLog } from '../../../adapters/eventstore/raw-log.js';
import { logChecks } from '../../../audit/checks/index.js';
import { verifyLog } from '../../../audit/verify-log.js';
import { type AuditCommand, auditCommandOf, type Verdict } from '../../cli/audit-command.js';
import { logProgress } from '../../cli/log-progress.js';
import { findingsReport } from './findings-text.js';
import { type SealOptions, sealChecks, withSealOptions } from './seal-checks.js';

interface Options extends SealOptions {
  readonly json?: boolean;
}

const verify = async (command: AuditCommand, options: Options): Promise<Verdict> => {
  const { place, store, output, story, signal, alsoStop } = command;
  const { json = false } = options;
  const report = findingsReport(output, { json });
  const ofSeals = await sealChecks(command, { ...options, json });
  const rawLog = openRawLog(place);
  alsoStop({ name: 'the reader of bytes', stop: () => rawLog.close() });
  const progress = logProgress(story, 'verifying', await store.lastPosition());
  try {
    const tallies = await verifyLog({
      store: rawLog,
      signal,
      checks: [...logChecks, ...ofSeals],
      around: { settledUpTo: null },
      onEvent: progress.seen,
      onFinding: report.tell,
    });
    progress.finish();
    report.sum(tallies);
    return tallies.every(({ findings }) => findings === 0) ? 'clean' : 'findings';
  } finally {
    progress.end();
  }
};

export const verifyCommand = (): Command =>
  withSealOptions(
    new Command('verify').description(
      'ask every question there is of the log, and tell what is not as it must be',
    ),
  )
    .option('--json', 'one JSON document a line')
    .action((options: Options) => auditCommandOf((command) => verify(command, options)));
