import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import * as E from 'fp-ts/lib/Either.js';
import { httpSettingsOf } from '../../bin/config/http-settings.js';
import {
  type ConfigSources,
  describeConfig,
  envExample,
  readConfig,
} from '../../bin/config/index.js';
import { madeSecret } from '../../bin/config/made-secret.js';
import { packageRoot } from '../../bin/package-root.js';

const read = (env: ConfigSources['env'], more: Partial<ConfigSources> = {}) =>
  readConfig({ env, file: null, readFile: () => null, ...more });

const accepted = (outcome: ReturnType<typeof readConfig>) => {
  if (E.isLeft(outcome)) throw new Error(outcome.left.join('\n'));
  return outcome.right;
};

const faultsOf = (env: ConfigSources['env'], more: Partial<ConfigSources> = {}) => {
  const outcome = read(env, more);
  return E.isLeft(outcome) ? outcome.left : [];
};

const secret = 'a secret of more than thirty-two bytes';

test('without any setting the whole program runs on embedded parts', (t) => {
  const config = accepted(read({ PATH: '/bin' }));
  t.like(config, { httpHost: '127.0.0.1', httpPort: 21_080, tokenTtlSeconds: 900, esdbUrl: null });
  t.deepEqual(config.roles, ['api', 'processes', 'projections', 'mqtt']);
  t.deepEqual(httpSettingsOf(config).corsOrigins, []);
});

test('all faults come back at once, a line each, naming the setting', (t) => {
  const faults = faultsOf({
    POWERBANK_HTTP_PORT: 'abc',
    POWERBANK_ROLES: 'api,cook',
    POWERBANK_LOG_LEVEL: 'loud',
    POWERBANK_HTTP_CORS_ORIGINS: 'https://a.example/path',
    POWERBANK_HTTP_PROT: '1',
  });
  t.deepEqual(faults, [
    'POWERBANK_ROLES: must be a list, separated by commas, of: ' +
      'one of api, processes, projections, mqtt, is "api,cook"',
    'POWERBANK_LOG_LEVEL: must be one of debug, info, warn, error, silent, is "loud"',
    'POWERBANK_HTTP_PORT: must be a port 0–65535, is "abc"',
    'POWERBANK_HTTP_CORS_ORIGINS: must be a list, separated by commas, of: ' +
      'an origin such as https://console.example, is "https://a.example/path"',
    'POWERBANK_HTTP_PROT: there is no such setting',
  ]);
});

test('what may be secret is repeated neither in faults nor in the description (P-121)', (t) => {
  const faults = faultsOf({
    POWERBANK_TOKEN_SECRET: 'hunter2',
    POWERBANK_DATABASE_URL: 'mysql://app:hunter2@db/x',
  });
  t.is(faults.length, 2);
  t.notRegex(faults.join('\n'), /hunter2/);
  const config = accepted(
    read({
      POWERBANK_TOKEN_SECRET: `hunter2 ${secret}`,
      POWERBANK_DATABASE_URL: 'postgres://app:hunter2@db/powerbank',
    }),
  );
  const lines = describeConfig(config);
  t.notRegex(lines.join('\n'), /hunter2/);
  t.true(lines.includes('POWERBANK_TOKEN_SECRET is set'));
  t.true(lines.includes('POWERBANK_METRICS_TOKEN is not set'));
  t.true(lines.includes('POWERBANK_DATABASE_URL=postgres://app:[redacted]@db/powerbank'));
});

test('a namespace is a short word, and another form is a fault', (t) => {
  const name = 'POWERBANK_ESDB_NAMESPACE';
  t.is(accepted(read({})).esdbNamespace, null);
  t.is(accepted(read({ [name]: 'staging2' })).esdbNamespace, 'staging2');
  for (const wrong of ['Staging', 'a-b', 'a.b', '$a', 'a'.repeat(33)]) {
    const line = `${name}: must be at most 32 lower-case letters and digits, is "${wrong}"`;
    t.deepEqual(faultsOf({ [name]: wrong }), [line]);
  }
});

test('settings that contradict each other are faults', (t) => {
  const wait = { POWERBANK_HTTP_WAIT_SECONDS_MAX: '30', POWERBANK_HTTP_REQUEST_SECONDS: '30' };
  t.deepEqual(faultsOf(wait), [
    'POWERBANK_HTTP_WAIT_SECONDS_MAX: must be less than POWERBANK_HTTP_REQUEST_SECONDS',
  ]);
  t.is(faultsOf({ POWERBANK_MQTT_USERNAME: 'app' }).length, 1);
  t.is(faultsOf({ POWERBANK_ROLES: ',' }).length, 1);
});

test('half of a provider is a fault, and a password is not sent in the clear', (t) => {
  const half = {
    POWERBANK_SMS_TOKEN: 'x',
    POWERBANK_SMTP_HOST: 'mail.example',
    POWERBANK_SMTP_USERNAME: 'deepa',
  };
  t.deepEqual(faultsOf(half), [
    'POWERBANK_SMS_TOKEN: is set together with POWERBANK_SMS_SENDER, or neither is',
    'POWERBANK_SMTP_HOST: is set together with POWERBANK_SMTP_FROM, or neither is',
    'POWERBANK_SMTP_USERNAME: is set together with POWERBANK_SMTP_PASSWORD, or neither is',
  ]);
  const whole = {
    POWERBANK_SMTP_HOST: 'mail.example',
    POWERBANK_SMTP_FROM: 'PowerBank@Example.com',
    POWERBANK_SMTP_USERNAME: 'deepa',
    POWERBANK_SMTP_PASSWORD: 'hunter2',
  };
  const config = accepted(read(whole));
  t.like(config, { smtpFrom: 'powerbank@example.com', smtpPort: 587, smtpSecurity: 'starttls' });
  t.notRegex(describeConfig(config).join('\n'), /hunter2/);
  t.deepEqual(faultsOf({ ...whole, POWERBANK_SMTP_SECURITY: 'none' }), [
    'POWERBANK_SMTP_SECURITY: must not be none when there is a password to be sent',
  ]);
  t.deepEqual(faultsOf({ ...whole, POWERBANK_SMTP_FROM: 'a@b\r\nBcc: c@d.example' }), [
    'POWERBANK_SMTP_FROM: must be an e-mail address, is "a@b\\r\\nBcc: c@d.example"',
  ]);
});

test('the environment counts before the file, and the file before the defaults', (t) => {
  const text = [
    '# a comment',
    '',
    'POWERBANK_HTTP_PORT=1000',
    'export POWERBANK_HTTP_HOST = "0.0.0.0"',
    "POWERBANK_TOKEN_ISSUER='from-file'",
  ].join('\n');
  const file = { name: '.env', text };
  const config = accepted(read({ POWERBANK_HTTP_PORT: '2000', POWERBANK_HTTP_HOST: '' }, { file }));
  t.like(config, { httpPort: 2_000, httpHost: '0.0.0.0', tokenIssuer: 'from-file' });
});

test('a file that is not NAME=value names its lines', (t) => {
  const file = { name: '.env', text: 'A=1\nnonsense\nA=2' };
  t.deepEqual(faultsOf({}, { file }), [
    '.env: line 2 is not NAME=value',
    '.env: line 3 sets A a second time',
  ]);
});

test('a secret may come from a file, but not from two places', (t) => {
  const readFile = (path: string) => (path === '/run/secret' ? `${secret}\n` : null);
  const env = { POWERBANK_TOKEN_SECRET_FILE: '/run/secret' };
  t.is(accepted(read(env, { readFile })).tokenSecret, secret);
  t.deepEqual(faultsOf({ POWERBANK_TOKEN_SECRET_FILE: '/none' }, { readFile }), [
    'POWERBANK_TOKEN_SECRET_FILE: the file /none cannot be read',
  ]);
  t.regex(faultsOf({ ...env, POWERBANK_TOKEN_SECRET: secret }, { readFile })[0] ?? '', /set twice/);
  t.deepEqual(faultsOf({ POWERBANK_HTTP_PORT_FILE: '/run/secret' }, { readFile }), [
    'POWERBANK_HTTP_PORT_FILE: there is no such setting',
  ]);
});

test('.env.example shows every setting as it is', async (t) => {
  const shown = await readFile(join(packageRoot, '.env.example'), 'utf8');
  t.is(shown, envExample());
  const uncommented = shown.replaceAll(/^#(POWERBANK_)/gm, '$1');
  const config = accepted(read({}, { file: { name: '.env.example', text: uncommented } }));
  t.deepEqual(config, accepted(read({})));
});

test('a secret is made once, for its owner only, whoever comes first', async (t) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'powerbank-secret-'));
  t.teardown(() => rm(dataDir, { recursive: true }));
  const made = await Promise.all(Array.from({ length: 8 }, () => madeSecret(dataDir, 'token')));
  t.is(new Set(made).size, 1);
  t.is(Buffer.from(made[0] ?? '', 'base64url').length, 32);
  t.is((await stat(join(dataDir, 'token.secret'))).mode & 0o777, 0o600);
});
