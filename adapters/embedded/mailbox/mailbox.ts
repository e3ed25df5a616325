/**
 * Where messages end on one machine without providers, and in tests. The program sends them by its
 * own clients, as it always does; what answers here speaks the providers' protocols.
 */

import * as E from 'fp-ts/lib/Either.js';
import { brandOrThrow } from '../../../domain/shared/brand.js';
import { EmailAddress } from '../../../domain/shared/identifier.js';
import type { Clock } from '../../../ports/clock.js';
import type { Log } from '../../../ports/log.js';
import type { SmtpOptions } from '../../notifications/smtp.js';
import type { SparrowOptions } from '../../notifications/sparrow.js';
import { createLetters, type Letters } from './letters.js';
import { loopback, type MailboxStartError } from './loopback.js';
import { type MailServer, startMailServer } from './mail-server.js';
import { type PageServer, startPageServer } from './page-server.js';
import { type SmsServer, startSmsServer } from './sms-server.js';

export interface MailboxOptions {
  /** Of the page; 0 lets the system choose one. The other two ports are always chosen. */
  readonly pagePort: number;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
}

/** Where the program's clients find a mailbox, also from another process. */
export interface MailboxPlace {
  readonly smsUrl: string;
  readonly smtpPort: number;
}

export interface Mailbox {
  readonly pageUrl: string;
  readonly place: MailboxPlace;
  readonly letters: Letters;
  readonly sms: SmsServer;
  readonly mail: MailServer;
  stop(): Promise<void>;
}

/** Whoever can reach a loopback port can read the page as well, so these are no secrets. */
const smsAccount = { token: 'mailbox-token', sender: 'PowerBank' };
const mailAccount = { username: 'mailbox', password: 'mailbox-password' };
const timeoutMs = 10_000;

/** Options that let the program's own clients send to a mailbox. */
export const clientsOfMailbox = ({
  smsUrl,
  smtpPort,
}: MailboxPlace): { readonly sms: SparrowOptions; readonly email: SmtpOptions } => ({
  sms: { baseUrl: smsUrl, ...smsAccount, timeoutMs },
  email: {
    host: loopback,
    port: smtpPort,
    security: 'none',
    account: mailAccount,
    from: { name: 'PowerBank', address: brandOrThrow(EmailAddress, 'powerbank@mailbox.invalid') },
    timeoutMs,
  },
});

/** Starts all three servers, or none; left: why a port cannot be had. */
export const startMailbox = async (
  options: MailboxOptions,
): Promise<E.Either<MailboxStartError, Mailbox>> => {
  const { pagePort, clock, log } = options;
  const letters = createLetters();
  const page = await startPageServer(letters, pagePort);
  if (E.isLeft(page)) return page;
  const sms = await startSmsServer({ account: smsAccount, letters, clock });
  if (E.isLeft(sms)) {
    await page.right.stop();
    return sms;
  }
  const mail = await startMailServer({ account: mailAccount, letters, clock, log });
  if (E.isLeft(mail)) {
    await Promise.all([page.right.stop(), sms.right.stop()]);
    return mail;
  }
  return E.right(together(letters, { page: page.right, sms: sms.right, mail: mail.right }));
};

interface Servers {
  readonly page: PageServer;
  readonly sms: SmsServer;
  readonly mail: MailServer;
}

const together = (letters: Letters, { page, sms, mail }: Servers): Mailbox => ({
  pageUrl: page.url,
  place: { smsUrl: sms.baseUrl, smtpPort: mail.port },
  letters,
  sms,
  mail,
  stop: async () => {
    await Promise.all([page.stop(), sms.stop(), mail.stop()]);
  },
});
