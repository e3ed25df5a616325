import test from 'ava';
import {
  checkMessage,
  setUpLinkMessage,
  signInCodeMessage,
} from '../../commands/account/message-texts.js';
import { brandOrThrow } from '../../domain/shared/brand.js';
import { EmailAddress, PhoneNumber } from '../../domain/shared/identifier.js';

const phone = { kind: 'phone', value: brandOrThrow(PhoneNumber, '+9779841234567') } as const;
const email = { kind: 'email', value: brandOrThrow(EmailAddress, 'deepa@example.com') } as const;
const code = { id: 'command-1', code: '482913', validMinutes: 5 };

const link = /https?:|www\.|\.\w{2,3}\//;
const oneSms = /^[\x20-\x7e]{1,160}$/;

test('a code goes by the channel of its identifier and no other (P-090)', (t) => {
  const sms = signInCodeMessage({ ...code, identifier: phone });
  t.deepEqual(sms.destination, { kind: 'sms', to: phone.value });
  const mail = signInCodeMessage({ ...code, identifier: email });
  t.deepEqual(mail.destination, { kind: 'email', to: email.value });
});

test('an SMS is paid for once, says what it is for and how long, and holds no link', (t) => {
  const { text } = signInCodeMessage({ ...code, identifier: phone });
  t.regex(text, oneSms);
  t.regex(text, /^482913 is your PowerBank sign-in code, valid for 5 minutes\./);
  t.notRegex(text, link);
  const check = checkMessage('command-2', phone).text;
  t.regex(check, oneSms);
  t.notRegex(check, link);
});

test('an e-mail says the same, and its subject gives nothing away', (t) => {
  const { subject, text } = signInCodeMessage({ ...code, identifier: email });
  t.notRegex(subject, /482913/);
  t.regex(text, /482913[\s\S]*5 minutes/);
});

test('a set-up link goes by e-mail, with the hours that it works', (t) => {
  const wish = { id: 'command-3', to: email.value, link: 'https://x.example/s/1', validHours: 24 };
  const { destination, text, purpose } = setUpLinkMessage(wish);
  t.deepEqual([destination.kind, purpose], ['email', 'set-up-link']);
  t.regex(text, /\nhttps:\/\/x\.example\/s\/1\n[\s\S]*24 hours/);
});
