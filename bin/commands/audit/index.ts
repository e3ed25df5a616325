import { Command } from 'commander';
import { replayCommand } from './replay.js';

/** One file a subcommand; see `docs/audit.md`. */
export const auditCommand = (): Command =>
  new Command('audit')
    .description('the ledger, checked and told from the log alone: totals')
    .addCommand(replayCommand());
