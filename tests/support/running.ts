/**
 * How our files are run. `npm test` builds everything first and runs what it has built, which
 * loads in a third of the time; a single file is run from its source: `npx ava tests/….test.ts`.
 */

import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageRoot } from '../../bin/package-root.js';

const isBuilt = import.meta.url.endsWith('.js');

/** Where the folders are from which this runs: those of the sources, or `dist-suite/`. */
const runningRoot = fileURLToPath(new URL('../..', import.meta.url));

/** What Node has to be given for a file of ours, named like `bin/powerbank.ts`. */
export const nodeWords = (file: string): readonly string[] =>
  isBuilt
    ? [join(runningRoot, file.replace(/\.ts$/, '.js'))]
    : ['--import=tsx', join(runningRoot, file)];

/** What Node has to be given to import a file of ours in `--eval`. */
export const importWords = (file: string) => ({
  flags: isBuilt ? [] : ['--import=tsx'],
  url: new URL(isBuilt ? file.replace(/\.ts$/, '.js') : file, `file://${runningRoot}`).href,
});

/** Where AVA's own program is; it runs under the Node that runs us. */
const avaCli = (): string => {
  const main = createRequire(import.meta.url).resolve('ava');
  return join(dirname(main), 'cli.mjs');
};

const builtTest = (word: string): string =>
  word.endsWith('.test.ts') ? join('dist-suite', word.replace(/\.ts$/, '.js')) : word;

/** AVA with flags and test files (`tests/….test.ts`); to be run in the folder of the project. */
export const avaWords = (words: readonly string[]): readonly string[] =>
  isBuilt
    ? [avaCli(), '--config', join(packageRoot, 'ava.suite.config.js'), ...words.map(builtTest)]
    : [avaCli(), ...words];
