import { stat } from 'node:fs/promises';
import { Command } from 'commander';
import {
  type VerifyResult,
  verifyBackup,
  verifyLog,
} from '../../../adapters/embedded/eventstore/index.js';
import { OperatorError } from '../../cli/operator-error.js';
import { createTerminal } from '../../cli/terminal.js';
import { linesOf, restoreHint, workOnLog } from './log-work.js';

/** @throws OperatorError unless it is sound. */
const tell = (result: VerifyResult, what: string, hint: string): void => {
  const output = createTerminal(process.stdout);
  switch (result.kind) {
    case 'sound':
      output.line(`${what} is sound`);
      for (const line of linesOf(result.summary)) output.line(line);
      return;
    case 'absent':
      throw new OperatorError([`there is no such thing: ${what}`]);
    case 'damaged':
      throw new OperatorError([`${what} is damaged: ${result.problem}; ${hint}`]);
  }
};

const isFile = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => null))?.isFile() === true;

export const verifyCommand = (): Command => {
  const command = new Command('verify')
    .description('look through a whole log, or a backup of one, and tell whether it is sound')
    .option('--data <folder>', 'folder of the log; a node may be at work there')
    .option('--backup <file>', 'a backup, in place of --data')
    .action(async ({ data, backup }: { readonly data?: string; readonly backup?: string }) => {
      if (data !== undefined && backup === undefined) {
        if (await isFile(data)) {
          throw new OperatorError([`${data} is a file; a backup is named by --backup`]);
        }
        const result = await workOnLog((options) => verifyLog(data, options));
        tell(result, `the log in ${data}`, restoreHint(data));
      } else if (backup !== undefined && data === undefined) {
        const result = await workOnLog((options) => verifyBackup(backup, options));
        tell(result, `the backup ${backup}`, 'use another backup');
      } else {
        command.error('error: one of --data and --backup is needed');
      }
    });
  return command;
};
