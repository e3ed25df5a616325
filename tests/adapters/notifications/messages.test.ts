import { setImmediate as nextTurn } from 'node:timers/promises';
import test from 'ava';
import { createMessages } from '../../../adapters/notifications/messages.js';
import { deliveries, type Provider } from '../../../adapters/notifications/provider.js';
import { signInCodeMessage } from '../../../commands/account/message-texts.js';
import type { PhoneNumber } from '../../../domain/shared/identifier.js';
import { memoryLog } from '../../support/log.js';
import { email, openMailbox, patience, phone } from '../../support/mailbox.js';
import { memoryMetrics } from '../../support/memory-metrics.js';
import { closedPort } from '../../support/talker.js';

const codeTo = (identifier: typeof phone | typeof email, id = 'command-1') =>
  signInCodeMessage({ id, identifier, code: '482913', validMinutes: 5 });
const sms = codeTo(phone);
const mail = codeTo(email);

/** A provider that answers when the test lets it. */
const slowProvider = () => {
  const waiting: (() => void)[] = [];
  let closes = 0;
  const provider: Provider<PhoneNumber> = {
    name: 'slow',
    connectionsMax: 2,
    send: () =>
      new Promise((resolve) => {
        waiting.push(() => resolve({ delivery: deliveries.accepted, code: '200' }));
      }),
    check: async () => ({ delivery: deliveries.later, code: 'away', note: '' }),
    close: async () => {
      closes += 1;
      for (const answer of waiting.splice(0)) answer();
    },
  };
  const answerNext = (): void => waiting.shift()?.();
  return { provider, answerNext, underWay: () => waiting.length, closes: () => closes };
};

const openSlow = () => {
  const slow = slowProvider();
  const log = memoryLog();
  const metrics = memoryMetrics();
  const messages = createMessages({ sms: slow.provider, email: null }, { log, metrics }, patience);
  return { ...slow, messages, metrics, lines: log.lines };
};

test('each message goes by the channel of its destination', async (t) => {
  const { messages, mailbox } = await openMailbox(t);
  t.deepEqual([...messages.channels], ['sms', 'email']);
  await messages.send(sms);
  await messages.send(mail);
  const sent = mailbox.letters.newestFirst().map(({ channel, to }) => [channel, to]);
  t.deepEqual(sent, [
    ['email', 'deepa@example.com'],
    ['sms', '9841234567'],
  ]);
});

test('a channel without a provider says so, and is not replaced by the other one (P-090)', async (t) => {
  const { messages, metrics, underWay } = openSlow();
  t.deepEqual([...messages.channels], ['sms']);
  t.deepEqual(await messages.send(mail), { kind: 'unavailable' });
  t.is(underWay(), 0);
  t.is(metrics.counted('messages_total', { channel: 'email', outcome: 'unavailable' }), 1);
  t.deepEqual(await messages.check(), [
    { channel: 'sms', found: { provider: 'slow', isReady: false, text: 'later (away)' } },
    { channel: 'email', found: null },
  ]);
});

test('neither logs nor metrics hold a number, an address, a text or a secret (P-090, P-121)', async (t) => {
  const open = await openMailbox(t);
  const { messages, mailbox, lines } = open;
  const seen = [];
  for (const code of [1002, 1007, 1000, 1012, 1999]) {
    mailbox.sms.next({ kind: 'refuse', code });
    seen.push(await messages.send(sms));
  }
  mailbox.sms.next({ kind: 'answer', status: 500, body: `no: mailbox-token ${sms.text}` });
  mailbox.sms.next({ kind: 'hangUp' });
  for (const text of ['5.1.1 <deepa@example.com> is unknown', 'mailbox-password is wrong']) {
    mailbox.mail.next({ kind: 'refuse', at: 'receiver', code: 550, text });
    mailbox.mail.next({ kind: 'refuse', at: 'login', code: 535, text });
  }
  for (const each of [sms, sms, sms, mail, mail, mail, mail]) seen.push(await messages.send(each));
  t.is(mailbox.letters.newestFirst().length, 2);
  const dark = await openMailbox(t, {
    sms: { baseUrl: `http://127.0.0.1:${await closedPort(t)}/v2`, token: 'a-token-of-ours' },
    email: { account: { username: 'mailbox', password: 'a-password-of-ours' } },
  });
  seen.push(await dark.messages.send(sms), await dark.messages.send(mail));
  seen.push(await dark.messages.check(), await messages.check());
  const told = JSON.stringify([lines, dark.lines, seen]);
  t.is(lines.length, 12);
  t.regex(told, /\+977…67/);
  t.regex(told, /d…@e….com/);
  const never = /98412345|deepa|example|482913|sign-in code|mailbox-token|of-ours|-password/;
  t.notRegex(told, never);
});

test('operators are told of what they can mend, and not of wrong numbers', async (t) => {
  const { messages, mailbox, lines, metrics } = await openMailbox(t);
  for (const code of [1012, 1007]) {
    mailbox.sms.next({ kind: 'refuse', code });
    await messages.send(sms);
  }
  await messages.send(sms);
  t.deepEqual(
    lines.map(({ level, fields }) => [level, fields.outcome, fields.cause]),
    [
      ['error', 'configuration', '1012'],
      ['info', 'refused-receiver', '1007'],
      ['info', 'accepted', '200'],
    ],
  );
  t.is(metrics.counted('messages_total', { purpose: 'sign-in-code' }), 3);
});

test('many messages share a few connections, and all of them arrive once', async (t) => {
  const { messages, mailbox } = await openMailbox(t);
  const ids = Array.from({ length: 60 }, (_, index) => `command-${index}`);
  const wishes = ids.flatMap((id) => [codeTo(phone, id), codeTo(email, id)]);
  const outcomes = await Promise.all(wishes.map((wish) => messages.send(wish)));
  t.deepEqual(new Set(outcomes.map(({ kind }) => kind)), new Set(['accepted']));
  t.is(mailbox.letters.newestFirst().length, 120);
  t.true(mailbox.sms.connectionsSeenMax() <= 5, `${mailbox.sms.connectionsSeenMax()}`);
  t.true(mailbox.mail.connectionsSeenMax() <= 5, `${mailbox.mail.connectionsSeenMax()}`);
  const mailIds = mailbox.letters.newestFirst().map(({ messageId }) => messageId);
  t.is(new Set(mailIds.filter((id) => id !== null)).size, 60);
});

test('more than may wait are turned away at once, and may come again', async (t) => {
  const { messages, answerNext, underWay, metrics, lines } = openSlow();
  const wishes = Array.from({ length: 600 }, () => messages.send(sms));
  const away = await Promise.race(wishes);
  t.deepEqual(away, { kind: 'failed', retry: 'later' });
  await nextTurn();
  t.is(metrics.counted('messages_total', { outcome: 'later' }), 98, '2 under way, 500 waiting');
  t.is(lines.filter(({ fields }) => fields.cause === 'busy').length, 98);
  while (underWay() > 0) {
    t.true(underWay() <= 2);
    answerNext();
    await nextTurn();
  }
  await Promise.all(wishes);
  t.is(metrics.counted('messages_total', { outcome: 'accepted' }), 502);
});

test('a bug of a provider is the caller’s to see, and blocks nobody', async (t) => {
  const bug = new TypeError('x is undefined');
  const { provider } = slowProvider();
  const broken = { ...provider, connectionsMax: 1, send: () => Promise.reject(bug) };
  const messages = createMessages(
    { sms: broken, email: null },
    { log: memoryLog(), metrics: memoryMetrics() },
  );
  t.is(await t.throwsAsync(messages.send(sms)), bug);
  t.is(await t.throwsAsync(messages.send(sms)), bug);
});

test('stopping waits for what is under way, and takes nothing new', async (t) => {
  const { messages, answerNext, underWay, closes } = openSlow();
  const first = messages.send(sms);
  await nextTurn();
  const closing = messages.close(60_000);
  t.deepEqual(await messages.send(sms), { kind: 'failed', retry: 'later' });
  t.is(underWay(), 1);
  t.is(closes(), 0, 'its connection is still needed');
  answerNext();
  t.deepEqual(await first, { kind: 'accepted' });
  await closing;
  t.is(closes(), 1);
});

test('whoever waits for a connection when it stops is sent away', async (t) => {
  const { messages, answerNext, underWay } = openSlow();
  const wishes = [sms, sms, sms].map((wish) => messages.send(wish));
  await nextTurn();
  t.is(underWay(), 2);
  const closing = messages.close(60_000);
  t.deepEqual(await wishes[2], { kind: 'failed', retry: 'later' });
  answerNext();
  answerNext();
  await closing;
});

test('stopping does not wait for ever: what hangs has an unknown outcome', async (t) => {
  const { messages, mailbox } = await openMailbox(t);
  mailbox.sms.next({ kind: 'silence' });
  mailbox.mail.next({ kind: 'silence', at: 'message' });
  const arrived = new Promise<void>((resolve) => {
    const end = mailbox.letters.onAdded(() => {
      if (mailbox.letters.newestFirst().length < 2) return;
      end();
      resolve();
    });
  });
  const wishes = [messages.send(sms), messages.send(mail)];
  await arrived;
  await messages.close(10);
  const unknownOutcome = { kind: 'failed', retry: 'unknown-outcome' } as const;
  t.deepEqual(await Promise.all(wishes), [unknownOutcome, unknownOutcome]);
  await messages.close(10);
});
