import { Command } from 'commander';
import { runsNode } from './run.js';

/** `powerbank eventstore …`: the node alone, and what an operator does with an event store. */
export const eventStoreCommand = (): Command =>
  // The node's own options end where the name of a subcommand begins; both may have `--data`.
  runsNode(new Command('eventstore').enablePositionalOptions()).description(
    'run the EventStoreDB-compatible node alone',
  );
