/** Everything that an operator may set, with what counts when nothing is set. */

import { sessionSecondsMax } from '../../adapters/accounts/sessions.js';
import { namespacePattern } from '../../adapters/eventstore/names.js';
import { accessTokenSecondsMax, tokenSecretBytesMin } from '../../adapters/http/tokens.js';
import { logLevels } from '../../adapters/logging.js';
import { messageSettings } from './message-settings.js';
import { sealSettings } from './seal-settings.js';
import {
  host,
  listOf,
  name,
  optional,
  plain,
  port,
  secretOf,
  textLike,
  urlOf,
  wholeNumber,
  wordOf,
} from './setting.js';
import { socialSettings } from './social-settings.js';

/** The parts of the program that one instance may run (architecture 3.14). */
export const roles = ['api', 'processes', 'projections', 'mqtt'] as const;
export type ProgramRole = (typeof roles)[number];

const origin = textLike('an origin such as https://console.example', /^https?:\/\/[^/\s,]+$/);
const path = textLike('the path of a folder', /^.+$/);
const day = 86_400;

export const settings = {
  roles: plain(
    'ROLES',
    listOf(wordOf(roles)),
    roles.join(','),
    'What this instance runs. Several instances may share the work.',
  ),
  dataDir: plain('DATA_DIR', path, '.data', 'Where the embedded parts keep their data.'),
  logLevel: plain('LOG_LEVEL', wordOf(logLevels), 'info', 'The least important lines to write.'),

  esdbUrl: optional(
    'address',
    'ESDB_URL',
    urlOf('esdb', 'esdb+discover'),
    'Connection string of EventStoreDB. Without it an embedded node is started.',
  ),
  esdbNamespace: optional(
    'plain',
    'ESDB_NAMESPACE',
    textLike('at most 32 lower-case letters and digits', namespacePattern),
    'Keeps this network apart from others on the same event store, where its streams are then',
    'namespace.category-id. The same on all instances, as long as the database lives.',
  ),
  databaseUrl: optional(
    'address',
    'DATABASE_URL',
    urlOf('postgres', 'postgresql'),
    'Connection string of Postgres. Without it an embedded server is started.',
  ),
  mqttUrl: optional(
    'address',
    'MQTT_URL',
    urlOf('mqtt', 'mqtts', 'ws', 'wss'),
    'Address of the MQTT broker. Without it an embedded broker is started.',
  ),
  mqttUsername: optional('plain', 'MQTT_USERNAME', name, 'Account of this program at the broker.'),
  mqttPassword: optional('secret', 'MQTT_PASSWORD', secretOf(1), 'Password of that account.'),
  mqttProductKey: plain(
    'MQTT_PRODUCT_KEY',
    name,
    'powerbank',
    'First level of the topics of all cabinets; it is burnt into their firmware.',
  ),
  embeddedEsdbPort: plain('EMBEDDED_ESDB_PORT', port, '21113', 'Port of the embedded node.'),
  embeddedPostgresPort: plain(
    'EMBEDDED_POSTGRES_PORT',
    port,
    '21432',
    'Port of the embedded Postgres.',
  ),
  embeddedMqttPort: plain('EMBEDDED_MQTT_PORT', port, '21883', 'Port of the embedded broker.'),

  cabinetHttpHost: plain(
    'CABINET_HTTP_HOST',
    host,
    '127.0.0.1',
    'Address that the port for the HTTP calls of cabinets listens on.',
  ),
  cabinetHttpPort: plain(
    'CABINET_HTTP_PORT',
    port,
    '21081',
    'Port for the HTTP calls of cabinets, apart from the API; 0 takes any free one.',
  ),
  cabinetBrokerHost: plain(
    'CABINET_BROKER_HOST',
    host,
    '127.0.0.1',
    'The broker as cabinets reach it: told to each of them when it asks for its access.',
  ),
  cabinetBrokerPort: optional(
    'plain',
    'CABINET_BROKER_PORT',
    port,
    'Its port there. Without it the port of the broker that this program uses.',
  ),
  cabinetMasterKey: optional(
    'secret',
    'CABINET_MASTER_KEY',
    secretOf(32),
    'The passwords of all cabinets at the broker are derived from it; the same on all instances.',
    'Without it one is made in the data folder.',
  ),

  demoPort: plain(
    'DEMO_PORT',
    port,
    '21082',
    'Port that puts power banks into the simulated cabinets of the demo; loopback only.',
  ),

  ...messageSettings,
  ...socialSettings,
  ...sealSettings,

  httpHost: plain('HTTP_HOST', host, '127.0.0.1', 'Address that the HTTP server listens on.'),
  httpPort: plain('HTTP_PORT', port, '21080', 'Port of the HTTP server; 0 takes any free one.'),
  httpTrustedProxies: plain(
    'HTTP_TRUSTED_PROXIES',
    wholeNumber('a number of proxies', 0, 10),
    '0',
    'Reverse proxies in front of us; the last so many X-Forwarded-For entries are believed.',
  ),
  httpCorsOrigins: plain(
    'HTTP_CORS_ORIGINS',
    listOf(origin),
    '',
    'Origins of web pages that may use the API from a browser, separated by commas.',
  ),
  httpBodyBytesMax: plain(
    'HTTP_BODY_BYTES_MAX',
    wholeNumber('bytes', 1_024, 10_485_760),
    '65536',
    'Largest JSON body. Uploads have a limit of their own.',
  ),
  httpReceiveSeconds: plain(
    'HTTP_RECEIVE_SECONDS',
    wholeNumber('seconds', 1, 300),
    '15',
    'A request must have arrived, headers and body, within this.',
  ),
  httpRequestSeconds: plain(
    'HTTP_REQUEST_SECONDS',
    wholeNumber('seconds', 2, 300),
    '30',
    'A request must have been answered within this after it arrived.',
  ),
  httpWaitSecondsMax: plain(
    'HTTP_WAIT_SECONDS_MAX',
    wholeNumber('seconds', 0, 299),
    '20',
    'Longest wait that a client may ask for with Prefer: wait.',
  ),
  httpDrainSeconds: plain(
    'HTTP_DRAIN_SECONDS',
    wholeNumber('seconds', 0, 300),
    '15',
    'On stopping, requests under way get this long.',
  ),
  httpRequestsPerMinuteMax: plain(
    'HTTP_REQUESTS_PER_MINUTE_MAX',
    wholeNumber('requests', 1, 10_000_000),
    '3000',
    'Requests that one network address may send in a minute, to each instance. Phones of one ' +
      'carrier share addresses, so it is wide; limits of users and identifiers are apart from it.',
  ),
  idempotencyRetentionSeconds: plain(
    'IDEMPOTENCY_RETENTION_SECONDS',
    wholeNumber('seconds', 3_600, 90 * day),
    String(7 * day),
    'How long the first answer to an Idempotency-Key is kept.',
  ),
  metricsToken: optional(
    'secret',
    'METRICS_TOKEN',
    secretOf(16),
    'Bearer token for GET /metrics. Without it the path is open: keep it inside then.',
  ),

  tokenSecret: optional(
    'secret',
    'TOKEN_SECRET',
    secretOf(tokenSecretBytesMin),
    'Signs access tokens; the same on all instances. Without it one is made in the data folder.',
  ),
  tokenSecretPrevious: optional(
    'secret',
    'TOKEN_SECRET_PREVIOUS',
    secretOf(tokenSecretBytesMin),
    'The secret before: its tokens stay valid. Remove it one token lifetime after a change.',
  ),
  tokenTtlSeconds: plain(
    'TOKEN_TTL_SECONDS',
    wholeNumber('seconds', 60, accessTokenSecondsMax),
    '900',
    'Lifetime of an access token.',
  ),
  tokenIssuer: plain('TOKEN_ISSUER', name, 'powerbank', 'Issuer that tokens name.'),
  tokenAudience: plain('TOKEN_AUDIENCE', name, 'powerbank-api', 'Audience that tokens name.'),

  refreshTtlSeconds: plain(
    'REFRESH_TTL_SECONDS',
    wholeNumber('seconds', 3_600, sessionSecondsMax),
    String(90 * day),
    'Lifetime of a refresh token; each one that is taken gives a new one.',
  ),
  dataMasterKey: optional(
    'secret',
    'DATA_MASTER_KEY',
    secretOf(32),
    'Wraps the keys of personal data in the database; the same on all instances. Keep a copy:',
    'when it is lost, so is who anybody is. Without it one is made in the data folder.',
  ),
  dataMasterKeyPrevious: optional(
    'secret',
    'DATA_MASTER_KEY_PREVIOUS',
    secretOf(32),
    'The master key before, until `powerbank keys rotate` has come to its end.',
  ),
  identifierKey: optional(
    'secret',
    'IDENTIFIER_KEY',
    secretOf(32),
    'Keys the index by which people are found; the same on all instances, and never changed.',
    'Without it one is made in the data folder.',
  ),
  otpPepper: optional(
    'secret',
    'OTP_PEPPER',
    secretOf(32),
    'Keys the hashes of sign-in codes in the database; the same on all instances.',
    'Without it one is made in the data folder.',
  ),
};
