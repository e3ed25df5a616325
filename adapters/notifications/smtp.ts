/** E-mail by SMTP, over a pool of connections. */

import { createHash } from 'node:crypto';
import nodemailer, { type SMTPPoolOptions } from 'nodemailer';
import type { EmailAddress } from '../../domain/shared/identifier.js';
import { type Attempt, deliveries, type Provider } from './provider.js';
import { readSmtpError } from './smtp-errors.js';

/** `tls` from the first byte, or by `starttls`; `none` is for a server on the same machine. */
export const smtpSecurities = ['starttls', 'tls', 'none'] as const;

export interface SmtpOptions {
  readonly host: string;
  readonly port: number;
  readonly security: (typeof smtpSecurities)[number];
  /** `null` for servers that let us in by our address. */
  readonly account: { readonly username: string; readonly password: string } | null;
  /** Who the messages come from, as receivers read it. */
  readonly from: { readonly name: string; readonly address: EmailAddress };
  /** For the connection, the greeting, and each silence of the server. */
  readonly timeoutMs: number;
}

const connectionsMax = 5;
const messagesPerConnectionMax = 100;
/** Servers hang up on idle clients after minutes; we do so first. */
const idleMsMax = 30_000;
const replyBytesMax = 64 * 1_024;
/** A server may be slow at each step, but a whole message takes so many time-outs at most. */
const timeoutsPerMessageMax = 2;
/**
 * The client takes another connection when one turns out dead before a byte of the message was
 * read: so much repeating cannot make a second message, and one time is enough.
 */
const reconnectsMax = 1;

const messageIdLength = 32;

/** One command's message has one id, however often it is handed in. It gives nothing away. */
const messageIdOf = (id: string, { address }: SmtpOptions['from']): string => {
  const digest = createHash('sha256').update(id).digest('hex').slice(0, messageIdLength);
  return `<${digest}@${address.slice(address.indexOf('@') + 1)}>`;
};

/** A header is one line, whatever its text is made of. */
const oneLine = (text: string): string => text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();

const transportOptions = (options: SmtpOptions): SMTPPoolOptions & { pool: true } => {
  const { host, port, security, account, timeoutMs } = options;
  const access =
    account === null
      ? {}
      : { auth: { user: account.username, pass: account.password }, forceAuth: true };
  return {
    pool: true,
    host,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    ...access,
    maxConnections: connectionsMax,
    maxMessages: messagesPerConnectionMax,
    maxRequeues: reconnectsMax,
    idleTimeout: idleMsMax,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
    maxResponseSize: replyBytesMax,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
};

/** Nothing connects before the first message. */
export const createSmtp = (options: SmtpOptions): Provider<EmailAddress> => {
  const transport = nodemailer.createTransport(transportOptions(options));
  const { from, timeoutMs } = options;
  let isClosed = false;
  const attemptAfter = (error: unknown): Attempt =>
    isClosed ? { delivery: deliveries.unknownOutcome, code: 'closed' } : readSmtpError(error);
  return {
    name: 'smtp',
    connectionsMax,
    send: async ({ id, to, subject, text }) => {
      try {
        await transport.sendMail({
          from,
          // As an object: as text it would be read for names, groups and commas.
          to: { name: '', address: to },
          envelope: { from: from.address, to: [to] },
          messageId: messageIdOf(id, from),
          subject: oneLine(subject),
          text,
          // Holiday notices do not answer what a machine has written (RFC 3834).
          headers: { 'Auto-Submitted': 'auto-generated' },
          signal: AbortSignal.timeout(timeoutMs * timeoutsPerMessageMax),
        });
        return { delivery: deliveries.accepted, code: 'accepted' };
      } catch (error) {
        return attemptAfter(error);
      }
    },
    check: async () => {
      try {
        await transport.verify();
        return { delivery: deliveries.accepted, code: 'accepted', note: 'the server lets us in' };
      } catch (error) {
        return { ...attemptAfter(error), note: '' };
      }
    },
    close: async () => {
      isClosed = true;
      transport.close({ force: true });
    },
  };
};
