import * as E from 'fp-ts/lib/Either.js';

const linePattern = /^(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)$/;

/**
 * Reads `NAME=value` lines. Empty lines and those that begin with `#` are comments; a value in
 * quotes keeps its blanks. There is no substitution: what is written is what counts.
 *
 * @returns Left: one line for each line that is none of these.
 */
export const parseEnvFile = (
  text: string,
  fileName: string,
): E.Either<readonly string[], Readonly<Record<string, string>>> => {
  const faults: string[] = [];
  const values: Record<string, string> = {};
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const content = line.trim();
    if (content === '' || content.startsWith('#')) continue;
    const [, name, value] = linePattern.exec(content) ?? [];
    if (name === undefined || value === undefined) {
      faults.push(`${fileName}: line ${index + 1} is not NAME=value`);
    } else if (Object.hasOwn(values, name)) {
      faults.push(`${fileName}: line ${index + 1} sets ${name} a second time`);
    } else {
      values[name] = unquoted(value);
    }
  }
  return faults.length > 0 ? E.left(faults) : E.right(values);
};

const unquoted = (value: string): string => /^(["'])(.*)\1$/.exec(value)?.[2] ?? value;
