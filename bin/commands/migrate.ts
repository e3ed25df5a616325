import { Command } from 'commander';
import { migrate } from '../../adapters/postgres/index.js';
import { refuseOtherNamespace, shortCommand } from '../cli/short-command.js';
import { seedNetwork } from '../seed/network.js';

interface Options {
  readonly seed?: boolean;
}

export const migrateCommand = (): Command =>
  new Command('migrate')
    .description('bring the database schema up to date; safe to repeat and to run side by side')
    .option('--seed', 'also give a new network its settings, packages and late fees')
    .action((options: Options) =>
      shortCommand(
        async ({ parts, output }) => {
          const applied = await migrate(parts.database);
          output.line(applied.length === 0 ? 'the schema is up to date' : applied.join('\n'));
          await refuseOtherNamespace(parts);
          if (options.seed !== true) return;
          const added = await seedNetwork(parts);
          output.line(`${added} events were seeded`);
        },
        { needsSchema: false },
      ),
    );
