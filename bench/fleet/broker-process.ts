/** The embedded broker in a process of its own, which can be ended like one. Argument: a plan. */

import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import { startEmbeddedBroker } from '../../adapters/embedded/broker/broker.js';
import { derivedCredentials } from '../../adapters/mqtt/derived-credentials.js';
import { hashPassword } from '../../adapters/mqtt/passwords.js';
import { firstPasswordGeneration } from '../../bin/cabinet-passwords.js';
import { quietLog } from '../quiet-log.js';
import { BrokerPlan } from './messages.js';

const decoded = BrokerPlan.decode(JSON.parse(process.argv[2] ?? ''));
if (E.isLeft(decoded)) throw new Error('the argument is no plan of a broker');
const { port, productKey, masterKey, username, password } = decoded.right;
const { findAccount } = derivedCredentials({
  masterKey,
  backend: { username, passwordHash: hashPassword(password) },
  findGeneration: async () => O.some(firstPasswordGeneration),
});
const broker = await startEmbeddedBroker({ port, productKey, findAccount, log: quietLog });
if (E.isLeft(broker)) throw new Error(broker.left.message);
process.on('disconnect', () => process.exit());
process.send?.('ready');
