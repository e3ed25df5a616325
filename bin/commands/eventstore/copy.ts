import { Command } from 'commander';
import {
  type CopyProgress,
  type CopyResult,
  type CopyStage,
  copyEventStore,
} from '../../../adapters/eventstore/copy/index.js';
import { redactText } from '../../../adapters/redaction.js';
import { OperatorError } from '../../cli/operator-error.js';
import { stopOnSignals } from '../../cli/stopping.js';
import { createTerminal, type Progress, type Terminal } from '../../cli/terminal.js';

const goOn = 'the same command goes on from here';
const labels: Readonly<Record<CopyStage, string>> = {
  looking: 'looking at the target',
  copying: 'copying',
  comparing: 'comparing',
};

/** Often enough for an eye, and far enough apart for the time left to be more than noise. */
const updateEveryMs = 250;

interface Shown {
  readonly stage: CopyStage;
  readonly bar: Progress;
  readonly startedMs: number;
}

/** A bar for each stage. */
const barsOn = (story: Terminal) => {
  let shown: Shown | null = null;
  let updatedMs = 0;
  return {
    update: ({ stage, done, total, events }: CopyProgress): void => {
      const nowMs = performance.now();
      if (shown?.stage !== stage) {
        shown?.bar.end();
        shown = { stage, bar: story.progress(labels[stage]), startedMs: nowMs };
      } else if (nowMs < updatedMs + updateEveryMs && done < total) return;
      updatedMs = nowMs;
      const seconds = (nowMs - shown.startedMs) / 1_000;
      const rate = seconds > 0 ? `, ${Math.round(events / seconds)} a second` : '';
      shown.bar.update(done, total, `| ${events} events${rate}`);
    },
    end: (): void => shown?.bar.end(),
  };
};

interface EventName {
  readonly revision: bigint;
  readonly stream: string;
  readonly type: string;
  readonly id: string;
}

const described = ({ revision, stream, type, id }: EventName): string =>
  `${revision}@${stream} (${type}, ${id})`;

type Compared = Extract<CopyResult, { kind: 'same' | 'different' }>;

const countsOf = ({ verification }: Compared): readonly string[] => {
  const { source, target, beside } = verification;
  const more = [
    [beside.own, 'placeholders and limits for events that the source has lost'],
    [beside.foreign, 'events in streams that the source does not know'],
    [beside.hidden, 'hidden events that are on one side only'],
  ] as const;
  return [
    `source: ${source.events} events, digest ${source.digest}`,
    `target: ${target.events} events, digest ${target.digest}`,
    ...more.filter(([count]) => count > 0).map(([count, what]) => `besides: ${count} ${what}`),
  ];
};

const refusalOf = ({ refusal }: Extract<CopyResult, { kind: 'refused' }>): string => {
  const { stream } = refusal;
  switch (refusal.kind) {
    case 'wrong-revision':
      return `${stream}, at revision ${refusal.last} of the target, is not that of the source`;
    case 'stream-deleted':
      return `${stream} has a tombstone in the target, and not in the source`;
    case 'too-large':
      return `an event of ${stream} is larger than the target takes (${refusal.bytesMax} bytes)`;
  }
};

/** @throws OperatorError unless the target holds what the source does. */
const tell = (result: CopyResult, output: Terminal): void => {
  switch (result.kind) {
    case 'same': {
      const { copied, end, hasGrown } = result;
      output.line(`${copied} events copied; the target has all up to position ${end.commit}`);
      for (const line of countsOf(result)) output.line(line);
      output.line('both are the same, event for event');
      if (hasGrown) output.line('the source has got more meanwhile: run the same command again');
      return;
    }
    case 'different': {
      const { source, target } = result.difference;
      throw new OperatorError([
        ...countsOf(result),
        'source and target differ; the first event that does:',
        `  source: ${source === null ? 'has no more events' : described(source)}`,
        `  target: ${target === null ? 'has no more events' : described(target)}`,
      ]);
    }
    case 'foreign': {
      const { event, instead } = result;
      throw new OperatorError([
        `nothing was copied: the target's stream ${event.stream} is not that of the source`,
        `  source: ${instead === null ? 'has no more events' : described(instead)}`,
        `  target: ${described(event)}`,
      ]);
    }
    case 'refused':
      throw new OperatorError([`after ${result.copied} events: ${refusalOf(result)}`]);
    case 'trouble':
      throw new OperatorError([
        `after ${result.copied} events: the ${result.end}: ${redactText(result.reason)}; ${goOn}`,
      ]);
    case 'unusable':
      throw new OperatorError([
        `${result.end === 'source' ? '--from' : '--to'}: ${redactText(result.reason)}`,
      ]);
    case 'stopped':
      throw new OperatorError([`stopped after ${result.copied} events; ${goOn}`]);
  }
};

interface Options {
  readonly from: string;
  readonly to: string;
  readonly verifyOnly?: boolean;
}

export const copyCommand = (): Command =>
  new Command('copy')
    .description('copy all events to another event store and compare the two; may be repeated')
    .requiredOption('--from <esdb url>', 'connection string of the event store to copy')
    .requiredOption('--to <esdb url>', 'connection string of the one that gets the events')
    .option('--verify-only', 'copy nothing, only compare')
    .action(async ({ from, to, verifyOnly = false }: Options) => {
      const story = createTerminal(process.stderr);
      const signal = stopOnSignals(story);
      const bars = barsOn(story);
      const result = await copyEventStore({
        from,
        to,
        verifyOnly,
        signal,
        onProgress: bars.update,
      }).finally(bars.end);
      tell(result, createTerminal(process.stdout));
    });
