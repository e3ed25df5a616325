import { connect } from 'node:net';
import { text as readAll } from 'node:stream/consumers';
import test from 'ava';
import * as E from 'fp-ts/lib/Either.js';
import { systemClock } from '../../../adapters/clock.js';
import { createLetters, lettersKeptMax } from '../../../adapters/embedded/mailbox/letters.js';
import { startMailbox } from '../../../adapters/embedded/mailbox/mailbox.js';
import { visible } from '../../../adapters/embedded/mailbox/visible.js';
import { setUpLinkMessage, signInCodeMessage } from '../../../commands/account/message-texts.js';
import { memoryLog } from '../../support/log.js';
import { email, openMailbox, phone } from '../../support/mailbox.js';

const code = { id: 'command-1', code: '482913', validMinutes: 5 };

const pageOf = async (url: string): Promise<string> => (await fetch(url)).text();

test('the page shows the newest message first, and says that nothing is really sent', async (t) => {
  const { messages, mailbox } = await openMailbox(t);
  t.regex(await pageOf(mailbox.pageUrl), /No messages yet/);
  await messages.send(signInCodeMessage({ ...code, identifier: phone }));
  await messages.send(signInCodeMessage({ ...code, code: '777111', identifier: email }));
  const page = await pageOf(mailbox.pageUrl);
  t.regex(page, /Nothing is really sent\./);
  t.regex(page, /<title>Mailbox \(2\)<\/title>/);
  t.regex(page, /777111[\s\S]*482913/);
  t.regex(page, /deepa@example\.com[\s\S]*9841234567/);
  t.regex(page, /http-equiv="refresh"/);
  t.notRegex(page, /<script|<link|<img|src=|https?:/);
});

test('whatever a message says is text on the page, and nothing may run or load there', async (t) => {
  const { messages, mailbox } = await openMailbox(t);
  const evil =
    '</pre><script>alert("x")</script>&amp;\'<img src=x onerror=alert(1)>\u202eoof\u001b[2J';
  const link = setUpLinkMessage({ id: '1', to: email.value, link: evil, validHours: 24 });
  await messages.send({ ...link, subject: evil });
  await messages.send({ ...signInCodeMessage({ ...code, identifier: phone }), text: evil });
  const answer = await fetch(mailbox.pageUrl);
  const page = await answer.text();
  t.notRegex(page, /<script|<img|\u202e/);
  t.false(page.includes('\u001b'));
  t.is(page.split('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&amp;amp;&#39;').length, 4);
  const policy = answer.headers.get('content-security-policy') ?? '';
  t.regex(policy, /^default-src 'none'; style-src 'sha256-[^']+'; base-uri 'none'/);
  t.is(answer.headers.get('x-content-type-options'), 'nosniff');
  t.is(answer.headers.get('cache-control'), 'no-store');
});

test('programs read the same as JSON', async (t) => {
  const { messages, mailbox } = await openMailbox(t);
  const message = signInCodeMessage({ ...code, identifier: phone });
  await messages.send(message);
  const answer = await fetch(`${mailbox.pageUrl}/messages`);
  t.regex(answer.headers.get('content-type') ?? '', /^application\/json/);
  t.like(await answer.json(), {
    messages: [{ channel: 'sms', to: '9841234567', subject: null, text: message.text }],
  });
});

/** `fetch` chooses the Host header itself. */
const statusFor = async (port: number, host: string): Promise<string> => {
  const socket = connect(port, '127.0.0.1');
  socket.end(`GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  return (await readAll(socket)).split('\r\n')[0] ?? '';
};

test('a name of somebody else that leads here sees nothing', async (t) => {
  const { mailbox } = await openMailbox(t);
  const port = Number(new URL(mailbox.pageUrl).port);
  const ours = [`127.0.0.1:${port}`, `localhost:${port}`, 'LOCALHOST', `[::1]:${port}`];
  for (const host of ours) t.regex(await statusFor(port, host), / 200 /, host);
  const others = [
    'evil.example',
    `evil.example:${port}`,
    '127.0.0.1.evil.example',
    'localhost.',
    '',
  ];
  for (const host of others) t.regex(await statusFor(port, host), / 421 /, host);
});

test('the page can only be read', async (t) => {
  const { mailbox } = await openMailbox(t);
  const answers = [
    await fetch(mailbox.pageUrl, { method: 'POST', body: 'x' }),
    await fetch(`${mailbox.pageUrl}/messages`, { method: 'DELETE' }),
    await fetch(`${mailbox.pageUrl}/../../etc/passwd`),
    await fetch(mailbox.pageUrl, { method: 'HEAD' }),
  ];
  t.deepEqual(
    answers.map(({ status }) => status),
    [405, 405, 404, 200],
  );
});

test('a port that somebody else has is named, and nothing stays open', async (t) => {
  const { mailbox } = await openMailbox(t);
  const pagePort = Number(new URL(mailbox.pageUrl).port);
  const second = await startMailbox({ pagePort, clock: systemClock, log: memoryLog() });
  t.true(E.isLeft(second));
  if (E.isRight(second)) return;
  t.is(second.left.kind, 'portTaken');
  t.regex(second.left.message, new RegExp(`port ${pagePort} .*taken`));
});

test('only so many letters are kept', (t) => {
  const letters = createLetters();
  for (let number = 0; number <= lettersKeptMax; number += 1) {
    const at = systemClock.now();
    const parts = { subject: null, messageId: null, text: String(number) };
    letters.add({ at, channel: 'sms', from: 'a', to: 'b', ...parts });
  }
  const texts = letters.newestFirst().map(({ text }) => text);
  t.deepEqual([texts.length, texts[0], texts.at(-1)], [200, '200', '1']);
});

test('what acts on a terminal or on the text around it is made visible, and Nepali stays', (t) => {
  t.is(visible('a\u001b[31mb\u0007\u009b\u202e\u2066\u200e\u2028\ufeff'), 'a�[31mb�������');
  t.is(visible('एक\n\tदुई\r\nप्र\u200dक्\u200cष'), 'एक\n\tदुई\nप्र\u200dक्\u200cष');
});

test('the SMS contract takes forms and queries, and counts what each text costs', async (t) => {
  const { mailbox, lettersTo } = await openMailbox(t);
  const fields = { token: 'mailbox-token', from: 'PowerBank', to: '9841234567', text: 'hi' };
  const call = async (changes: object, init?: RequestInit) => {
    const query = new URLSearchParams({ ...fields, ...changes });
    const answer = await fetch(`${mailbox.sms.baseUrl}/sms/?${query}`, init);
    return [answer.status, await answer.json()] as const;
  };
  const queued = (count: number) =>
    [
      200,
      { count, response_code: 200, response: `${count} messages have been queued for delivery` },
    ] as const;
  t.deepEqual(await call({}), queued(1));
  t.deepEqual(await call({ to: '9841234567,9851234567,1' }), queued(2));
  t.deepEqual(await call({ text: 'x'.repeat(161) }), queued(1));
  t.deepEqual(await call({ text: 'न'.repeat(71) }), queued(1));
  const credit = await fetch(`${mailbox.sms.baseUrl}/credit/?token=mailbox-token`);
  t.like(await credit.json(), { credits_available: 9_993, credits_consumed: 7 });
  t.is(lettersTo('9841234567').length, 4);
  const refusals = [
    [{ token: 'x' }, 1002],
    [{ from: 'x' }, 1008],
    [{ text: ' ' }, 1010],
    [{ to: '014123456' }, 1007],
    [{ to: '1,2' }, 1011],
  ] as const;
  for (const [change, response_code] of refusals) {
    const [status, body] = await call(change);
    t.is(status, 403);
    t.like(body, { response_code });
  }
  t.deepEqual((await call({}, { method: 'POST' }))[0], 403, 'a POST has its fields in the body');
});
