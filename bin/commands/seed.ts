import { Command } from 'commander';
import { shortCommand } from '../cli/short-command.js';
import { seedDemo } from '../seed/demo.js';
import { seedNetwork } from '../seed/network.js';

interface Options {
  readonly demo?: boolean;
}

export const seedCommand = (): Command =>
  new Command('seed')
    .description('give a new network its settings, packages and late fees; changes no others')
    .option('--demo', 'also register the demo stations, and people with money and points')
    .action((options: Options) =>
      shortCommand(
        async ({ parts, output }) => {
          let added = await seedNetwork(parts);
          if (options.demo === true) added += await seedDemo(parts);
          output.line(`${added} events were seeded`);
        },
        { needsKeys: options.demo === true },
      ),
    );
