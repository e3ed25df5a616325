import test from 'ava';
import { codeOf, deliveryOfNetworkError } from '../../../adapters/notifications/network-errors.js';
import { deliveries } from '../../../adapters/notifications/provider.js';
import { readSmtpError } from '../../../adapters/notifications/smtp-errors.js';

const { later, configuration, unknownOutcome, refusedReceiver, refusedMessage } = deliveries;

/** Codes of Node, OpenSSL and undici; some of these failures cannot be staged on one machine. */
const networkCodes = [
  ['ECONNREFUSED', later],
  ['EHOSTUNREACH', later],
  ['ENETUNREACH', later],
  ['ENOTFOUND', later],
  ['EAI_AGAIN', later],
  ['UND_ERR_CONNECT_TIMEOUT', later],
  ['CERT_HAS_EXPIRED', configuration],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', configuration],
  ['ERR_TLS_CERT_ALTNAME_INVALID', configuration],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', configuration],
  ['TimeoutError', unknownOutcome],
  ['ECONNRESET', unknownOutcome],
  ['EPIPE', unknownOutcome],
  ['ETIMEDOUT', unknownOutcome],
  ['UND_ERR_SOCKET', unknownOutcome],
  ['UND_ERR_HEADERS_TIMEOUT', unknownOutcome],
  ['UND_ERR_BODY_TIMEOUT', unknownOutcome],
  ['SOMETHING_NEW', unknownOutcome],
] as const;

test('what is not known to have stayed here may be on its way', (t) => {
  for (const [code, delivery] of networkCodes) t.is(deliveryOfNetworkError(code), delivery, code);
});

test('an error is known by its code or its name; without either it is a bug', (t) => {
  t.is(codeOf(Object.assign(new Error('x'), { code: 'ECONNRESET' })), 'ECONNRESET');
  t.is(codeOf(new DOMException('x', 'TimeoutError')), 'TimeoutError');
  for (const bug of [new TypeError('x'), new DOMException('x', 'DataError'), 'x', null]) {
    t.is(codeOf(bug), null);
  }
});

const smtpErrors = [
  [{ code: 'EDNS', originalCode: 'ENOTFOUND' }, later],
  [{ code: 'ESOCKET', originalCode: 'EHOSTUNREACH' }, later],
  [{ code: 'ESOCKET', originalCode: 'CERT_HAS_EXPIRED' }, configuration],
  [{ code: 'ESOCKET', originalCode: 'ECONNRESET' }, unknownOutcome],
  [{ code: 'ESOCKET' }, unknownOutcome],
  [{ code: 'ETIMEDOUT', timeoutType: 'CONNECT_TIMEOUT' }, later],
  [{ code: 'ETIMEDOUT', timeoutType: 'GREETING_TIMEOUT' }, later],
  [{ code: 'ETIMEDOUT', timeoutType: 'SOCKET_TIMEOUT' }, unknownOutcome],
  [{ code: 'ETIMEDOUT' }, unknownOutcome],
  [{ code: 'ECONNECTION', command: 'CONN' }, unknownOutcome],
  [{ code: 'ECONNECTION' }, later],
  [{ code: 'ETLS', command: 'STARTTLS' }, configuration],
  [{ code: 'EAUTH', command: 'API' }, configuration],
  [{ code: 'ECONFIG' }, configuration],
  [{ code: 'EENVELOPE', command: 'API' }, refusedReceiver],
  [{ code: 'EMESSAGE', command: 'MAIL FROM' }, refusedMessage],
  [{ code: 'EABORT' }, unknownOutcome],
  [{ code: 'ESOMETHING' }, unknownOutcome],
  [{ code: 'EMESSAGE', command: 'DATA', responseCode: 354, response: '354 more' }, unknownOutcome],
] as const;

test('a failure of the mail client has the class of what may have left', (t) => {
  for (const [failure, delivery] of smtpErrors) {
    const error = Object.assign(new Error('about deepa@example.com'), failure);
    const read = readSmtpError(error);
    t.is(read.delivery, delivery, JSON.stringify(failure));
    t.notRegex(read.code, /deepa/);
  }
});
