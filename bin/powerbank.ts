#!/usr/bin/env node
/** The program: reads the command line, runs one command, and says in one line what went wrong. */

import { Command, CommanderError } from 'commander';
import { toOperatorError } from './cli/operator-error.js';
import { cabinetCommand } from './commands/cabinet.js';
import { eventStoreCommand } from './commands/eventstore.js';
import { migrateCommand } from './commands/migrate.js';
import { mosquittoCommand } from './commands/mosquitto.js';
import { processesCommand } from './commands/processes.js';
import { projectionsCommand } from './commands/projections.js';
import { seedCommand } from './commands/seed.js';
import { serveCommand } from './commands/serve.js';
import { startCommand } from './commands/start.js';
import { tokenCommand } from './commands/token.js';
import { version } from './version.js';

const usageExitCode = 2;
const failureExitCode = 1;

/** Everything below the program behaves as it does: one line for wrong usage, and no exit. */
const inherit = (command: Command, program: Command): Command => {
  command.copyInheritedSettings(program);
  for (const each of command.commands) inherit(each, program);
  return command;
};

const createProgram = (): Command => {
  const program = new Command('powerbank')
    .description('An event-sourced ledger and back end for a network of power-bank rental stations')
    .version(version)
    .exitOverride()
    .showSuggestionAfterError(false)
    .configureHelp({ showGlobalOptions: false });
  const commands = [
    startCommand(),
    serveCommand(),
    migrateCommand(),
    seedCommand(),
    tokenCommand(),
    projectionsCommand(),
    processesCommand(),
    cabinetCommand(),
    mosquittoCommand(),
    eventStoreCommand(),
  ];
  for (const command of commands) program.addCommand(inherit(command, program));
  return program;
};

/** @returns the exit code. */
const main = async (args: readonly string[]): Promise<number> => {
  try {
    await createProgram().parseAsync([...args], { from: 'user' });
    return 0;
  } catch (error) {
    // Commander has said what is wrong; help and version are no errors.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : usageExitCode;
    const failure = toOperatorError(error);
    if (failure === null) throw error;
    for (const line of failure.lines) process.stderr.write(`${line}\n`);
    return failureExitCode;
  }
};

process.exitCode = await main(process.argv.slice(2));
