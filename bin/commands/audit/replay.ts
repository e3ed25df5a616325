import { Command } from 'commander';
import { readTotals, type Totals } from '../../../audit/totals.js';
import { type AuditCommand, auditCommandOf, type Verdict } from '../../cli/audit-command.js';
import { logProgress } from '../../cli/log-progress.js';
import { describeTotals, totalsAsJson } from './totals-text.js';
import { endOf, type UntilOptions, untilOf, withUntil } from './until.js';

interface Options extends UntilOptions {
  readonly json?: boolean;
}

const replay = async (
  { store, story, signal }: AuditCommand,
  options: Options,
): Promise<Totals> => {
  const until = untilOf(options);
  const progress = logProgress(story, 'replaying', endOf(until, await store.lastPosition()));
  try {
    const totals = await readTotals({ store, until, signal, onEvent: progress.seen });
    progress.finish();
    return totals;
  } finally {
    progress.end();
  }
};

const verdictOf = ({ unreadable, isBalanced }: Totals): Verdict =>
  unreadable === 0 && isBalanced ? 'clean' : 'findings';

export const replayCommand = (): Command =>
  withUntil(
    new Command('replay').description(
      'fold the log from its beginning, without the database, and print what it comes to',
    ),
  )
    .option('--json', 'one JSON document instead of a table')
    .action((options: Options) =>
      auditCommandOf(async (command) => {
        const totals = await replay(command, options);
        const lines = options.json === true ? [totalsAsJson(totals)] : describeTotals(totals);
        for (const line of lines) command.output.line(line);
        return verdictOf(totals);
      }),
    );
