import { type Command, InvalidArgumentError } from 'commander';
import { startEventStoreNode } from '../../../adapters/embedded/eventstore/index.js';
import { stopOnSignals, untilAborted } from '../../cli/stopping.js';
import { createTerminal } from '../../cli/terminal.js';
import { readSecurity, type SecurityOptions, withSecurity } from './security.js';

const portMax = 65_535;

const portOf = (text: string): number => {
  const number = Number(text);
  if (/^\d+$/.test(text) && number <= portMax) return number;
  throw new InvalidArgumentError(`It must be a port from 0 to ${portMax}.`);
};

interface Options extends SecurityOptions {
  readonly data?: string;
  readonly memory?: boolean;
  readonly port: number;
  readonly host: string;
  readonly categoryStreams?: boolean;
}

/** Adds to `command` what runs the node until it is stopped. */
export const runsNode = (command: Command): Command =>
  withSecurity(
    command
      .option('--data <folder>', 'where it keeps its log')
      .option('--memory', 'keep the log in memory only')
      .option('--port <number>', 'port to listen on; 0 takes any free one', portOf, 2113)
      .option('--host <address>', 'address to listen on', '127.0.0.1')
      .option('--category-streams', 'link each event into $ce-<category>'),
  ).action(async ({ data, memory = false, ...rest }: Options) => {
    const { port, host, categoryStreams = false, ...security } = rest;
    if ((data !== undefined) === memory) {
      command.error('error: one of --data and --memory is needed');
    }
    const terminal = createTerminal(process.stdout);
    const node = await startEventStoreNode({
      port,
      host,
      categoryStreams,
      ...(await readSecurity(command, security)),
      ...(data === undefined ? {} : { dataDir: data }),
      log: ({ level, msg }) => {
        if (level !== 'info') process.stderr.write(`${msg}\n`);
      },
    });
    terminal.line(`event store on ${node.connectionString}`);
    await untilAborted(stopOnSignals(terminal));
    await node.stop();
  });
