import { readFileSync } from 'node:fs';
import * as E from 'fp-ts/lib/Either.js';
import { type Config, readConfig } from '../config/index.js';
import { OperatorError } from './operator-error.js';

const envFileName = '.env';

const textOrNull = (path: string): string | null => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Whether that matters is for the caller to say: `.env` need not be there.
    return null;
  }
};

/**
 * The configuration from the environment and from `.env` in the current folder.
 *
 * @throws OperatorError with a line for each setting that is wrong.
 */
export const loadConfig = (): Config => {
  const text = textOrNull(envFileName);
  const config = readConfig({
    env: process.env,
    file: text === null ? null : { name: envFileName, text },
    readFile: textOrNull,
  });
  if (E.isLeft(config)) throw new OperatorError(config.left);
  return config.right;
};
