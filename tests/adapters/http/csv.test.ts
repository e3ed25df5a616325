import test from 'ava';
import fc from 'fast-check';
import * as t from 'io-ts';
import type { Access } from '../../../ports/http/access.js';
import { csvOf } from '../../../ports/http/csv.js';
import { routeMaker } from '../../../ports/http/route.js';
import { readCsv } from '../../support/csv.js';
import { startServer } from '../../support/http-server.js';

const Row = t.strict({ name: t.string, amount: t.union([t.string, t.number, t.null]) });
type Row = t.TypeOf<typeof Row>;
const csv = csvOf('rows', Row);

async function* rowsFrom(rows: readonly Row[]): AsyncGenerator<Row> {
  yield* rows;
}

const textOf = async (rows: AsyncIterable<Row>): Promise<string> => {
  let text = '';
  for await (const part of csv.textOf(rows)) text += part;
  return text;
};

test('a file has a line of names, and a line for each row', async (context) => {
  const rows = [
    { name: 'Ann', amount: '-12.50' },
    { name: 'Bob', amount: null },
    { name: 'Eve', amount: 7 },
  ];
  context.is(await textOf(rowsFrom(rows)), 'name,amount\r\nAnn,-12.50\r\nBob,\r\nEve,7\r\n');
  context.is(await textOf(rowsFrom([])), 'name,amount\r\n');
});

test('what a spreadsheet would carry out is text to it, and numbers stay numbers', async (context) => {
  const cells: readonly (readonly [string, string])[] = [
    ['=1+1', "'=1+1"],
    ['+9779841234567', "'+9779841234567"],
    ['-2+3', "'-2+3"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'\t=1"],
    ['-2', '-2'],
    ['-0.01', '-0.01'],
    ['=HYPERLINK("http://x","y")', '"\'=HYPERLINK(""http://x"",""y"")"'],
  ];
  for (const [name, cell] of cells) {
    context.is(await textOf(rowsFrom([{ name, amount: null }])), `name,amount\r\n${cell},\r\n`);
  }
});

test('whatever a text holds, it is read back as it was', async (context) => {
  const anything = fc.string({ unit: fc.constantFrom('a', '"', ',', '\r', '\n', ' ', '7') });
  const harmless = anything.filter((text) => !/^[=+\-@\t\r\n]/.test(text));
  const property = fc.asyncProperty(harmless, harmless, async (name, amount) => {
    const text = await textOf(rowsFrom([{ name, amount }]));
    context.deepEqual(readCsv(text), [
      ['name', 'amount'],
      [name, amount],
    ]);
  });
  await fc.assert(property);
});

const table = { readRows: { kind: 'public' } } as const satisfies Record<string, Access>;

const served = (rows: () => AsyncIterable<Row>) =>
  routeMaker(table)({
    operation: 'readRows',
    method: 'GET',
    path: '/rows.csv',
    summary: 'Rows',
    tag: 'Rows',
    responses: { 200: csv },
    handler: async (_request, answer) => answer(200, rows()),
  });

test('a file says what it is and what it is called', async (context) => {
  const routes = [served(() => rowsFrom([{ name: 'Ann', amount: 1 }]))];
  const { send } = await startServer(context, { routes });
  const answer = await send('/rows.csv');
  context.is(answer.status, 200);
  context.is(answer.headers.get('content-type'), 'text/csv; charset=utf-8; header=present');
  context.is(answer.headers.get('content-disposition'), 'attachment; filename="rows.csv"');
  context.is(answer.text, 'name,amount\r\nAnn,1\r\n');
  const unacceptable = await send('/rows.csv', { headers: { accept: 'application/json' } });
  context.is(unacceptable.status, 406);
});

test('rows are written while they are read, and a failure on the way ends the connection', async (context) => {
  async function* failing(): AsyncGenerator<Row> {
    for (let count = 0; count < 20_000; count += 1) yield { name: `row ${count}`, amount: count };
    throw new Error('the database has gone');
  }
  const { url } = await startServer(context, { routes: [served(failing)] });
  const answer = await fetch(`${url}/rows.csv`);
  context.is(answer.status, 200, 'it had begun');
  await context.throwsAsync(answer.text());
});
