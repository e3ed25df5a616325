import { Command } from 'commander';
import { start } from '../start.js';

export const startCommand = (): Command =>
  new Command('start')
    .description('run everything on this machine: embedded servers, all roles, a demo network')
    .option('--no-demo', 'without demo stations, people and simulated cabinets')
    .action(({ demo }: { readonly demo: boolean }) => start({ demo }));
