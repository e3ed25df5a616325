import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { logSettings } from '../support/event-store-server.js';
import {
  type RunningProgram,
  run,
  runShell,
  startProgram,
  temporaryFolder,
} from '../support/program.js';

/** The lines that a newcomer is told to try. */
const printedLines = ({ lines }: RunningProgram): readonly string[] =>
  lines
    .slice(
      lines.indexOf('Try it:') + 1,
      lines.findIndex((line) => line.startsWith('Ready.')),
    )
    .filter((line) => line !== '');

const addressIn = async (program: RunningProgram): Promise<string> =>
  (await program.untilLine(/^API /)).replace(/^API\s+/, '');

const ready = /^Ready\./;

const story = ({ lines }: RunningProgram, who: string): string =>
  lines.find((line) => line.trim().startsWith(`${who}:`)) ?? `nothing about ${who}`;

/** What the program has logged as an error, for whoever looks into a failure. */
const errorsLogged = async (folder: string): Promise<string> => {
  const log = await readFile(join(folder, 'logs', 'powerbank.log'), 'utf8');
  return log
    .split('\n')
    .filter((line) => line.includes('"level":"error"'))
    .join('\n');
};

test('a newcomer starts it, does what is printed, stops it, and finds it again', async (t) => {
  const folder = await temporaryFolder(t);
  const settings = { POWERBANK_DATA_DIR: folder, ...logSettings() };

  const first = startProgram(t, ['start'], settings);
  await first.untilLine(ready);
  t.is(await errorsLogged(folder), '');
  t.regex(story(first, 'asha'), /put it back at LTP001 slot 5; COMPLETED$/);
  t.regex(story(first, 'bikram'), /still has it; ACTIVE$/);
  t.regex(story(first, 'chandra'), /rental_popup_failed, nothing was charged$/);
  t.regex(story(first, 'deepa'), /payment_required$/);
  t.true(first.lines.includes('  debits equal credits'));

  const tried = await runShell(printedLines(first).join('\n'));
  t.is(tried.code, 0, tried.stderr);
  const [stations, rental, putBack, statement] = tried.stdout.trim().split('\n');
  t.regex(stations ?? '', /"serial_number":"THM001"/);
  t.regex(rental ?? '', /"status":"ACTIVE".*"paid":\{"amount":"50.00"/);
  t.regex(putBack ?? '', /"bank":"50000003","station":"BKT001","slot":3,"rental":"COMPLETED"/);
  t.regex(statement ?? '', /"RENTAL"/);

  const staffLine = await first.untilLine(/^Staff /);
  const [, email, password] = /^Staff (\S+), password (\S+) /.exec(staffLine) ?? [];
  const login = await fetch(`${await addressIn(first)}/api/admin/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  });
  t.is(login.status, 200, staffLine);

  const status = await run(['projections', 'status'], settings);
  t.notRegex(status.stdout, /streams/, 'nothing is parked');
  const audit = await run(['audit', 'verify'], settings);
  t.is(audit.code, 0, audit.stdout + audit.stderr);
  t.regex(audit.stdout, /^read-model-wallet +holds/m);
  const stranger = await run(['token', '--user', 'nobody'], settings);
  t.deepEqual([stranger.code, stranger.stderr], [1, 'there is no user nobody\n']);
  const gift = ['wallet', 'add', '--user', 'deepa', '--amount', '12.50', '--reason', 'counter'];
  t.is((await run(gift, settings)).stdout, 'deepa has NPR 32.50\n');
  first.kill('SIGINT');
  t.is(await first.exit, 0);
  t.is(first.lines.at(-1), 'Stopped.');

  const second = startProgram(t, ['start'], settings);
  await second.untilLine(ready);
  t.true(second.lines.some((line) => line.includes('the demo network is there')));
  t.regex(story(second, 'asha'), /^nothing/, 'nobody tells a story twice');
  t.is(await second.untilLine(/^Staff /), staffLine);
  t.true(second.lines.includes('  debits equal credits'));
  const token = await run(['token', '--user', 'bikram'], settings);
  t.is(token.code, 0, token.stderr);
  t.is(await errorsLogged(folder), '');
  const active = await fetch(`${await addressIn(second)}/api/rentals/active`, {
    headers: { authorization: `Bearer ${token.stdout.trim()}` },
  });
  t.regex(await active.text(), /"status":"ACTIVE"/, 'the open rental is still open');
  t.is(await errorsLogged(folder), '');

  second.kill('SIGKILL');
  t.is(await second.exit, null);
  const third = startProgram(t, ['start', '--no-demo'], settings);
  await third.untilLine(ready);
  t.false(
    third.lines.some((line) => line.includes('cabinets')),
    'no demo was asked for',
  );
  third.kill('SIGTERM');
  t.is(await third.exit, 0);
});
