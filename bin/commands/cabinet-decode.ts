/** `powerbank cabinet decode`: what captured cabinet frames say, one line of hex each. */

import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Command } from 'commander';
import * as E from 'fp-ts/lib/Either.js';
import { fromHex } from '../../adapters/mqtt/family-a/bytes.js';
import { decodeFrame } from '../../adapters/mqtt/family-a/decode.js';
import type { DecodedFrame } from '../../adapters/mqtt/family-a/decoded.js';
import type { FrameError } from '../../adapters/mqtt/family-a/frame.js';

/** A frame error, or text that is no hex at all and so never was a frame. */
type LineError = FrameError | 'bad_hex';

const decodeLine = (line: string): E.Either<LineError, DecodedFrame> => {
  const bytes = fromHex(line.replaceAll(/\s/g, ''));
  return bytes === undefined ? E.left('bad_hex') : decodeFrame(bytes);
};

/**
 * Decodes frames given as hex, one a line, and gives one line of JSON for each.
 *
 * `{"ok":true,"decoded":{…}}` holds the canonical form; `{"ok":false,"error":"…"}` one of the
 * protocol's error names (§2.1). White space may stand between digits. Text that is not an even
 * number of hex digits is `bad_hex`. A blank line is a frame without bytes, so it is `empty`: there
 * is exactly one output line for every input line, and line numbers keep matching.
 */
export async function* decodeLines(input: AsyncIterable<string>): AsyncIterable<string> {
  for await (const line of input) {
    const result = decodeLine(line);
    yield JSON.stringify(
      E.isRight(result) ? { ok: true, decoded: result.right } : { ok: false, error: result.left },
    );
  }
}

/**
 * The lines of a stream. `readline` begins to read as soon as it is made and loses what nobody is
 * waiting for yet, so it is made here, when the first line is asked for, and not earlier.
 */
async function* linesOf(input: NodeJS.ReadableStream): AsyncIterable<string> {
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  try {
    yield* lines;
  } finally {
    lines.close();
  }
}

async function* terminated(lines: AsyncIterable<string>): AsyncIterable<string> {
  for await (const line of lines) yield `${line}\n`;
}

/** Where the command reads and writes; the process's own streams unless a test says otherwise. */
export interface DecodeStreams {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
}

const isClosedPipe = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'EPIPE';

const run = async ({ input, output }: DecodeStreams): Promise<void> => {
  try {
    // The output stays open: it is the terminal, and others may still write to it.
    const decoded = Readable.from(terminated(decodeLines(linesOf(input))));
    await pipeline(decoded, output, { end: false });
  } catch (error) {
    // `… | head` closes the pipe when it has seen enough, which is no failure of ours.
    if (!isClosedPipe(error)) throw error;
  }
};

/**
 * The subcommand, to be mounted by the program. Frames that do not decode are results, so the exit
 * status is 0 once the input has been read to its end.
 */
export const cabinetDecodeCommand = (
  streams: DecodeStreams = { input: process.stdin, output: process.stdout },
): Command =>
  new Command('decode')
    .description('decode cabinet frames: hex on standard input, one frame a line, JSON lines out')
    .action(() => run(streams));
