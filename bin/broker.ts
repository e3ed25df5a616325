import * as E from 'fp-ts/lib/Either.js';
import { type EmbeddedBroker, startEmbeddedBroker } from '../adapters/embedded/broker/broker.js';
import type { CabinetCredentials } from '../ports/cabinet-credentials.js';
import type { Log } from '../ports/log.js';
import { OperatorError } from './cli/operator-error.js';
import type { Config } from './config/index.js';
import { settings } from './config/settings.js';

/**
 * An MQTT broker in this process, on the loopback interface.
 *
 * @throws OperatorError when its port cannot be had.
 */
export const startBroker = async (
  config: Config,
  { findAccount }: CabinetCredentials,
  log: Log,
): Promise<EmbeddedBroker> => {
  const broker = await startEmbeddedBroker({
    port: config.embeddedMqttPort,
    productKey: config.mqttProductKey,
    findAccount,
    log: log.with({ part: 'broker' }),
  });
  if (E.isRight(broker)) return broker.right;
  throw new OperatorError([`${settings.embeddedMqttPort.name}: ${broker.left.message}`]);
};
