import { Command } from 'commander';
import { categoriesWithSnapshots } from '../../audit/snapshots/index.js';
import { dropSnapshots } from '../../commands/snapshots/drop.js';
import { shortCommand } from '../cli/short-command.js';

const dropCommand = (): Command =>
  new Command('drop')
    .description('drop what is kept of long streams; it is made again from the log')
    .action(() =>
      shortCommand(async ({ parts: { store }, output, signal }) => {
        const count = await dropSnapshots({ store, signal }, categoriesWithSnapshots);
        output.line(`${count} snapshots dropped; restart whatever runs`);
      }),
    );

export const snapshotsCommand = (): Command =>
  new Command('snapshots')
    .description('what is kept of long streams, so that they need not be read from the beginning')
    .addCommand(dropCommand());
