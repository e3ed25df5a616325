import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { OperatorError } from './operator-error.js';

interface Streams {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  /** Where questions go. */
  readonly output: Pick<NodeJS.WritableStream, 'write'>;
}

/** A terminal is echoed by whoever reads its lines, so the echo goes here. */
const nowhere = (): Writable => new Writable({ write: (_chunk, _encoding, done) => done() });

/**
 * Asks for a new password without showing it, twice at a terminal; from a pipe it takes the first
 * line.
 *
 * @throws OperatorError when there is none, Ctrl-C comes, or the two differ.
 */
export const askNewPassword = async (
  { input, output }: Streams = { input: process.stdin, output: process.stderr },
): Promise<string> => {
  const terminal = input.isTTY === true;
  const lines = createInterface({ input, output: nowhere(), terminal });
  lines.once('SIGINT', () => lines.close());
  const typed = lines[Symbol.asyncIterator]();
  const ask = async (question: string): Promise<string> => {
    if (terminal) output.write(`${question}: `);
    const line = await typed.next();
    if (terminal) output.write('\n');
    if (line.done === true) throw new OperatorError(['no password was given']);
    return line.value;
  };
  try {
    const password = await ask('Password');
    if (!terminal || (await ask('The same again')) === password) return password;
    throw new OperatorError(['the two passwords differ']);
  } finally {
    lines.close();
  }
};
