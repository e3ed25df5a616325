export interface Summary {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

const countOf = (output: string, words: RegExp): number => {
  const found = [...output.matchAll(words)].at(-1)?.[1];
  return found === undefined ? 0 : Number(found);
};

/** Everything that AVA's summary calls a failure, each on a line of its own. */
const failureLines = [
  /^\s*(\d+) tests? failed$/gm,
  /^\s*(\d+) hooks? failed$/gm,
  /^\s*(\d+) uncaught exceptions?$/gm,
  /^\s*(\d+) unhandled rejections?$/gm,
  /^\s*(\d+) tests? remained pending after a timeout$/gm,
];

/** AVA counts what has passed only when nothing else is to be told; then the ticks are counted. */
const passedIn = (output: string): number => {
  const told = countOf(output, /^\s*(\d+) tests? passed$/gm);
  return told > 0 ? told : [...output.matchAll(/^\s*✔ /gm)].length;
};

/**
 * Counts from AVA's output, colours removed. A run that failed without naming a failed test (a
 * file that does not load, a timeout) counts as one failure: the closing line never hides it.
 */
export const summaryOf = (output: string, exitCode: number): Summary => {
  const passed = passedIn(output);
  const failed = failureLines.reduce((sum, words) => sum + countOf(output, words), 0);
  const skipped = countOf(output, /^\s*(\d+) tests? skipped$/gm);
  return { passed, failed: exitCode === 0 ? failed : Math.max(1, failed), skipped };
};
