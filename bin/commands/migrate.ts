import { Command } from 'commander';
import { forgetLog } from '../../adapters/postgres/forget-log.js';
import { migrate } from '../../adapters/postgres/index.js';
import { OperatorError } from '../cli/operator-error.js';
import { refuseOtherNamespace, shortCommand } from '../cli/short-command.js';
import type { Terminal } from '../cli/terminal.js';
import type { Parts } from '../compose.js';
import { settleRestoredAccounts } from '../restored-accounts.js';
import { seedNetwork } from '../seed/network.js';

interface Options {
  readonly seed?: boolean;
  readonly logMoved?: boolean;
  readonly accountsRestored?: boolean;
}

/** @throws OperatorError while an instance still works with the old positions. */
const forget = async ({ database }: Parts, output: Terminal): Promise<void> => {
  const done = await forgetLog(database);
  if (done.kind === 'in-use') {
    throw new OperatorError([`${done.name} is at work: stop every instance of the program first`]);
  }
  output.line(`${done.readModels.length} read models are built anew at the next start`);
};

const settle = async (parts: Parts, output: Terminal): Promise<void> => {
  const { sessions, devices, forgotten, passwords } = await settleRestoredAccounts(parts);
  output.line(`${sessions} sessions and ${devices} devices were signed out`);
  output.line(`${forgotten} people who have left are forgotten`);
  output.line(`${passwords} passwords that were changed since are void`);
};

export const migrateCommand = (): Command =>
  new Command('migrate')
    .description('bring the database schema up to date; safe to repeat and to run side by side')
    .option('--seed', 'also give a new network its settings, packages and late fees')
    .option('--log-moved', 'the log was copied to another store: build what follows from it anew')
    .option('--accounts-restored', 'accounts came from a dump: sign out, forget who has left')
    .action((options: Options) =>
      shortCommand(
        async ({ parts, output }) => {
          const applied = await migrate(parts.database);
          output.line(applied.length === 0 ? 'the schema is up to date' : applied.join('\n'));
          if (options.logMoved === true) await forget(parts, output);
          await refuseOtherNamespace(parts);
          if (options.accountsRestored === true) await settle(parts, output);
          if (options.seed !== true) return;
          const added = await seedNetwork(parts);
          output.line(`${added} events were seeded`);
        },
        { needsSchema: false },
      ),
    );
