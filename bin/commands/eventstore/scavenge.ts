import { setTimeout as delay } from 'node:timers/promises';
import { Command } from 'commander';
import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { OperatorError } from '../../cli/operator-error.js';
import { stopOnSignals } from '../../cli/stopping.js';
import { createTerminal, type Terminal } from '../../cli/terminal.js';
import { type Answer, type Ask, httpOf } from './http-of.js';

const path = '/admin/scavenge';
const lookEveryMs = 500;
const megabyte = 1_000_000;

const status = {
  ok: 200,
  inProgress: 400,
  unknownCaller: 401,
  mayNot: 403,
  notFound: 404,
} as const;

const Started = t.type({ scavengeId: t.string });

/** The numbers are the embedded node's own; other servers leave them out. */
const Scavenge = t.partial({
  scavengeId: t.union([t.string, t.null]),
  scavengeResult: t.string,
  streamsLookedAt: t.number,
  streamsTotal: t.number,
  eventsReclaimed: t.number,
  bytesReclaimed: t.number,
  seconds: t.number,
});
type Scavenge = t.TypeOf<typeof Scavenge>;

const refuse = ({ status: code, body }: Answer): never => {
  if (code === status.unknownCaller || code === status.mayNot) {
    throw new OperatorError(['--url: an administrator or operator is needed: user:password@host']);
  }
  if (code === status.notFound) {
    throw new OperatorError(['--url: this server knows nothing of scavenges']);
  }
  const said = typeof body === 'string' ? body : JSON.stringify(body);
  throw new OperatorError([`the server answered ${code}: ${said.slice(0, 200)}`]);
};

const decoded = <A>(codec: t.Type<A>, answer: Answer): A => {
  if (answer.status !== status.ok) return refuse(answer);
  const result = codec.decode(answer.body);
  if (E.isLeft(result)) throw new OperatorError(['the server answered what no event store does']);
  return result.right;
};

const currentOf = async (ask: Ask): Promise<Scavenge> =>
  decoded(Scavenge, await ask('GET', `${path}/current`));

/** Servers of old do not know the last one. */
const lastOf = async (ask: Ask): Promise<Scavenge> => {
  const answer = await ask('GET', `${path}/last`);
  return answer.status === status.notFound ? {} : decoded(Scavenge, answer);
};

const numbersOf = ({ streamsLookedAt, eventsReclaimed, bytesReclaimed, seconds }: Scavenge) =>
  eventsReclaimed === undefined || bytesReclaimed === undefined || seconds === undefined
    ? ''
    : `: ${eventsReclaimed} events (${(bytesReclaimed / megabyte).toFixed(1)} MB) reclaimed, ` +
      `${streamsLookedAt ?? 0} streams looked at, in ${seconds.toFixed(1)} s`;

const show = async (ask: Ask, output: Terminal): Promise<void> => {
  const current = await currentOf(ask);
  if (typeof current.scavengeId === 'string') {
    output.line(`scavenge ${current.scavengeId} is running${numbersOf(current)}`);
    return;
  }
  const last = await lastOf(ask);
  if (typeof last.scavengeId === 'string') {
    const result = (last.scavengeResult ?? 'over').toLowerCase();
    output.line(`no scavenge is running; the last one (${result})${numbersOf(last)}`);
  } else {
    output.line('no scavenge is running, and none has since the server started');
  }
};

const stop = async (ask: Ask, output: Terminal): Promise<void> => {
  const answer = await ask('DELETE', `${path}/current`);
  if (answer.status === status.notFound) {
    output.line('no scavenge is running');
    return;
  }
  const id = decoded(t.unknown, answer);
  output.line(`stopped scavenge ${String(id)}; another one starts over`);
};

const start = async (ask: Ask): Promise<string> => {
  const answer = await ask('POST', path);
  if (answer.status === status.inProgress) {
    throw new OperatorError([
      'a scavenge is running already: --status looks at it, --stop stops it',
    ]);
  }
  return decoded(Started, answer).scavengeId;
};

/** Looks at the scavenge until it is over. @throws OperatorError when the wait is broken off. */
const untilOver = async (ask: Ask, id: string): Promise<void> => {
  const story = createTerminal(process.stderr);
  const signal = stopOnSignals({ line: () => undefined });
  const bar = story.progress('scavenge');
  try {
    for (;;) {
      const current = await currentOf(ask);
      if (current.scavengeId !== id) return;
      const { streamsLookedAt, streamsTotal } = current;
      if (streamsLookedAt !== undefined && streamsTotal !== undefined) {
        bar.update(streamsLookedAt, streamsTotal);
      }
      await delay(lookEveryMs, undefined, { signal });
    }
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new OperatorError([`scavenge ${id} goes on: --status looks at it, --stop stops it`]);
  } finally {
    bar.end();
  }
};

const run = async (ask: Ask, output: Terminal): Promise<void> => {
  const id = await start(ask);
  output.line(`started scavenge ${id}`);
  await untilOver(ask, id);
  const last = await lastOf(ask);
  const result = last.scavengeId === id ? last.scavengeResult : undefined;
  if (result === 'Errored') {
    throw new OperatorError([`scavenge ${id} failed; the server's log says why`]);
  }
  if (result === 'Stopped') throw new OperatorError([`scavenge ${id} was stopped`]);
  output.line(`scavenge ${id} is done${result === undefined ? '' : numbersOf(last)}`);
};

interface Options {
  readonly url: string;
  readonly status?: boolean;
  readonly stop?: boolean;
}

export const scavengeCommand = (): Command => {
  const command = new Command('scavenge')
    .description('let a server take out the events that deletion and metadata have hidden')
    .requiredOption('--url <esdb url>', 'connection string of the one node that is meant')
    .option('--status', 'only tell whether one is running, and how far it is')
    .option('--stop', 'stop the one that is running')
    .action(async ({ url, status: isQuestion = false, stop: isStop = false }: Options) => {
      if (isQuestion && isStop) command.error('error: --status cannot be used with --stop');
      const ask = await httpOf(url);
      const output = createTerminal(process.stdout);
      if (isQuestion) await show(ask, output);
      else if (isStop) await stop(ask, output);
      else await run(ask, output);
    });
  return command;
};
