/** What an error of the SMTP client means: has the message gone out, and who can do something? */

import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { deliveryOfNetworkError } from './network-errors.js';
import { type Attempt, deliveries } from './provider.js';

type Ending = Attempt['delivery'];

const { refusedReceiver, refusedMessage, configuration, later, unknownOutcome } = deliveries;

/** The properties by which nodemailer tells its failures apart. */
const Failure = t.intersection([
  t.type({ code: t.string }),
  t.partial({
    /** Of the system error behind it. */
    originalCode: t.string,
    /** The server's reply, and the number that it begins with. */
    response: t.string,
    responseCode: t.number,
    /** What the reply was to; `API` and `CONN` stand for no command. */
    command: t.string,
    timeoutType: t.string,
  }),
]);
type Failure = t.TypeOf<typeof Failure>;

/** The second figure of an enhanced status code (RFC 3463), when the reply has one. */
const subjectOf = (reply: string): string | null =>
  /^\d{3}[ -]\d\.(\d{1,3})\./.exec(reply)?.[1] ?? null;
const aboutAddress = '1';
const aboutMailbox = '2';
const aboutPolicy = '7';

const badSequence = 503;
const needsLogin = 530;

/** The server has said no in its own words. A reply from 400 on means that it keeps nothing. */
const deliveryOfReply = (responseCode: number, failure: Failure): Ending => {
  const { code, command, response = '' } = failure;
  if (responseCode < 400) return unknownOutcome;
  if (responseCode < 500) return later;
  if (code === 'EAUTH' || responseCode === needsLogin) return configuration;
  if (responseCode === badSequence) return later;
  const subject = subjectOf(response);
  if (command === 'RCPT TO') return subject === aboutPolicy ? configuration : refusedReceiver;
  if (command !== 'DATA') return configuration;
  const isReceiver = subject === aboutAddress || subject === aboutMailbox;
  return isReceiver ? refusedReceiver : refusedMessage;
};

const beforeAnyCommand: ReadonlySet<string> = new Set(['CONNECT_TIMEOUT', 'GREETING_TIMEOUT']);

/**
 * The server has said nothing, or nothing that is SMTP. Unless it is certain that the message was
 * not handed over, it may have been.
 */
const deliveryOfSilence = (failure: Failure): Ending => {
  const { code, originalCode = '', timeoutType = '', command = '', response } = failure;
  switch (code) {
    case 'EAUTH':
    case 'ENOAUTH':
    case 'ECONFIG':
    case 'ETLS':
      return configuration;
    case 'EDNS':
      return later;
    case 'ESOCKET':
      return deliveryOfNetworkError(originalCode);
    case 'ETIMEDOUT':
      return beforeAnyCommand.has(timeoutType) ? later : unknownOutcome;
    // Without a command: no connection has lived long enough to take the message.
    case 'ECONNECTION':
      return command === '' ? later : unknownOutcome;
    // Something answers there, but it is no mail server.
    case 'EPROTOCOL':
      return response === undefined ? unknownOutcome : configuration;
    case 'EENVELOPE':
      return command === 'API' ? refusedReceiver : configuration;
    // A reply that nobody can read, after the whole message; or a message that is too large.
    case 'EMESSAGE':
      return command === 'DATA' ? unknownOutcome : refusedMessage;
    default:
      return unknownOutcome;
  }
};

/** @throws the error itself when it is none of the client's, which makes it a bug of ours. */
export const readSmtpError = (error: unknown): Attempt => {
  const decoded = Failure.decode(error);
  if (E.isLeft(decoded)) throw error;
  const failure = decoded.right;
  const { code, responseCode, originalCode, timeoutType } = failure;
  const delivery =
    responseCode === undefined
      ? deliveryOfSilence(failure)
      : deliveryOfReply(responseCode, failure);
  const detail = responseCode ?? originalCode ?? timeoutType;
  return { delivery, code: detail === undefined ? code : `${code}-${detail}` };
};
