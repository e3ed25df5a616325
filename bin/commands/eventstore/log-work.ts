import type {
  LogSummary,
  Stage,
  WorkOptions,
} from '../../../adapters/embedded/eventstore/index.js';
import { OperatorError } from '../../cli/operator-error.js';
import { stopOnSignals } from '../../cli/stopping.js';
import { createTerminal, type Progress, type Terminal } from '../../cli/terminal.js';

/** One bar after the other, as the work comes from stage to stage. */
const barsOn = (story: Terminal) => {
  let shown: { readonly stage: Stage; readonly bar: Progress } | null = null;
  return {
    update: ({ stage, done, total }: Parameters<WorkOptions['onProgress']>[0]): void => {
      if (shown?.stage !== stage) {
        shown?.bar.end();
        shown = { stage, bar: story.progress(stage) };
      }
      shown.bar.update(done, total);
    },
    end: (): void => shown?.bar.end(),
  };
};

/**
 * Works on the files of a log; tells how far it is on standard error, stops on Ctrl-C.
 *
 * @throws OperatorError when it was stopped, or a file cannot be read or written.
 */
export const workOnLog = async <T>(work: (options: WorkOptions) => Promise<T>): Promise<T> => {
  const story = createTerminal(process.stderr);
  const signal = stopOnSignals(story);
  const bars = barsOn(story);
  try {
    return await work({ signal, onProgress: bars.update });
  } catch (error) {
    if (signal.aborted) throw new OperatorError(['stopped; nothing was changed'], { cause: error });
    // The operating system's complaints name the path; the storage's own come with a number.
    if (error instanceof Error && 'code' in error) {
      throw new OperatorError([error.message], { cause: error });
    }
    throw error;
  } finally {
    bars.end();
  }
};

const megabyte = 1_000_000;

/** What a log holds, in lines. */
export const linesOf = ({ digest, ...counts }: LogSummary): readonly string[] => {
  const { events, streams, recordBytes, lastPosition } = counts;
  const size = `${(recordBytes / megabyte).toFixed(1)} MB`;
  return [
    `${events} events (${size}) in ${streams} streams, up to position ${lastPosition}`,
    `digest ${digest}`,
  ];
};

/** What to do about a log that is not sound. */
export const restoreHint = (folder: string): string =>
  `move it away and restore a backup: powerbank eventstore restore --from BACKUP --data ${folder}`;
