import { Command } from 'commander';
import { checkProofCommand } from './check-proof.js';
import { explainCommand } from './explain.js';
import { exportCommand } from './export.js';
import { proveCommand } from './prove.js';
import { reconcileCommand } from './reconcile.js';
import { replayCommand } from './replay.js';
import { sealCommand } from './seal.js';
import { showCommand } from './show.js';
import { verifyCommand } from './verify.js';

/** One file a subcommand; see `docs/audit.md`. */
export const auditCommand = (): Command =>
  new Command('audit')
    .description('the ledger, checked and told from the log alone: totals, proofs, seals')
    .addCommand(replayCommand())
    .addCommand(verifyCommand())
    .addCommand(proveCommand())
    .addCommand(checkProofCommand())
    .addCommand(sealCommand())
    .addCommand(showCommand())
    .addCommand(explainCommand())
    .addCommand(exportCommand())
    .addCommand(reconcileCommand());
