import { Command } from 'commander';
import { type BackupResult, backUpLog } from '../../../adapters/embedded/eventstore/index.js';
import { OperatorError } from '../../cli/operator-error.js';
import { createTerminal } from '../../cli/terminal.js';
import { linesOf, restoreHint, workOnLog } from './log-work.js';

interface Options {
  readonly data: string;
  readonly to: string;
}

/** @throws OperatorError unless there is a backup. */
const tell = (result: BackupResult, { data }: Options): void => {
  switch (result.kind) {
    case 'done': {
      const output = createTerminal(process.stdout);
      output.line(`backup ${result.path}, ${result.bytes} bytes`);
      for (const line of linesOf(result.summary)) output.line(line);
      return;
    }
    case 'absent':
      throw new OperatorError([`there is no log in ${data}`]);
    case 'exists':
      throw new OperatorError([`${result.path} is there already and was left as it is`]);
    case 'damaged':
      throw new OperatorError([
        `no backup: the log in ${data} is damaged: ${result.problem}; ${restoreHint(data)}`,
      ]);
  }
};

export const backupCommand = (): Command =>
  new Command('backup')
    .description('copy a log as it is now, compacted and checked; a node may be at work there')
    .requiredOption('--data <folder>', 'folder of the log')
    .requiredOption('--to <path>', 'file to write, or a folder for one with the time in its name')
    .action(async (paths: Options) => {
      const request = { folder: paths.data, to: paths.to, now: new Date() };
      tell(await workOnLog((options) => backUpLog(request, options)), paths);
    });
