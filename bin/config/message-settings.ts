/** Settings of the ways to send messages: SMS by Sparrow, e-mail by SMTP. */

import { smtpSecurities } from '../../adapters/notifications/smtp.js';
import { EmailAddress, readEmailAddress } from '../../domain/shared/identifier.js';
import {
  host,
  name,
  optional,
  plain,
  port,
  SettingText,
  secretOf,
  textLike,
  urlOf,
  wholeNumber,
  wordOf,
} from './setting.js';

const emailAddress = new SettingText<EmailAddress>('an e-mail address', {
  is: EmailAddress.is,
  parse: readEmailAddress,
  print: (address) => address,
});
const displayName = textLike('a name of at most 60 characters', /^[^\p{Cc}<>"@,;]{1,60}$/u);
const account = textLike('text without blanks', /^\S{1,200}$/);
/** Longer than that, and the request that wants the message would be over first. */
const timeout = wholeNumber('seconds', 1, 10);

export const messageSettings = {
  smsUrl: plain(
    'SMS_URL',
    urlOf('https', 'http'),
    'https://api.sparrowsms.com/v2',
    'Where the HTTP calls of Sparrow SMS begin.',
  ),
  smsToken: optional(
    'secret',
    'SMS_TOKEN',
    secretOf(1),
    'Token of the account there. Without it nobody can sign in by phone; `start` has a mailbox.',
  ),
  smsSender: optional('plain', 'SMS_SENDER', name, 'The sender that is approved for the account.'),
  smsTimeoutSeconds: plain(
    'SMS_TIMEOUT_SECONDS',
    timeout,
    '10',
    'An answer must have come by then; after that nobody knows whether the SMS goes out.',
  ),
  smtpHost: optional(
    'plain',
    'SMTP_HOST',
    host,
    'Mail server. Without it nobody can sign in by e-mail; `start` has a mailbox.',
  ),
  smtpPort: plain('SMTP_PORT', port, '587', 'Port of the mail server.'),
  smtpSecurity: plain(
    'SMTP_SECURITY',
    wordOf(smtpSecurities),
    'starttls',
    'Encryption: begun by STARTTLS (587), from the first byte (465), or none (same machine only).',
  ),
  smtpUsername: optional('plain', 'SMTP_USERNAME', account, 'Account at the mail server.'),
  smtpPassword: optional('secret', 'SMTP_PASSWORD', secretOf(1), 'Password of that account.'),
  smtpFrom: optional('plain', 'SMTP_FROM', emailAddress, 'Address that e-mails come from.'),
  smtpFromName: plain('SMTP_FROM_NAME', displayName, 'PowerBank', 'Name beside that address.'),
  smtpTimeoutSeconds: plain(
    'SMTP_TIMEOUT_SECONDS',
    timeout,
    '10',
    'For the connection, and for each silence of the mail server; a message has twice as long.',
  ),
  mailboxPort: plain(
    'MAILBOX_PORT',
    port,
    '21083',
    'Port of the page that shows messages when `start` has no providers; loopback only.',
    '0 takes any free one.',
  ),
};
