/** The command line: which commands there are, and how each way to fail is told. */

import { Command, CommanderError } from 'commander';
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

/** In the order of the help. Each is loaded when it is asked for: a short command starts fast. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  start: async () => (await import('../commands/start.js')).startCommand(),
  serve: async () => (await import('../commands/serve.js')).serveCommand(),
  migrate: async () => (await import('../commands/migrate.js')).migrateCommand(),
  seed: async () => (await import('../commands/seed.js')).seedCommand(),
  token: async () => (await import('../commands/token.js')).tokenCommand(),
  staff: async () => (await import('../commands/staff.js')).staffCommand(),
  partner: async () => (await import('../commands/partner.js')).partnerCommand(),
  wallet: async () => (await import('../commands/wallet.js')).walletCommand(),
  keys: async () => (await import('../commands/keys.js')).keysCommand(),
  projections: async () => (await import('../commands/projections.js')).projectionsCommand(),
  snapshots: async () => (await import('../commands/snapshots.js')).snapshotsCommand(),
  processes: async () => (await import('../commands/processes.js')).processesCommand(),
  audit: async () => (await import('../commands/audit/index.js')).auditCommand(),
  messages: async () => (await import('../commands/messages.js')).messagesCommand(),
  cabinet: async () => (await import('../commands/cabinet.js')).cabinetCommand(),
  mosquitto: async () => (await import('../commands/mosquitto.js')).mosquittoCommand(),
  eventstore: async () => (await import('../commands/eventstore/index.js')).eventStoreCommand(),
};

/** The command that is named first; all of them for help, and where none is named. */
const commandsFor = ([first = '']: readonly string[]): Promise<readonly Command[]> => {
  const named = Object.hasOwn(commands, first) ? commands[first] : undefined;
  const loads = named === undefined ? Object.values(commands) : [named];
  return Promise.all(loads.map((load) => load()));
};

const createProgram = async (args: readonly string[], streams: Streams): Promise<Command> => {
  const program = new Command('powerbank')
    .description('An event-sourced ledger and back end for a network of power-bank rental stations')
    .version(version)
    .exitOverride()
    .enablePositionalOptions()
    .configureOutput({ writeOut: streams.out, writeErr: streams.err })
    .showSuggestionAfterError(false)
    .configureHelp({ showGlobalOptions: false });
  for (const command of await commandsFor(args)) program.addCommand(inherit(command, program));
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
    const program = await createProgram(args, streams);
    await program.parseAsync([...args], { from: 'user' });
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
