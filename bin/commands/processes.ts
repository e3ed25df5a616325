import { Argument, Command } from 'commander';
import type { ProcessManager } from '../../commands/process/reactions.js';
import { retryParked } from '../../commands/process/retry.js';
import { inColumns } from '../cli/columns.js';
import { OperatorError } from '../cli/operator-error.js';
import { type ShortCommand, shortCommand } from '../cli/short-command.js';
import { processManagers } from '../roles/processes.js';

const statusRow = async (
  { parts: { store, processStore, clock } }: ShortCommand,
  { name, categories }: ProcessManager,
): Promise<readonly string[]> => {
  const [reached, last, parked, nextDue] = await Promise.all([
    processStore.checkpoint(name),
    store.lastPosition({ categories }),
    processStore.parkedStreams(name),
    processStore.nextDue(name),
  ]);
  const isBehind = last !== null && (reached === null || reached < last);
  const timer = nextDue === null ? '-' : nextDue <= clock.now() ? `due since ${nextDue}` : nextDue;
  return [
    name,
    reached === null ? 'not begun' : String(reached),
    isBehind ? `behind ${last}` : 'up to date',
    parked.size === 0 ? '-' : `${parked.size} streams`,
    timer,
  ];
};

const statusCommand = (): Command =>
  new Command('status')
    .description('how far each process is, what it has set aside, and its next timer')
    .action(() =>
      shortCommand(async (command) => {
        const managers = processManagers(command.parts);
        const rows = await Promise.all(managers.map((each) => statusRow(command, each)));
        const heads = ['PROCESS', 'POSITION', 'LAG', 'PARKED', 'NEXT TIMER'];
        for (const line of inColumns(heads, rows)) command.output.line(line);
        for (const { name } of managers) {
          for (const { stream, position, error } of await command.parts.processStore.parkedEvents(
            name,
          )) {
            command.output.line(`${name} has parked ${stream} at ${position}: ${firstLine(error)}`);
          }
        }
      }),
    );

const firstLine = (text: string): string => text.split('\n')[0] ?? '';

const retryCommand = (): Command =>
  new Command('retry')
    .description('let a process react to the events that it has set aside, in order')
    .addArgument(new Argument('<name>', 'of the process'))
    .action((name: string, _options: unknown, command: Command) =>
      shortCommand(async ({ parts, output, signal }) => {
        const managers = processManagers(parts);
        const manager = managers.find((each) => each.name === name);
        if (manager === undefined) {
          const names = managers.map((each) => each.name).join(', ');
          return command.error(`error: there is no process '${name}', there are ${names}`);
        }
        const results = await retryParked(manager, parts, signal);
        if (results.length === 0) output.line(`${name} has nothing parked`);
        for (const { stream, handled, error } of results) {
          const end = error === null ? 'back with the others' : `stopped: ${firstLine(error)}`;
          output.line(`${stream}: ${handled} events handled, ${end}`);
        }
        if (results.some(({ error }) => error !== null)) {
          throw new OperatorError([`${name}: some events still cannot be handled`]);
        }
      }),
    );

export const processesCommand = (): Command =>
  new Command('processes')
    .description('process managers: how far they are, retry what one has set aside')
    .addCommand(statusCommand())
    .addCommand(retryCommand());
