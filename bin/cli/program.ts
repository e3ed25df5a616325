/** The command line: which commands there are, and how each way to fail is told. */

import { Command, CommanderError } from 'commander';
import { auditCommand } from '../commands/audit/index.js';
import { cabinetCommand } from '../commands/cabinet.js';
import { eventStoreCommand } from '../commands/eventstore/index.js';
import { keysCommand } from '../commands/keys.js';
import { messagesCommand } from '../commands/messages.js';
import { migrateCommand } from '../commands/migrate.js';
import { mosquittoCommand } from '../commands/mosquitto.js';
import { partnerCommand } from '../commands/partner.js';
import { processesCommand } from '../commands/processes.js';
import { projectionsCommand } from '../commands/projections.js';
import { seedCommand } from '../commands/seed.js';
import { serveCommand } from '../commands/serve.js';
import { staffCommand } from '../commands/staff.js';
import { startCommand } from '../commands/start.js';
import { tokenCommand } from '../commands/token.js';
import { walletCommand } from '../commands/wallet.js';
import { version } from '../version.js';
import { toOperatorError } from './operator-error.js';

const usageExitCode = 2;

/** Where help and complaints go. */
export interface Streams {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/** Everything below the program behaves as it does: one line for wrong usage, and no exit. */
const inherit = (command: Command, program: Command): Command => {
  command.copyInheritedSettings(program);
  for (const each of command.commands) inherit(each, program);
  return command;
};

const createProgram = (streams: Streams): Command => {
  const program = new Command('powerbank')
    .description('An event-sourced ledger and back end for a network of power-bank rental stations')
    .version(version)
    .exitOverride()
    .enablePositionalOptions()
    .configureOutput({ writeOut: streams.out, writeErr: streams.err })
    .showSuggestionAfterError(false)
    .configureHelp({ showGlobalOptions: false });
  const commands = [
    startCommand(),
    serveCommand(),
    migrateCommand(),
    seedCommand(),
    tokenCommand(),
    staffCommand(),
    partnerCommand(),
    walletCommand(),
    keysCommand(),
    projectionsCommand(),
    processesCommand(),
    auditCommand(),
    messagesCommand(),
    cabinetCommand(),
    mosquittoCommand(),
    eventStoreCommand(),
  ];
  for (const command of commands) program.addCommand(inherit(command, program));
  return program;
};

/**
 * Runs one command line.
 *
 * @returns the exit code: 0, 1 when something is in the way (told in a line), 2 for wrong usage.
 *   Those of an audit mean more, see `audit-command.ts`.
 * @throws whatever is a bug, to be shown with its stack.
 */
export const runProgram = async (args: readonly string[], streams: Streams): Promise<number> => {
  try {
    await createProgram(streams).parseAsync([...args], { from: 'user' });
    return 0;
  } catch (error) {
    // Commander has said what is wrong; help and version are no errors.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : usageExitCode;
    const failure = toOperatorError(error);
    if (failure === null) throw error;
    for (const line of failure.lines) streams.err(`${line}\n`);
    return failure.exitCode;
  }
};
