import test from 'ava';
import * as E from 'fp-ts/lib/Either.js';
import { type Config, readConfig } from '../../bin/config/index.js';
import { openMailbox, openMessages, tellMissingChannels } from '../../bin/messages.js';
import { signInCodeMessage } from '../../commands/account/message-texts.js';
import { memoryLog } from '../support/log.js';
import { phone, openMailbox as testMailbox } from '../support/mailbox.js';
import { noMetrics } from '../support/no-metrics.js';

const configOf = (env: Readonly<Record<string, string>>): Config => {
  const config = readConfig({ env, file: null, readFile: () => null });
  if (E.isLeft(config)) throw new Error(config.left.join('\n'));
  return config.right;
};

const sms = { POWERBANK_SMS_TOKEN: 'a token', POWERBANK_SMS_SENDER: 'PowerBank' };
const email = { POWERBANK_SMTP_HOST: 'mail.invalid', POWERBANK_SMTP_FROM: 'a@b.example' };

const opened = (config: Config) =>
  openMessages(config, null, { log: memoryLog(), metrics: noMetrics });

test('without providers the program runs, and one line says what is missing', (t) => {
  const cases = [
    [{}, ['POWERBANK_SMS_TOKEN', 'POWERBANK_SMTP_HOST']],
    [sms, ['POWERBANK_SMTP_HOST']],
    [email, ['POWERBANK_SMS_TOKEN']],
  ] as const;
  for (const [env, notSet] of cases) {
    const log = memoryLog();
    tellMissingChannels(opened(configOf(env)), log);
    t.is(log.lines.length, 1);
    t.like(log.lines[0], { level: 'warn', fields: { notSet } });
  }
  const log = memoryLog();
  const messages = opened(configOf({ ...sms, ...email }));
  tellMissingChannels(messages, log);
  t.deepEqual([...messages.channels], ['sms', 'email']);
  t.deepEqual(log.lines, []);
});

/** A terminal that keeps its lines. */
const terminalOf = (lines: string[]) => ({
  line: (text = ''): void => void lines.push(text),
  step: <T>(_title: string, work: () => Promise<T>): Promise<T> => work(),
  progress: () => ({ update: () => undefined, end: () => undefined }),
});

test('the mailbox takes what nobody else sends, tells each message, and says what it is', async (t) => {
  const config = configOf({ ...email, POWERBANK_MAILBOX_PORT: '0' });
  const lines: string[] = [];
  const log = memoryLog();
  const mailbox = await openMailbox(config, { terminal: terminalOf(lines), log });
  if (mailbox === null) return t.fail('there is no mailbox');
  t.regex(lines[0] ?? '', /mailbox on http:\/\/127\.0\.0\.1:\d+: SMS end there, nothing .* sent$/);
  const messages = openMessages(config, mailbox.place, { log, metrics: noMetrics });
  t.teardown(async () => {
    await messages.close(0);
    await mailbox.stop();
  });
  const wish = { id: 'command-1', identifier: phone, code: '482913', validMinutes: 5 };
  const message = { ...signInCodeMessage(wish), text: '482913\n\nis \u001b[2Jyours' };
  t.deepEqual(await messages.send(message), { kind: 'accepted' });
  t.is(lines[1], '  ✉ SMS to 9841234567, not really sent: 482913 | is \ufffd[2Jyours');
  t.notRegex(JSON.stringify(log.lines), /482913|98412345/);
});

test('with a provider for each channel there is no mailbox', async (t) => {
  const config = configOf({ ...sms, ...email, POWERBANK_MAILBOX_PORT: '0' });
  const lines: string[] = [];
  t.is(await openMailbox(config, { terminal: terminalOf(lines), log: memoryLog() }), null);
  t.deepEqual(lines, []);
});

test('a page port that is taken is one line that names its setting', async (t) => {
  const { mailbox } = await testMailbox(t);
  const port = new URL(mailbox.pageUrl).port;
  const config = configOf({ POWERBANK_MAILBOX_PORT: port });
  const opening = openMailbox(config, { terminal: terminalOf([]), log: memoryLog() });
  const error = await t.throwsAsync(opening);
  t.regex(error.message, new RegExp(`^POWERBANK_MAILBOX_PORT: port ${port} .* is taken`));
});
