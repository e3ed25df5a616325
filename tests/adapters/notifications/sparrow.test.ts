import { createServer as createTlsServer } from 'node:tls';
import test from 'ava';
import { readSparrowAnswer } from '../../../adapters/notifications/sparrow-answers.js';
import { signInCodeMessage } from '../../../commands/account/message-texts.js';
import { openMailbox, phone } from '../../support/mailbox.js';
import { closedPort, listening, startTalker } from '../../support/talker.js';
import { makeCertificate } from '../eventstore-node/certificates.js';

const message = signInCodeMessage({
  id: 'command-1',
  identifier: phone,
  code: '482913',
  validMinutes: 5,
});

const accepted = { kind: 'accepted' } as const;
const receiver = { kind: 'refused', reason: 'receiver' } as const;
const unfit = { kind: 'refused', reason: 'message' } as const;
const later = { kind: 'failed', retry: 'later' } as const;
const configuration = { kind: 'failed', retry: 'configuration' } as const;
const unknownOutcome = { kind: 'failed', retry: 'unknown-outcome' } as const;

test('a code arrives at the number, in the form that Sparrow wants', async (t) => {
  const { messages, lettersTo, codeFor } = await openMailbox(t);
  t.deepEqual(await messages.send(message), accepted);
  t.is(await codeFor('+977 9841234567'), '482913');
  const [letter] = lettersTo('9841234567');
  t.like(letter, { to: '9841234567', from: 'PowerBank', text: message.text, subject: null });
});

const codes = [
  [1000, unfit],
  [1001, configuration],
  [1002, configuration],
  [1003, configuration],
  [1004, configuration],
  [1005, configuration],
  [1006, configuration],
  [1007, receiver],
  [1008, configuration],
  [1010, unfit],
  [1011, receiver],
  [1012, configuration],
  [1013, configuration],
  [1999, configuration],
] as const;

test('each code of Sparrow has its class, and nothing is kept or repeated', async (t) => {
  const { mailbox, messages } = await openMailbox(t);
  for (const [code, delivery] of codes) {
    mailbox.sms.next({ kind: 'refuse', code });
    t.deepEqual(await messages.send(message), delivery, String(code));
  }
  t.is(mailbox.sms.sendRequests(), codes.length);
  t.deepEqual(mailbox.letters.newestFirst(), []);
});

test('the contract itself refuses what is wrong with the request', async (t) => {
  const changes = [
    [{ token: 'another' }, configuration],
    [{ sender: 'Somebody' }, configuration],
  ] as const;
  for (const [sms, delivery] of changes) {
    const { messages } = await openMailbox(t, { sms });
    t.deepEqual(await messages.send(message), delivery);
  }
  const { messages } = await openMailbox(t);
  t.deepEqual(await messages.send({ ...message, text: ' ' }), unfit);
});

const json = (code: unknown): string => JSON.stringify({ response_code: code });

const answers = [
  [200, json(200), accepted],
  [200, json(1007), receiver],
  [403, json(200), configuration],
  [200, json(299), unknownOutcome],
  [200, json('200'), unknownOutcome],
  [200, '{"count":1}', unknownOutcome],
  [200, '<html>Welcome</html>', unknownOutcome],
  [200, '', unknownOutcome],
  [204, '', unknownOutcome],
  [302, '', configuration],
  [400, 'Bad Request', configuration],
  [401, '', configuration],
  [403, 'Forbidden', configuration],
  [404, 'Not Found', configuration],
  [408, '', unknownOutcome],
  [429, '', later],
  [500, json(500), unknownOutcome],
  [502, 'Bad Gateway', unknownOutcome],
  [503, '', unknownOutcome],
] as const;

test('an answer that is not in the contract is never taken for success', async (t) => {
  const { mailbox, messages } = await openMailbox(t);
  for (const [status, body, delivery] of answers) {
    mailbox.sms.next({ kind: 'answer', status, body });
    t.deepEqual(await messages.send(message), delivery, `${status} ${body}`);
    t.deepEqual(readSparrowAnswer(status, body).delivery, delivery);
  }
  t.is(mailbox.sms.sendRequests(), answers.length);
});

test('after a time-out the outcome is unknown, and the message is not sent again', async (t) => {
  const { mailbox, messages, lettersTo } = await openMailbox(t, { sms: { timeoutMs: 3_000 } });
  mailbox.sms.next({ kind: 'silence' });
  t.deepEqual(await messages.send(message), unknownOutcome);
  t.is(lettersTo('9841234567').length, 1, 'it had been taken');
  t.deepEqual(await messages.send(message), accepted, 'the next one goes out');
  t.is(mailbox.sms.sendRequests(), 2);
});

test('after a lost connection the outcome is unknown, and the message is not sent again', async (t) => {
  const { mailbox, messages } = await openMailbox(t);
  t.deepEqual(await messages.send(message), accepted, 'a connection is open now');
  mailbox.sms.next({ kind: 'hangUp' });
  t.deepEqual(await messages.send(message), unknownOutcome);
  t.is(mailbox.sms.sendRequests(), 2);
});

test('what never got a connection may be sent again', async (t) => {
  const refused = { baseUrl: `http://127.0.0.1:${await closedPort(t)}/v2` };
  const { messages } = await openMailbox(t, { sms: refused });
  t.deepEqual(await messages.send(message), later);
  const nowhere = { baseUrl: 'http://sparrow.invalid/v2' };
  const elsewhere = await openMailbox(t, { sms: nowhere });
  t.deepEqual(await elsewhere.messages.send(message), later);
});

test('what speaks no HTTP, or endlessly, is cut off and has an unknown outcome', async (t) => {
  const garbage = await startTalker(t, (socket) => socket.write('SSH-2.0-OpenSSH_9.2\r\n'));
  const flood = await startTalker(t, (socket) => {
    socket.write('HTTP/1.1 200 OK\r\n\r\n');
    const pour = (): void => {
      if (!socket.destroyed) socket.write('x'.repeat(16_384), pour);
    };
    pour();
  });
  const drip = await startTalker(t, (socket) => {
    socket.write('HTTP/1.1 200 OK\r\nX: ');
    const timer = setInterval(() => socket.write('x'), 20);
    socket.once('close', () => clearInterval(timer));
  });
  for (const port of [garbage, flood, drip]) {
    const sms = { baseUrl: `http://127.0.0.1:${port}/v2`, timeoutMs: 3_000 };
    const { messages } = await openMailbox(t, { sms });
    t.deepEqual(await messages.send(message), unknownOutcome);
  }
});

test('a redirection is not followed, so that the token stays with Sparrow', async (t) => {
  const seen: string[] = [];
  const thief = await startTalker(t, (socket) =>
    socket.once('data', (data) => seen.push(`${data}`)),
  );
  const port = await startTalker(t, (socket) => {
    const location = `http://127.0.0.1:${thief}/`;
    socket.end(`HTTP/1.1 307 Moved\r\nLocation: ${location}\r\nContent-Length: 0\r\n\r\n`);
  });
  const { messages } = await openMailbox(t, { sms: { baseUrl: `http://127.0.0.1:${port}` } });
  t.deepEqual(await messages.send(message), configuration);
  t.deepEqual(seen, []);
});

test('a server that nobody vouches for gets nothing', async (t) => {
  const { certificatePem: cert, privateKeyPem: key } = makeCertificate();
  const seen: string[] = [];
  const server = createTlsServer({ cert, key }, (socket) => {
    socket.once('data', (data) => seen.push(`${data}`));
  });
  const port = await listening(t, server);
  const sms = { baseUrl: `https://127.0.0.1:${port}/v2` };
  const { messages } = await openMailbox(t, { sms });
  t.deepEqual(await messages.send(message), configuration);
  t.deepEqual(seen, []);
});

test('a check asks for the credit and sends nothing', async (t) => {
  const { mailbox, messages } = await openMailbox(t);
  await messages.send({ ...message, text: 'x'.repeat(161) });
  const [sms] = await messages.check();
  t.deepEqual(sms, {
    channel: 'sms',
    found: { provider: 'sparrow', isReady: true, text: 'credit: 9998' },
  });
  t.is(mailbox.sms.sendRequests(), 1);
  const stranger = await openMailbox(t, { sms: { token: 'another' } });
  t.like((await stranger.messages.check())[0], {
    found: { isReady: false, text: 'configuration (1002)' },
  });
});
