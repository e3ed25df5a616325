import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import test from 'ava';
import { cabinetDecodeCommand, decodeLines } from '../../bin/commands/cabinet-decode.js';

async function* linesOf(...lines: readonly string[]): AsyncIterable<string> {
  yield* lines;
}

const decodeAll = async (...lines: readonly string[]): Promise<readonly unknown[]> => {
  const results: unknown[] = [];
  for await (const line of decodeLines(linesOf(...lines))) results.push(JSON.parse(line));
  return results;
};

const ejected = 'A8000C3101026ED580010252';
const decodedEjected = {
  ok: true,
  decoded: {
    command: 49,
    kind: 'popup_sn',
    address: 1,
    sn: '40818048',
    state: 1,
    outcome: 'ejected',
    solenoid: 2,
  },
};

test('a frame decodes in upper case, lower case and with white space between its digits', async (t) => {
  const spaced = 'A8 00 0C 31\t01 02 6E D5 80 01 02 52\r';
  t.deepEqual(await decodeAll(ejected, ejected.toLowerCase(), spaced), [
    decodedEjected,
    decodedEjected,
    decodedEjected,
  ]);
});

test('every input line gives one output line, blank and broken ones included', async (t) => {
  t.deepEqual(await decodeAll('', '   ', 'hello', 'A80', `${ejected.slice(0, -2)}53`, ejected), [
    { ok: false, error: 'empty' },
    { ok: false, error: 'empty' },
    { ok: false, error: 'bad_hex' },
    { ok: false, error: 'bad_hex' },
    { ok: false, error: 'bad_checksum' },
    decodedEjected,
  ]);
});

test('the output is compact JSON with the members in a fixed order', async (t) => {
  for await (const line of decodeLines(linesOf(ejected))) {
    t.is(
      line,
      '{"ok":true,"decoded":{"command":49,"kind":"popup_sn","address":1,"sn":"40818048",' +
        '"state":1,"outcome":"ejected","solenoid":2}}',
    );
  }
});

test('the subcommand reads its input to the end and leaves its output open', async (t) => {
  const output = new PassThrough();
  const command = cabinetDecodeCommand({
    input: Readable.from([`${ejected}\n00`, '\n']),
    output,
  });
  await command.parseAsync([], { from: 'user' });
  t.false(output.writableEnded);
  output.end();
  t.is(await text(output), `${JSON.stringify(decodedEjected)}\n{"ok":false,"error":"too_short"}\n`);
});

test('a reader that closes the pipe early ends the command quietly', async (t) => {
  const output = new PassThrough();
  const closed = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
  output.destroy(closed);
  output.on('error', (error) => t.is(error, closed));
  const command = cabinetDecodeCommand({ input: Readable.from([`${ejected}\n`]), output });
  await t.notThrowsAsync(command.parseAsync([], { from: 'user' }));
});
