import type { ExecutionContext } from 'ava';
import * as E from 'fp-ts/lib/Either.js';
import { systemClock } from '../../adapters/clock.js';
import type { SentLetter } from '../../adapters/embedded/mailbox/letters.js';
import {
  clientsOfMailbox,
  type Mailbox,
  startMailbox,
} from '../../adapters/embedded/mailbox/mailbox.js';
import { createMessages, type OpenMessages } from '../../adapters/notifications/messages.js';
import { createSmtp, type SmtpOptions } from '../../adapters/notifications/smtp.js';
import { createSparrow, type SparrowOptions } from '../../adapters/notifications/sparrow.js';
import { brandOrThrow } from '../../domain/shared/brand.js';
import {
  EmailAddress,
  type Identifier,
  PhoneNumber,
  readIdentifier,
} from '../../domain/shared/identifier.js';
import { type LogLine, memoryLog } from './log.js';
import { type MemoryMetrics, memoryMetrics } from './memory-metrics.js';

export interface TestMailbox {
  readonly mailbox: Mailbox;
  /** The messages of the program, by its own clients, to this mailbox. */
  readonly messages: OpenMessages;
  readonly lines: readonly LogLine[];
  readonly metrics: MemoryMetrics;
  /** Letters to an identifier, the newest first. */
  lettersTo(identifier: string): readonly SentLetter[];
  /** The code of a letter to an identifier, once there is one that has not been asked for yet. */
  codeFor(identifier: string): Promise<string>;
}

/** What a test changes about the clients. */
interface Changes {
  readonly sms?: Partial<SparrowOptions>;
  readonly email?: Partial<SmtpOptions>;
}

const graceMs = 5_000;
/** A busy machine is no reason to turn a message away in a test. */
export const patience = { waitingMax: 500, waitMsMax: 600_000 };

export const phone = { kind: 'phone', value: brandOrThrow(PhoneNumber, '+9779841234567') } as const;
export const email = {
  kind: 'email',
  value: brandOrThrow(EmailAddress, 'deepa@example.com'),
} as const;

const addressOf = (text: string): string => {
  const identifier: Identifier | null = readIdentifier(text);
  if (identifier === null) throw new Error(`${text} is no identifier`);
  return identifier.value.replace(/^\+977/, '');
};

const codeIn = (letter: SentLetter): string => {
  const code = /\b\d{6}\b/.exec(letter.text)?.[0];
  if (code === undefined) throw new Error(`there is no code in: ${letter.text}`);
  return code;
};

const lettersIn = (letters: Mailbox['letters'], identifier: string): readonly SentLetter[] =>
  letters.newestFirst().filter(({ to }) => to === addressOf(identifier));

/** Waits for codes in a mailbox: each letter is asked for once. */
export const codesIn = (letters: Mailbox['letters']) => {
  const asked = new WeakSet<SentLetter>();
  return (identifier: string): Promise<string> =>
    new Promise((resolve) => {
      const look = (): void => {
        const letter = lettersIn(letters, identifier).find((each) => !asked.has(each));
        if (letter === undefined) return;
        asked.add(letter);
        endListening();
        resolve(codeIn(letter));
      };
      const endListening = letters.onAdded(look);
      look();
    });
};

/** A mailbox of the test's own with the program's clients in front; both end with the test. */
export const openMailbox = async (
  t: ExecutionContext<unknown>,
  changes: Changes = {},
): Promise<TestMailbox> => {
  const log = memoryLog();
  const metrics = memoryMetrics();
  const started = await startMailbox({ pagePort: 0, clock: systemClock, log });
  if (E.isLeft(started)) throw new Error(started.left.message);
  const mailbox = started.right;
  const clients = clientsOfMailbox(mailbox.place);
  const providers = {
    sms: createSparrow({ ...clients.sms, ...changes.sms }),
    email: createSmtp({ ...clients.email, ...changes.email }),
  };
  const messages = createMessages(providers, { log, metrics }, patience);
  t.teardown(async () => {
    await messages.close(graceMs);
    await mailbox.stop();
  });
  const { letters } = mailbox;
  const lettersTo = (identifier: string): readonly SentLetter[] => lettersIn(letters, identifier);
  const codeFor = codesIn(letters);
  return { mailbox, messages, lines: log.lines, metrics, lettersTo, codeFor };
};
