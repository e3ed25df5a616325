/**
 * A mail server on a loopback port that keeps what it is given instead of delivering it. A test may
 * tell it how to treat what comes next.
 */

import { buffer } from 'node:stream/consumers';
import * as E from 'fp-ts/lib/Either.js';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import type { Clock } from '../../../ports/clock.js';
import type { Log } from '../../../ports/log.js';
import type { Letters } from './letters.js';
import { listenOnLoopback, type MailboxStartError } from './loopback.js';

export interface MailAccount {
  readonly username: string;
  readonly password: string;
}

export type MailStep = 'greeting' | 'login' | 'sender' | 'receiver' | 'message';

/** How to treat the next client that comes to a step. */
export type MailTreatment =
  /** The message is not taken. */
  | { readonly kind: 'refuse'; readonly at: MailStep; readonly code: number; readonly text: string }
  /** The reply never comes. At the last step the message is taken, as it is when hanging up. */
  | { readonly kind: 'silence'; readonly at: MailStep }
  | { readonly kind: 'hangUp'; readonly at: MailStep };

export interface MailServer {
  readonly port: number;
  /** Treats one client so, after those that were said before for the same step. */
  next(treatment: MailTreatment): void;
  /** Times that clients have come to a step. */
  seen(step: MailStep): number;
  /** Most connections that were open at once. */
  connectionsSeenMax(): number;
  stop(): Promise<void>;
}

interface MailServerOptions {
  readonly account: MailAccount;
  readonly letters: Letters;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
}

const messageBytesMax = 256 * 1_024;
/** Clients that are in the middle of something when the server stops get so long. */
const closeMs = 100;

type Done = (error?: Error | null) => void;

const refusalOf = (code: number, text: string): Error =>
  Object.assign(new Error(text), { responseCode: code });

/** The treatments that wait, and how often each step was reached. */
const createScript = () => {
  const treatments: MailTreatment[] = [];
  const counts = new Map<MailStep, number>();
  return {
    next: (treatment: MailTreatment): void => {
      treatments.push(treatment);
    },
    seen: (step: MailStep): number => counts.get(step) ?? 0,
    reach: (step: MailStep): MailTreatment | null => {
      counts.set(step, (counts.get(step) ?? 0) + 1);
      const index = treatments.findIndex(({ at }) => at === step);
      return index < 0 ? null : (treatments.splice(index, 1)[0] ?? null);
    },
  };
};

const keep = (
  { letters, clock }: MailServerOptions,
  { from, subject, messageId, text }: Email,
  receivers: readonly string[],
): void => {
  for (const to of receivers) {
    letters.add({
      at: clock.now(),
      channel: 'email',
      from: from?.address ?? '',
      to,
      subject: subject ?? '',
      messageId: messageId ?? '',
      text: (text ?? '').trimEnd(),
    });
  }
};

/** The steps of a session: as the script says, else as the account and the message say. */
const handlersOf = (
  options: MailServerOptions,
  reach: (step: MailStep) => MailTreatment | null,
  hangUp: (sessionId: string) => void,
): SMTPServerOptions => {
  const { account, log } = options;
  const step = (at: MailStep, { id }: { readonly id: string }, done: Done, usual = done): void => {
    const treatment = reach(at);
    if (treatment === null) usual();
    if (treatment?.kind === 'refuse') done(refusalOf(treatment.code, treatment.text));
    if (treatment?.kind === 'hangUp') hangUp(id);
  };
  return {
    onConnect: (session, done) => step('greeting', session, done),
    onAuth: ({ username, password }, session, done) =>
      step('login', session, done, () => {
        const isOurs = username === account.username && password === account.password;
        if (isOurs) done(null, { user: username });
        else done(refusalOf(535, '5.7.8 wrong user name or password'));
      }),
    onMailFrom: (_address, session, done) => step('sender', session, done),
    onRcptTo: (_address, session, done) => step('receiver', session, done),
    onData: (stream, session, done) => {
      const take = async (): Promise<void> => {
        try {
          const mail = await PostalMime.parse(await buffer(stream));
          const treatment = reach('message');
          if (treatment?.kind === 'refuse') {
            done(refusalOf(treatment.code, treatment.text));
            return;
          }
          const receivers = session.envelope.rcptTo.map(({ address }) => address);
          keep(options, mail, receivers);
          if (treatment === null) done();
          if (treatment?.kind === 'hangUp') hangUp(session.id);
        } catch (error) {
          log.error('the mailbox cannot read a message', { error });
          done(refusalOf(554, '5.6.0 the message cannot be read'));
        }
      };
      void take();
    },
  };
};

/** @returns the server, or why its port cannot be had. */
export const startMailServer = async (
  options: MailServerOptions,
): Promise<E.Either<MailboxStartError, MailServer>> => {
  const { reach, next, seen } = createScript();
  let openMax = 0;
  const hangUp = (sessionId: string): void => {
    for (const each of server.connections) if (each.session.id === sessionId) each.close();
  };
  const server = new SMTPServer({
    ...handlersOf(options, reach, hangUp),
    name: 'mailbox',
    banner: 'nothing is really sent',
    // On loopback there is nobody to hide from, and the library's own certificate is public.
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    disableReverseLookup: true,
    size: messageBytesMax,
    rejectOversized: true,
    closeTimeout: closeMs,
  });
  server.on('error', (error) => options.log.debug('a client of the mail server', { error }));
  server.on('connect', () => {
    openMax = Math.max(openMax, server.connections.size);
  });
  const listening = await listenOnLoopback(server.server, 0);
  if (E.isLeft(listening)) return listening;
  return E.right({
    port: listening.right,
    next,
    seen,
    connectionsSeenMax: () => openMax,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  });
};
