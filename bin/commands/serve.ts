import { Command, Option } from 'commander';
import { roles } from '../config/index.js';
import { serve } from '../serve.js';

const roleNames = [...roles, 'all'] as const;

interface Options {
  readonly role?: (typeof roleNames)[number];
}

export const serveCommand = (): Command =>
  new Command('serve')
    .description('run one or all parts of the program against the configured servers')
    .addOption(
      new Option('--role <role>', 'instead of the configured roles').choices([...roleNames]),
    )
    .action(({ role }: Options) => {
      if (role === undefined) return serve(null);
      return serve(role === 'all' ? roles : [role]);
    });
