import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import { type CabinetAdapter, createCabinetAdapter } from '../../adapters/mqtt/adapter.js';
import { derivedCredentials } from '../../adapters/mqtt/derived-credentials.js';
import { familyADriver } from '../../adapters/mqtt/family-a/driver.js';
import { usualConfiguration } from '../../adapters/mqtt/http-calls.js';
import type { HttpInbox } from '../../adapters/mqtt/http-inbox.js';
import { createCallLimiter, usualLimits } from '../../adapters/mqtt/http-limits.js';
import { type CabinetHttpServer, startCabinetHttpServer } from '../../adapters/mqtt/http-server.js';
import { hashPassword } from '../../adapters/mqtt/passwords.js';
import { postgresCabinetSecrets } from '../../adapters/postgres/cabinet-secrets.js';
import { createStationDesk } from '../../commands/station-desk.js';
import type { CabinetCredentials } from '../../ports/cabinet-credentials.js';
import { firstPasswordGeneration } from '../cabinet-passwords.js';
import { OperatorError } from '../cli/operator-error.js';
import type { Stoppable } from '../cli/stopping.js';
import type { Parts } from '../compose.js';
import { settings } from '../config/settings.js';
import { supervise } from './supervise.js';

/** Port of MQTT without encryption, for an address that names none. */
const usualMqttPort = 1883;

export interface MqttRole extends Stoppable {
  /** Where cabinets make their HTTP calls. */
  readonly cabinetHttpUrl: string;
}

/**
 * Starts or finds the broker. It is asked before the cabinets are known, with the accounts that an
 * embedded broker lets in; they answer for themselves as soon as the cabinets are known.
 */
export type OpenBroker = (credentials: CabinetCredentials) => Promise<{ readonly url: string }>;

/**
 * Connects the cabinets: their messages over the broker, and their HTTP calls on a port of their
 * own. Several instances may run.
 *
 * @throws OperatorError when the port cannot be had.
 */
export const startMqtt = async (parts: Parts, openBroker: OpenBroker): Promise<MqttRole> => {
  const { config, log } = parts;
  let stationOf: HttpInbox['stationOf'] = () => undefined;
  const credentials = credentialsOf(parts, (deviceName) => stationOf(deviceName));
  const { url } = await openBroker(credentials);
  const cabinets: Cabinets = { adapter: adapterAt(parts, url) };
  const inbox = inboxOf(cabinets);
  stationOf = inbox.stationOf;
  const server = await listenForCalls(parts, { inbox, credentials, brokerUrl: url });
  const stop = new AbortController();
  const { ready } = cabinets.adapter;
  const runAnew = async (): Promise<void> => {
    const { adapter } = cabinets;
    // An adapter runs once. When it failed, the next one takes its place.
    await adapter.run(stop.signal).finally(() => {
      cabinets.adapter = adapterAt(parts, url);
    });
  };
  const running = supervise('cabinets', runAnew, { log, signal: stop.signal });
  await Promise.race([ready, running]);
  return {
    name: 'the cabinets',
    cabinetHttpUrl: `http://${config.cabinetHttpHost}:${server.port}`,
    stop: async () => {
      await server.close();
      stop.abort();
      await running;
    },
  };
};

/** The adapter that runs now. */
interface Cabinets {
  adapter: CabinetAdapter;
}

const adapterAt = (parts: Parts, brokerUrl: string): CabinetAdapter => {
  const { config, secrets, handlers, database, clock, log } = parts;
  return createCabinetAdapter({
    ...parts,
    broker: { url: brokerUrl, ...secrets.broker, productKey: config.mqttProductKey },
    driver: familyADriver,
    desk: createStationDesk(handlers, clock),
    secrets: postgresCabinetSecrets(database, { key: secrets.cabinetSeal, clock, log }),
  });
};

/** What the HTTP calls see: the adapter of the moment. */
const inboxOf = (cabinets: Cabinets): HttpInbox => ({
  isOpen: () => cabinets.adapter.inbox.isOpen(),
  stationOf: (deviceName) => cabinets.adapter.inbox.stationOf(deviceName),
  readUpload: (bytes) => cabinets.adapter.inbox.readUpload(bytes),
  handIn: (call) => cabinets.adapter.inbox.handIn(call),
  keepDiagnostics: (station, text) => cabinets.adapter.inbox.keepDiagnostics(station, text),
  reject: (rejection) => cabinets.adapter.inbox.reject(rejection),
});

const credentialsOf = (
  { secrets }: Parts,
  stationOf: HttpInbox['stationOf'],
): CabinetCredentials => {
  const { username, password } = secrets.broker;
  return derivedCredentials({
    masterKey: secrets.cabinetMasterKey,
    backend: { username, passwordHash: hashPassword(password) },
    findGeneration: async (deviceName) =>
      stationOf(deviceName) === undefined ? O.none : O.some(firstPasswordGeneration),
  });
};

interface Calls {
  readonly inbox: HttpInbox;
  readonly credentials: CabinetCredentials;
  readonly brokerUrl: string;
}

const listenForCalls = async (
  { config, clock, log, metrics }: Parts,
  { inbox, credentials, brokerUrl }: Calls,
): Promise<CabinetHttpServer> => {
  const brokerPort = Number(new URL(brokerUrl).port || usualMqttPort);
  const server = await startCabinetHttpServer(
    {
      inbox,
      credentials,
      limiter: createCallLimiter(usualLimits),
      broker: {
        host: config.cabinetBrokerHost,
        port: config.cabinetBrokerPort ?? brokerPort,
        productKey: config.mqttProductKey,
      },
      configuration: usualConfiguration,
      clock,
      log,
      metrics,
    },
    {
      host: config.cabinetHttpHost,
      port: config.cabinetHttpPort,
      trustedProxies: config.httpTrustedProxies,
    },
  );
  if (E.isRight(server)) return server.right;
  throw new OperatorError([`${settings.cabinetHttpPort.name}: ${server.left.message}`]);
};
