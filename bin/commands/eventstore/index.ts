import { Command } from 'commander';
import { backupCommand } from './backup.js';
import { copyCommand } from './copy.js';
import { restoreCommand } from './restore.js';
import { runsNode } from './run.js';
import { scavengeCommand } from './scavenge.js';
import { verifyCommand } from './verify.js';

/** `powerbank eventstore …`: the node alone, and what an operator does with an event store. */
export const eventStoreCommand = (): Command =>
  // The node's own options end where the name of a subcommand begins; both may have `--data`.
  runsNode(new Command('eventstore').enablePositionalOptions())
    .description('run the EventStoreDB-compatible node alone')
    .addCommand(backupCommand())
    .addCommand(copyCommand())
    .addCommand(restoreCommand())
    .addCommand(scavengeCommand())
    .addCommand(verifyCommand());
