import { createServer as createHttpsServer } from 'node:https';
import test, { type ExecutionContext } from 'ava';
import { SMTPServer } from 'smtp-server';
import { certificateFiles, makeCertificate } from '../adapters/eventstore-node/certificates.js';
import { run, temporaryFolder } from '../support/program.js';
import { listening } from '../support/talker.js';

const { certificatePem: cert, privateKeyPem: key } = makeCertificate();
const account = { username: 'network', password: 'a password of the mail server' };

/** A mail server with a certificate, by one of the two ways to encrypt; counts what it takes. */
const startMailServer = async (t: ExecutionContext, secure: boolean) => {
  const taken: boolean[] = [];
  const server = new SMTPServer({
    secure,
    cert,
    key,
    disableReverseLookup: true,
    onAuth: ({ username, password }, session, done) => {
      const isOurs = username === account.username && password === account.password;
      taken.push(session.secure);
      done(null, isOurs ? { user: username } : {});
    },
    onData: (stream, session, done) => {
      taken.push(session.secure);
      stream.resume().once('end', () => done());
    },
  });
  server.on('error', () => undefined);
  return { taken, port: await listening(t, server.server) };
};

const startSparrow = (t: ExecutionContext): Promise<number> => {
  const body = JSON.stringify({ count: 1, response_code: 200, credits_available: 7 });
  const server = createHttpsServer({ cert, key }, (_request, response) => response.end(body));
  return listening(t, server);
};

test('with providers that encrypt the program sends, and gives strangers nothing', async (t) => {
  const [starttls, tls] = [await startMailServer(t, false), await startMailServer(t, true)];
  const { certificateFile } = await certificateFiles(t, {
    certificatePem: cert,
    privateKeyPem: key,
  });
  const settings = {
    POWERBANK_DATA_DIR: await temporaryFolder(t),
    POWERBANK_SMS_URL: `https://127.0.0.1:${await startSparrow(t)}/v2/`,
    POWERBANK_SMS_TOKEN: 'a token',
    POWERBANK_SMS_SENDER: 'PowerBank',
    POWERBANK_SMTP_HOST: '127.0.0.1',
    POWERBANK_SMTP_FROM: 'network@example.com',
    POWERBANK_SMTP_USERNAME: account.username,
    POWERBANK_SMTP_PASSWORD: account.password,
  };
  const known = { ...settings, NODE_EXTRA_CA_CERTS: certificateFile };
  const byStarttls = { POWERBANK_SMTP_PORT: String(starttls.port) };
  const byTls = { POWERBANK_SMTP_PORT: String(tls.port), POWERBANK_SMTP_SECURITY: 'tls' };

  const check = await run(['messages', 'check'], { ...known, ...byStarttls });
  t.is(check.code, 0, check.stderr);
  t.regex(check.stdout, /^sms +sparrow +yes +credit: 7$/m);
  t.regex(check.stdout, /^email +smtp +yes +the server lets us in$/m);
  for (const way of [byStarttls, byTls]) {
    const sent = await run(['messages', 'send', '--to', 'deepa@example.com'], { ...known, ...way });
    t.deepEqual([sent.code, sent.stdout], [0, 'handed over\n'], sent.stderr);
  }
  t.deepEqual(starttls.taken, [true, true, true], 'two logins and a message, all encrypted');
  t.deepEqual(tls.taken, [true, true]);

  const strangers = await run(['messages', 'check'], { ...settings, ...byStarttls });
  t.is(strangers.code, 1);
  t.regex(strangers.stdout, /^sms +sparrow +no +configuration \(DEPTH_ZERO_SELF_SIGNED_CERT\)$/m);
  t.regex(
    strangers.stdout,
    /^email +smtp +no +configuration \(ESOCKET-DEPTH_ZERO_SELF_SIGNED_CERT\)$/m,
  );
  t.is(strangers.stderr, 'not ready: sms, email\n');
  t.is(starttls.taken.length, 3);
});
