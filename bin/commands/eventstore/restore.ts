import { Command } from 'commander';
import { type RestoreResult, restoreLog } from '../../../adapters/embedded/eventstore/index.js';
import { OperatorError } from '../../cli/operator-error.js';
import { createTerminal } from '../../cli/terminal.js';
import { linesOf, workOnLog } from './log-work.js';

interface Options {
  readonly from: string;
  readonly data: string;
}

/** @throws OperatorError unless the log is in its place. */
const tell = (result: RestoreResult, { from, data }: Options): void => {
  switch (result.kind) {
    case 'done': {
      const output = createTerminal(process.stdout);
      output.line(`restored to ${data}`);
      for (const line of linesOf(result.summary)) output.line(line);
      return;
    }
    case 'absent':
      throw new OperatorError([`there is no backup ${from}`]);
    case 'exists':
      throw new OperatorError([`${data} holds a log: move it away first, or take another folder`]);
    case 'in-use':
      throw new OperatorError([`a node is at work in ${data}: stop it first`]);
    case 'damaged':
      throw new OperatorError([
        `the backup ${from} is damaged: ${result.problem}; nothing was restored, use another one`,
      ]);
  }
};

export const restoreCommand = (): Command =>
  new Command('restore')
    .description('check a backup and put it where a node will find its log')
    .requiredOption('--from <file>', 'the backup')
    .requiredOption('--data <folder>', 'folder of the log, which must not hold one')
    .action(async (paths: Options) => {
      const request = { from: paths.from, folder: paths.data };
      tell(await workOnLog((options) => restoreLog(request, options)), paths);
    });
