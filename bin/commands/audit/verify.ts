import { Command } from 'commander';
import { logChecks } from '../../../audit/checks/index.js';
import { verifyLog } from '../../../audit/verify-log.js';
import { type AuditCommand, auditCommandOf, type Verdict } from '../../cli/audit-command.js';
import { logProgress } from '../../cli/log-progress.js';
import { findingsReport } from './findings-text.js';

interface Options {
  readonly json?: boolean;
}

const verify = async (
  { store, output, story, signal }: AuditCommand,
  { json = false }: Options,
): Promise<Verdict> => {
  const report = findingsReport(output, { json });
  const progress = logProgress(story, 'verifying', await store.lastPosition());
  try {
    const tallies = await verifyLog({
      store,
      signal,
      checks: logChecks,
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
  new Command('verify')
    .description('ask every question there is of the log, and tell what is not as it must be')
    .option('--json', 'one JSON document a line')
    .action((options: Options) => auditCommandOf((command) => verify(command, options)));
