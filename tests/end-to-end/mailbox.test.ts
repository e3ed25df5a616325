import test from 'ava';
import { logSettings } from '../support/event-store-server.js';
import { run, startProgram, temporaryFolder } from '../support/program.js';

test('on one machine messages show at the terminal and on a page, and nothing is sent', async (t) => {
  const settings = { POWERBANK_DATA_DIR: await temporaryFolder(t), ...logSettings() };
  const program = startProgram(t, ['start', '--no-demo'], settings);
  await program.untilLine(/^Ready\./);
  const page = (await program.untilLine(/^Mail /)).split(/\s+/)[1] ?? '';

  const check = await run(['messages', 'check'], settings);
  t.is(check.code, 0, check.stderr);
  t.regex(check.stdout, /^sms +sparrow +yes +credit: \d+$/m);
  t.regex(check.stdout, /^email +smtp +yes /m);

  for (const to of ['984-1234567', 'Deepa@Example.com']) {
    t.is((await run(['messages', 'send', '--to', to], settings)).stdout, 'handed over\n');
  }
  await program.untilLine(/SMS to 9841234567, not really sent: This is a check/);
  await program.untilLine(/e-mail to deepa@example\.com, not really sent: A check/);
  const shown = await (await fetch(page)).text();
  t.regex(shown, /Nothing is really sent[\s\S]*deepa@example\.com[\s\S]*9841234567/);

  program.kill('SIGINT');
  t.is(await program.exit, 0);
  const later = await run(['messages', 'send', '--to', '9841234567'], settings);
  t.is(later.code, 1);
  t.regex(later.stderr, /there is no provider for it/);
});
