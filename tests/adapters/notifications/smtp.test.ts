import { createServer as createTlsServer } from 'node:tls';
import test from 'ava';
import type { MailTreatment } from '../../../adapters/embedded/mailbox/mail-server.js';
import { readSmtpError } from '../../../adapters/notifications/smtp-errors.js';
import { setUpLinkMessage, signInCodeMessage } from '../../../commands/account/message-texts.js';
import { brandOrThrow } from '../../../domain/shared/brand.js';
import { EmailAddress } from '../../../domain/shared/identifier.js';
import { email, openMailbox } from '../../support/mailbox.js';
import { closedPort, listening, startTalker } from '../../support/talker.js';
import { makeCertificate } from '../eventstore-node/certificates.js';

const message = signInCodeMessage({
  id: 'command-1',
  identifier: email,
  code: '482913',
  validMinutes: 5,
});

const accepted = { kind: 'accepted' } as const;
const receiver = { kind: 'refused', reason: 'receiver' } as const;
const unfit = { kind: 'refused', reason: 'message' } as const;
const later = { kind: 'failed', retry: 'later' } as const;
const configuration = { kind: 'failed', retry: 'configuration' } as const;
const unknownOutcome = { kind: 'failed', retry: 'unknown-outcome' } as const;

test('a code arrives at the address, with its subject and its own id', async (t) => {
  const { messages, lettersTo, codeFor, mailbox } = await openMailbox(t);
  t.deepEqual(await messages.send(message), accepted);
  t.is(await codeFor('Deepa@Example.com'), '482913');
  const [letter] = lettersTo(email.value);
  t.like(letter, { from: 'powerbank@mailbox.invalid', subject: message.subject });
  t.is(letter?.text, message.text);
  t.deepEqual(await messages.send(message), accepted);
  t.deepEqual(await messages.send({ ...message, id: 'command-2' }), accepted);
  const ids = mailbox.letters.newestFirst().map(({ messageId }) => messageId);
  t.is(new Set(ids).size, 2, 'a command has one id, however often it is sent');
  t.regex(ids[0] ?? '', /^<[0-9a-f]{32}@mailbox\.invalid>$/);
});

const refusal = (at: MailTreatment['at'], code: number, text: string): MailTreatment => ({
  kind: 'refuse',
  at,
  code,
  text,
});

const replies = [
  [refusal('greeting', 421, '4.3.2 too many connections'), later],
  [refusal('greeting', 554, '5.7.1 your address is blocked'), configuration],
  [refusal('login', 535, '5.7.8 wrong'), configuration],
  [refusal('login', 454, '4.7.0 not now'), later],
  [refusal('sender', 550, '5.7.1 you may not send as that'), configuration],
  [refusal('sender', 451, '4.3.0 not now'), later],
  [refusal('receiver', 550, '5.1.1 no such user'), receiver],
  [refusal('receiver', 550, 'no such user'), receiver],
  [refusal('receiver', 552, '5.2.2 the mailbox is full'), receiver],
  [refusal('receiver', 550, '5.7.1 relaying denied'), configuration],
  [refusal('receiver', 530, '5.7.0 log in first'), configuration],
  [refusal('receiver', 451, '4.7.1 greylisted'), later],
  [refusal('receiver', 450, '4.2.0 busy'), later],
  [refusal('receiver', 503, '5.5.1 bad sequence'), later],
  [refusal('message', 451, '4.3.0 not now'), later],
  [refusal('message', 452, '4.3.1 no space'), later],
  [refusal('message', 550, '5.1.1 no such user'), receiver],
  [refusal('message', 554, '5.7.1 looks like spam'), unfit],
  [refusal('message', 552, '5.3.4 too large'), unfit],
] as const;

for (const [treatment, delivery] of replies) {
  const { at } = treatment;
  const reply = treatment.kind === 'refuse' ? `${treatment.code} ${treatment.text}` : '';
  test(`at the ${at}: ${reply}`, async (t) => {
    const { mailbox, messages } = await openMailbox(t);
    mailbox.mail.next(treatment);
    t.deepEqual(await messages.send(message), delivery);
    t.is(mailbox.mail.seen(at), 1, 'it was tried once');
    t.deepEqual(mailbox.letters.newestFirst(), []);
    t.deepEqual(await messages.send(message), accepted, 'and it is over');
  });
}

test('a wrong password is for operators, and so is a server that wants none', async (t) => {
  const account = { username: 'mailbox', password: 'wrong' };
  const { messages } = await openMailbox(t, { email: { account } });
  t.deepEqual(await messages.send(message), configuration);
  const stranger = await openMailbox(t, { email: { account: null } });
  t.deepEqual(await stranger.messages.send(message), configuration);
  const open = await startTalker(t, (socket) => {
    socket.write('220 open\r\n');
    socket.on('data', (data) => {
      const isHello = /^EHLO/.test(String(data));
      socket.write(isHello ? '250 open\r\n' : '502 5.5.1 no such command\r\n');
    });
  });
  const careless = await openMailbox(t, { email: { port: open } });
  t.deepEqual(await careless.messages.send(message), configuration);
});

test('after a time-out the outcome is unknown, and the message is not sent again', async (t) => {
  const { mailbox, messages, lettersTo } = await openMailbox(t, { email: { timeoutMs: 3_000 } });
  mailbox.mail.next({ kind: 'silence', at: 'message' });
  t.deepEqual(await messages.send(message), unknownOutcome);
  t.is(lettersTo(email.value).length, 1, 'it had been taken');
  t.deepEqual(await messages.send(message), accepted, 'the next one goes out');
  t.is(mailbox.mail.seen('message'), 2);
});

test('after a lost connection the outcome is unknown, and the message is not sent again', async (t) => {
  const { mailbox, messages } = await openMailbox(t);
  t.deepEqual(await messages.send(message), accepted, 'a connection is open now');
  mailbox.mail.next({ kind: 'hangUp', at: 'message' });
  t.deepEqual(await messages.send(message), unknownOutcome);
  t.is(mailbox.mail.seen('message'), 2);
  t.is(mailbox.letters.newestFirst().length, 2);
});

test('a connection that died while it was idle costs no message, and makes no second one', async (t) => {
  const { mailbox, messages } = await openMailbox(t);
  t.deepEqual(await messages.send(message), accepted);
  mailbox.mail.next({ kind: 'hangUp', at: 'sender' });
  t.deepEqual(await messages.send({ ...message, id: 'command-2' }), accepted);
  t.is(mailbox.mail.seen('message'), 2);
  t.is(mailbox.letters.newestFirst().length, 2);
});

test('what never became a conversation may be sent again', async (t) => {
  const nobody = await openMailbox(t, { email: { port: await closedPort(t) } });
  t.deepEqual(await nobody.messages.send(message), later);
  const nowhere = await openMailbox(t, { email: { host: 'mail.invalid' } });
  t.deepEqual(await nowhere.messages.send(message), later);
  const silent = await startTalker(t, () => undefined);
  const waiting = await openMailbox(t, { email: { port: silent, timeoutMs: 2_000 } });
  t.deepEqual(await waiting.messages.send(message), later);
  let connections = 0;
  const curt = await startTalker(t, (socket) => {
    connections += 1;
    socket.end();
  });
  const sentAway = await openMailbox(t, { email: { port: curt } });
  t.deepEqual(await sentAway.messages.send(message), later);
  t.is(connections, 2, 'one more try, since nothing was said');
});

/** Replies to the commands of a client, in turn; the last one over and over. */
const script =
  (greeting: string, ...lines: readonly string[]) =>
  (socket: { write(text: string): void; on(event: 'data', listen: () => void): void }): void => {
    socket.write(`${greeting}\r\n`);
    let next = 0;
    socket.on('data', () => {
      socket.write(`${lines[Math.min(next, lines.length - 1)]}\r\n`);
      next += 1;
    });
  };

const conversations = [
  ['another protocol', script('SSH-2.0-OpenSSH_9.2'), configuration],
  ['a greeting that says no', script('554 go away'), configuration],
  ['nonsense to the sender', script('220 hi', '250 hi', 'hm?'), configuration],
  ['nonsense to the receiver', script('220 hi', '250 hi', '250 ok', 'hm?'), configuration],
  ['nonsense to the wish to write', script('220 hi', '250 hi', '250', '250', '?'), configuration],
  ['nonsense to the message', script('220', '250', '250', '250', '354', '?'), unknownOutcome],
  ['yes to everything', script('220', '250', '250', '250', '354', '250'), accepted],
  ['a reply without an end', script('220 hi', `250-${'x'.repeat(80_000)}`), unknownOutcome],
] as const;

for (const [title, talk, delivery] of conversations) {
  test(`a server that answers with ${title}`, async (t) => {
    const port = await startTalker(t, talk);
    const { messages } = await openMailbox(t, {
      email: { port, account: null, timeoutMs: 10_000 },
    });
    t.deepEqual(await messages.send(message), delivery);
  });
}

test('a server that trickles its replies is given up', async (t) => {
  const port = await startTalker(t, (socket) => {
    socket.write('220 hi\r\n250-');
    const timer = setInterval(() => socket.write('x'), 20);
    socket.once('close', () => clearInterval(timer));
  });
  const { messages } = await openMailbox(t, { email: { port, timeoutMs: 2_000 } });
  t.deepEqual(await messages.send(message), unknownOutcome);
});

test('without encryption nothing is said to a server that should have it', async (t) => {
  const seen: string[] = [];
  const plain = await startTalker(t, (socket) => {
    socket.write('220 hi\r\n');
    socket.on('data', (data) => {
      seen.push(String(data));
      socket.write(/^EHLO/.test(String(data)) ? '250-hi\r\n250 AUTH PLAIN\r\n' : '502 no\r\n');
    });
  });
  const { messages } = await openMailbox(t, { email: { port: plain, security: 'starttls' } });
  t.deepEqual(await messages.send(message), configuration);
  t.notRegex(seen.join(''), /AUTH|MAIL/);
});

test('a server that nobody vouches for gets nothing', async (t) => {
  const { certificatePem: cert, privateKeyPem: key } = makeCertificate();
  const seen: string[] = [];
  const server = createTlsServer({ cert, key }, (socket) => {
    socket.write('220 hi\r\n');
    socket.on('data', (data) => seen.push(String(data)));
  });
  const port = await listening(t, server);
  const { messages } = await openMailbox(t, { email: { port, security: 'tls' } });
  t.deepEqual(await messages.send(message), configuration);
  t.deepEqual(seen, []);
});

test('no text gets into a header, nor ends the message early', async (t) => {
  const { messages, lettersTo, mailbox } = await openMailbox(t);
  const evil = {
    ...message,
    id: 'x\r\nBcc: evil@example.com',
    subject: 'Hi\r\nBcc: evil@example.com\r\n\r\nBody\u2028\u0000',
    text: 'a\r\n.\r\nMAIL FROM:<evil@example.com>\r\nRCPT TO:<evil@example.com>\n.\n..b\r.\r',
  };
  t.deepEqual(await messages.send(evil), accepted);
  const letters = mailbox.letters.newestFirst();
  t.is(letters.length, 1);
  t.deepEqual(lettersTo(email.value), letters);
  t.is(letters[0]?.subject, 'Hi Bcc: evil@example.com Body');
  t.regex(letters[0]?.messageId ?? '', /^<[0-9a-f]{32}@mailbox\.invalid>$/);
  t.is(letters[0]?.text.split(/\r\n|\r|\n/).length, evil.text.split(/\r\n|\r|\n/).length - 1);
  t.regex(letters[0]?.text ?? '', /^a\s+\.\s+MAIL FROM:<evil@example\.com>\s/);
});

test('an address is one receiver, whatever signs are in it', async (t) => {
  const { messages, lettersTo } = await openMailbox(t);
  const odd = "o'neil+x&y=1~z@example.com";
  const to = brandOrThrow(EmailAddress, odd);
  const link = { id: 'command-1', to, link: 'https://x.example/1', validHours: 24 };
  t.deepEqual(await messages.send(setUpLinkMessage(link)), accepted);
  t.is(lettersTo(odd).length, 1);
});

test('a check logs in and sends nothing', async (t) => {
  const { mailbox, messages } = await openMailbox(t);
  const [, mail] = await messages.check();
  t.deepEqual(mail, {
    channel: 'email',
    found: { provider: 'smtp', isReady: true, text: 'the server lets us in' },
  });
  t.deepEqual([mailbox.mail.seen('login'), mailbox.mail.seen('sender')], [1, 0]);
  mailbox.mail.next(refusal('login', 535, '5.7.8 wrong'));
  t.like((await messages.check())[1], {
    found: { isReady: false, text: 'configuration (EAUTH-535)' },
  });
});

test('an error that is none of the client is a bug, and no outcome', (t) => {
  const bug = new TypeError('x is undefined');
  t.is(
    t.throws(() => readSmtpError(bug)),
    bug,
  );
});
