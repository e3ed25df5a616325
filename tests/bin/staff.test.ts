import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import test, { type ExecutionContext } from 'ava';
import { askNewPassword } from '../../bin/cli/ask-secret.js';
import { OperatorError } from '../../bin/cli/operator-error.js';
import {
  programWords,
  run,
  runShell,
  type Settings,
  startProgram,
  temporaryFolder,
} from '../support/program.js';

/** A terminal of which a test is the keyboard and the screen. */
const terminal = (isTTY: boolean) => {
  const keyboard = Object.assign(new PassThrough(), {
    isTTY,
    setRawMode: () => keyboard,
  });
  const shown: string[] = [];
  const output = { write: (text: string) => shown.push(text) > 0 };
  return { keyboard, shown, asked: askNewPassword({ input: keyboard, output }) };
};

test('P-121: a password is typed twice, and nothing of it is shown', async (t) => {
  const { keyboard, shown, asked } = terminal(true);
  keyboard.write('a fine passwo\u007ford\r');
  keyboard.write('a fine password\r');
  t.is(await asked, 'a fine password', 'what was mended counts as mended');
  t.is(shown.join(''), 'Password: \nThe same again: \n');
});

test('two different ones, none at all and Ctrl-C are told in a line', async (t) => {
  for (const keys of ['one fine password\ranother password\r', '\u0003', '\u0004']) {
    const { keyboard, asked } = terminal(true);
    keyboard.write(keys);
    await t.throwsAsync(asked, { instanceOf: OperatorError });
  }
});

test('from a pipe the first line is taken, and nothing is asked', async (t) => {
  const { keyboard, shown, asked } = terminal(false);
  keyboard.end('a piped password\nsomething else\n');
  t.is(await asked, 'a piped password');
  t.deepEqual(shown, []);
});

const post = async (url: string, path: string, body: unknown) => {
  const answer = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return answer.status;
};

const started = async (t: ExecutionContext) => {
  const folder = await temporaryFolder(t);
  const settings: Settings = { POWERBANK_DATA_DIR: folder };
  const program = startProgram(t, ['start', '--no-demo'], settings);
  await program.untilLine(/^Ready\./);
  const api = (await program.untilLine(/^API /)).replace(/^API\s+/, '');
  return { folder, settings, program, api };
};

test.serial('an operator makes the first super admin, others, and invites partners', async (t) => {
  const { folder, settings, program, api } = await started(t);
  const login = (email: string, password: string) =>
    post(api, '/api/admin/login', { email, password });
  const who = (email: string, role: string) => [
    ...['staff', 'add', '--email', email, '--name', 'Ama Sharma', '--role', role],
  ];

  const file = join(folder, 'password.txt');
  await writeFile(file, 'from a file\n');
  const first = await run(
    [...who('Ama@Example.com', 'super_admin'), '--password-file', file],
    settings,
  );
  t.is(first.code, 0, first.stderr);
  t.is(await login('ama@example.com', 'from a file'), 200);

  const command = [process.execPath, ...programWords, ...who('bir@example.com', 'admin')];
  const piped = `printf 'from a pipe\\n' | ${command.map((word) => `'${word}'`).join(' ')}`;
  const second = await runShell(piped, settings);
  t.is(second.code, 0, second.stderr);
  t.is(await login('bir@example.com', 'from a pipe'), 200);

  const third = await run([...who('chetan@example.com', 'moderator'), '--link'], settings);
  const [page, token] = third.stdout.trim().split('#');
  t.is(page, `${api}/set-up`);
  t.is((await fetch(page ?? '')).status, 200);
  const password = 'by a link of mine';
  const setUp = { token, new_password: password, confirm_password: password };
  t.is(await post(api, '/api/auth/set-up', setUp), 204);
  t.is(await login('chetan@example.com', password), 200);

  const again = await run([...who('ama@example.com', 'admin'), '--link'], settings);
  t.deepEqual([again.code, again.stderr], [1, 'somebody of the staff has this address already\n']);
  const out = ['staff', 'deactivate', '--email', 'bir@example.com', '--reason', 'left us'];
  t.is((await run(out, settings)).code, 0);
  t.is(await login('bir@example.com', 'from a pipe'), 401);
  const last = ['staff', 'deactivate', '--email', 'ama@example.com', '--reason', 'left us'];
  t.is((await run(last, settings)).stderr, 'there must be a super admin\n');

  const listed = await run(['staff', 'list'], settings);
  const rows = listed.stdout
    .trim()
    .split('\n')
    .map((line) => line.split(/ {2,}/).slice(0, 4));
  t.deepEqual(rows, [
    ['E-MAIL', 'NAME', 'ROLE', 'STATE'],
    ['ama@example.com', 'Ama Sharma', 'super_admin', 'active'],
    ['bir@example.com', 'Ama Sharma', 'admin', 'deactivated'],
    ['chetan@example.com', 'Ama Sharma', 'moderator', 'active'],
  ]);

  const partner = ['partner', 'invite', '--name', 'Hari Thapa', '--business', 'Thapa Tea'];
  const vendor = [...partner, '--email', 'hari@example.com', '--type', 'vendor'];
  const invited = await run(vendor, settings);
  t.regex(invited.stdout, /^a link to set up a password is on its way/, invited.stderr);
  const letter = await program.untilLine(/e-mail to hari@example\.com/);
  t.regex(letter, new RegExp(`${api}/set-up#\\S+`));
  program.kill('SIGINT');
  t.is(await program.exit, 0);
  const later = await run(['staff', 'link', '--email', 'ama@example.com'], settings);
  t.regex(later.stderr, /^POWERBANK_PUBLIC_URL: must be set/m);
});
