/** What the program says to the person at the terminal, beside its log. */

import { WriteStream } from 'node:tty';
import { MultiBar, Presets, type SingleBar } from 'cli-progress';

/** A piece of work whose length is known, at least roughly. */
export interface Progress {
  /** Total and done so far, in the unit of the bar's label; `note` may say more. */
  update(done: number, total: number, note?: string): void;
  end(): void;
}

export interface Terminal {
  line(text?: string): void;
  /** Tells of a step when it is done, and how long it took; `describe` may name the result. */
  step<T>(title: string, work: () => Promise<T>, describe?: (result: T) => string): Promise<T>;
  progress(label: string): Progress;
}

/** Standard output, or what a test has instead of it. */
type Output = Pick<NodeJS.WriteStream, 'write'> & { readonly isTTY?: boolean };

const isScreen = (output: Output): output is NodeJS.WriteStream =>
  output instanceof WriteStream && output.isTTY;

/** Plain lines tell of every tenth part: a log of a long rebuild stays short. */
const plainStepPercent = 10;

const clearLine = '\r\u001b[2K';

const secondsSince = (startedMs: number): string =>
  `${((performance.now() - startedMs) / 1_000).toFixed(1)} s`;

const barOn = (output: NodeJS.WriteStream, label: string): Progress => {
  const bars = new MultiBar(
    { stream: output, hideCursor: true, clearOnComplete: false, format: barFormat },
    Presets.shades_classic,
  );
  let bar: SingleBar | null = null;
  return {
    update: (done, total, note = '') => {
      bar ??= bars.create(total, 0, { label, note });
      bar.setTotal(total);
      bar.update(done, { note });
    },
    end: () => bars.stop(),
  };
};

const barFormat =
  '  {label} {bar} {percentage}% | {value} of {total} | {eta_formatted} left {note}';

const plainProgress = (say: (text: string) => void, label: string): Progress => {
  let told = -1;
  return {
    update: (done, total, note = '') => {
      const percent = total === 0 ? 100 : Math.floor((done / total) * 100);
      const part = Math.floor(percent / plainStepPercent);
      if (part <= told) return;
      told = part;
      say(`  ${label}: ${percent}% (${done} of ${total}) ${note}`.trimEnd());
    },
    end: () => undefined,
  };
};

/** Bars and moving lines on a terminal; nothing but whole lines elsewhere. */
export const createTerminal = (output: Output): Terminal => {
  const isInteractive = output.isTTY === true;
  const line = (text = ''): void => {
    output.write(`${text}\n`);
  };
  return {
    line,
    step: async (title, work, describe) => {
      const startedMs = performance.now();
      if (isInteractive) output.write(`  … ${title}`);
      try {
        const result = await work();
        const told = describe?.(result) ?? title;
        line(`${isInteractive ? clearLine : ''}  ✔ ${told} (${secondsSince(startedMs)})`);
        return result;
      } catch (error) {
        if (isInteractive) output.write(clearLine);
        throw error;
      }
    },
    progress: (label) => (isScreen(output) ? barOn(output, label) : plainProgress(line, label)),
  };
};
