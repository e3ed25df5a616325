/** The ways there are to send messages: configured providers, or a mailbox on this machine. */

import * as E from 'fp-ts/lib/Either.js';
import { systemClock } from '../adapters/clock.js';
import type { SentLetter } from '../adapters/embedded/mailbox/letters.js';
import {
  clientsOfMailbox,
  type Mailbox,
  type MailboxPlace,
  startMailbox,
} from '../adapters/embedded/mailbox/mailbox.js';
import { visible } from '../adapters/embedded/mailbox/visible.js';
import {
  createMessages,
  type MessageTools,
  type OpenMessages,
} from '../adapters/notifications/messages.js';
import { createSmtp, type SmtpOptions } from '../adapters/notifications/smtp.js';
import { createSparrow, type SparrowOptions } from '../adapters/notifications/sparrow.js';
import type { Log } from '../ports/log.js';
import type { Channel, Messages } from '../ports/messages.js';
import { OperatorError } from './cli/operator-error.js';
import type { Terminal } from './cli/terminal.js';
import type { Config } from './config/index.js';
import { settings } from './config/settings.js';

/** The setting that gives a channel its provider. */
export const settingOfChannel: Readonly<Record<Channel, { readonly name: string }>> = {
  sms: settings.smsToken,
  email: settings.smtpHost,
};

const msPerSecond = 1_000;

const sparrowOf = (config: Config): SparrowOptions | null => {
  const { smsUrl: baseUrl, smsToken: token, smsSender: sender, smsTimeoutSeconds } = config;
  if (token === null || sender === null) return null;
  return { baseUrl, token, sender, timeoutMs: smsTimeoutSeconds * msPerSecond };
};

const smtpOf = (config: Config): SmtpOptions | null => {
  const { smtpHost: host, smtpFrom: address, smtpUsername: username } = config;
  const { smtpPassword: password, smtpPort: port, smtpSecurity: security } = config;
  if (host === null || address === null) return null;
  return {
    host,
    port,
    security,
    account: username === null || password === null ? null : { username, password },
    from: { name: config.smtpFromName, address },
    timeoutMs: config.smtpTimeoutSeconds * msPerSecond,
  };
};

/** Nothing connects before the first message. A channel that is not configured has the mailbox. */
export const openMessages = (
  config: Config,
  mailbox: MailboxPlace | null,
  tools: MessageTools,
): OpenMessages => {
  const embedded = mailbox === null ? null : clientsOfMailbox(mailbox);
  const sms = sparrowOf(config) ?? embedded?.sms ?? null;
  const email = smtpOf(config) ?? embedded?.email ?? null;
  return createMessages(
    {
      sms: sms === null ? null : createSparrow(sms),
      email: email === null ? null : createSmtp(email),
    },
    { ...tools, log: tools.log.with({ part: 'messages' }) },
  );
};

/**
 * Without a provider for a channel the API serves all the same: whoever has signed in already goes
 * on, and those who want a code there are told that it cannot be sent. Operators are told here.
 */
export const tellMissingChannels = ({ channels }: Messages, log: Log): void => {
  const all: readonly Channel[] = ['sms', 'email'];
  const missing = all
    .filter((channel) => !channels.has(channel))
    .map((channel) => settingOfChannel[channel].name);
  if (missing.length === 0) return;
  log.warn('codes cannot be sent by every channel, and nobody signs in there', { notSet: missing });
};

const channelTitles: Readonly<Record<Channel, string>> = { sms: 'SMS', email: 'e-mail' };

/** A message in one line of the terminal. */
const lineOf = ({ channel, to, subject, text }: SentLetter): string => {
  const parts = [...(subject === null ? [] : [subject]), ...text.split('\n')];
  const told = visible(parts.filter((part) => part.trim() !== '').join(' | '));
  return `  ✉ ${channelTitles[channel]} to ${visible(to)}, not really sent: ${told}`;
};

/**
 * Opens a mailbox when a channel has no provider; every message that comes is told at the terminal.
 *
 * @returns `null` when there is nothing for it to take.
 * @throws OperatorError when the port of its page cannot be had.
 */
export const openMailbox = async (
  config: Config,
  { terminal, log }: { readonly terminal: Terminal; readonly log: Log },
): Promise<Mailbox | null> => {
  const taken: readonly Channel[] = [
    ...(sparrowOf(config) === null ? (['sms'] as const) : []),
    ...(smtpOf(config) === null ? (['email'] as const) : []),
  ];
  if (taken.length === 0) return null;
  const started = await startMailbox({
    pagePort: config.mailboxPort,
    clock: systemClock,
    log: log.with({ part: 'mailbox' }),
  });
  if (E.isLeft(started)) {
    throw new OperatorError([`${settings.mailboxPort.name}: ${started.left.message}`]);
  }
  const { letters, pageUrl } = started.right;
  letters.onAdded((letter) => terminal.line(lineOf(letter)));
  const titles = taken.map((channel) => channelTitles[channel]).join(' and ');
  terminal.line(`  ✔ mailbox on ${pageUrl}: ${titles} end there, nothing of it is really sent`);
  return started.right;
};
