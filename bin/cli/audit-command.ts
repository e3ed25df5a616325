import { pino } from 'pino';
import { systemClock } from '../../adapters/clock.js';
import { connectEventStore, type LogPlace } from '../../adapters/eventstore/index.js';
import { createLog } from '../../adapters/logging.js';
import type { EventStore } from '../../ports/event-store.js';
import type { Log } from '../../ports/log.js';
import type { Config } from '../config/index.js';
import { reachLog } from '../servers.js';
import { loadConfig } from './load-config.js';
import { OperatorError, toOperatorError } from './operator-error.js';
import { type Stoppable, stopInOrder, stopOnSignals } from './stopping.js';
import { createTerminal, type Terminal } from './terminal.js';

const standardErrorFd = 2;

/** An audit ended, and something is not as it must be. */
const findingsExitCode = 1;
/** An audit did not come to its end: whatever it found until then, it proves nothing. */
const incompleteExitCode = 2;

/** What an audit works with: the log, and nothing that is made from it. */
export interface AuditCommand {
  readonly config: Config;
  /** Where the log is, for who reads it in another way. */
  readonly place: LogPlace;
  readonly store: EventStore;
  readonly log: Log;
  /** Results; what happens on the way is told on standard error. */
  readonly output: Terminal;
  readonly story: Terminal;
  /** Ctrl-C. */
  readonly signal: AbortSignal;
  /** Hands over what else the command opened; it is closed before the log is. */
  readonly alsoStop: (part: Stoppable) => void;
}

export type Verdict = 'clean' | 'findings';

const stackOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);

/** Whatever keeps an audit from its end has one status of its own, and says so in a last line. */
const incomplete = (error: unknown, signal: AbortSignal | null): OperatorError => {
  const lines =
    signal?.aborted === true ? ['stopped'] : (toOperatorError(error)?.lines ?? [stackOf(error)]);
  return new OperatorError([...lines, 'the audit did not come to its end: nothing is proven'], {
    exitCode: incompleteExitCode,
    cause: error,
  });
};

/**
 * Opens the log alone, lets an audit work, and closes what was opened.
 *
 * @throws OperatorError with status 1 when there are findings, 2 when it did not come to its end.
 */
export const auditCommandOf = async (
  work: (command: AuditCommand) => Promise<Verdict>,
): Promise<void> => {
  const story = createTerminal(process.stderr);
  const running: Stoppable[] = [];
  let signal: AbortSignal | null = null;
  try {
    const config = loadConfig();
    const log = createLog({
      level: config.logLevel === 'silent' ? 'silent' : 'warn',
      clock: systemClock,
      destination: pino.destination({ fd: standardErrorFd, sync: true }),
    });
    const { started, esdbUrl, esdbNamespace } = await reachLog(config, { log, terminal: story });
    running.push(...started);
    const place = { url: esdbUrl, namespace: esdbNamespace };
    const store = connectEventStore(place, log);
    running.push({ name: 'the connection', stop: () => store.close() });
    signal = stopOnSignals(story);
    const output = createTerminal(process.stdout);
    const alsoStop = (part: Stoppable): void => {
      running.push(part);
    };
    const verdict = await work({ config, place, store, log, output, story, signal, alsoStop });
    if (verdict === 'clean') return;
  } catch (error) {
    throw incomplete(error, signal);
  } finally {
    await stopInOrder(running, (text) => story.line(text));
  }
  throw new OperatorError(['something is not as it must be'], { exitCode: findingsExitCode });
};
