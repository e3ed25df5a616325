import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Where AVA's own program is; it runs under the Node that runs us. */
export const avaCli = (): string => {
  const main = createRequire(import.meta.url).resolve('ava');
  return join(dirname(main), 'cli.mjs');
};
