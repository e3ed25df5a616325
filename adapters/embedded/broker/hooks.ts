/** The decisions of the embedded broker, put into the shape of aedes' hooks. */

import type { AedesOptions, AuthenticateError, Client } from 'aedes';
import type { FindBrokerAccount } from '../../../ports/cabinet-credentials.js';
import type { Log } from '../../../ports/log.js';
import type { AccessRules, Identity } from './access.js';
import type { Audience } from './audience.js';
import { type LoginAttempt, type LoginRefusal, logIn } from './login.js';

/** MQTT 3.1.1 return codes of a refused login. */
const REFUSAL_CODES: Readonly<Record<LoginRefusal | 'unavailable', number>> = {
  badCredentials: 4,
  foreignClientId: 2,
  unavailable: 3,
};

const refusal = (reason: LoginRefusal | 'unavailable'): AuthenticateError =>
  Object.assign(new Error(`login refused: ${reason}`), { returnCode: REFUSAL_CODES[reason] });

/** What the hooks share: the rules, and who each connection turned out to be. */
export interface Guard {
  readonly rules: AccessRules;
  readonly identities: WeakMap<Client, Identity>;
  readonly audience: Audience;
  readonly findAccount: FindBrokerAccount;
  readonly log: Log;
}

/** The refusal to answer a login with; null when the client is admitted. */
const refusalOf = async (
  { findAccount, identities, log }: Guard,
  client: Client,
  attempt: LoginAttempt,
): Promise<AuthenticateError | null> => {
  try {
    const result = await logIn(findAccount, attempt);
    if (result.kind === 'admitted') {
      identities.set(client, result.identity);
      return null;
    }
    log.warn('broker login refused', { clientId: attempt.clientId, reason: result.reason });
    return refusal(result.reason);
  } catch (error) {
    // The accounts could not be read. The cabinet is told to come back, not that it is unknown.
    log.error('broker login failed', { clientId: attempt.clientId, error });
    return refusal('unavailable');
  }
};

export const authenticate =
  (guard: Guard): NonNullable<AedesOptions['authenticate']> =>
  (client, username, password, done) => {
    const answer = async (): Promise<void> => {
      const attempt = { clientId: client.id, username, password: password?.toString('utf8') };
      const refusedWith = await refusalOf(guard, client, attempt);
      done(refusedWith, refusedWith === null);
    };
    void answer();
  };

/**
 * A message that nobody hears is refused and stays with the cabinet, which connects and sends it
 * again. So a broker that is back before the back end is loses nothing.
 */
export const authorizePublish =
  ({ rules, identities, audience, log }: Guard): NonNullable<AedesOptions['authorizePublish']> =>
  (client, packet, done) => {
    const identity = client === null ? undefined : identities.get(client);
    if (client === null || identity === undefined || !rules.mayPublish(identity, packet.topic)) {
      log.warn('broker publish refused', { clientId: client?.id, topic: packet.topic });
      done(new Error('publish refused'));
      return;
    }
    // A kept command would be carried out again at every reconnect (protocol §9: never retained).
    packet.retain = false;
    if (identity.kind === 'backend') {
      done(null);
      return;
    }
    audience.whenThere((isThere) => {
      // Who has gone meanwhile sends it again on another connection.
      const isHeard = isThere && !client.closed;
      done(isHeard ? null : new Error('nobody listens'));
    });
  };

export const authorizeSubscribe =
  ({ rules, identities, log }: Guard): NonNullable<AedesOptions['authorizeSubscribe']> =>
  (client, subscription, done) => {
    const identity = identities.get(client);
    if (identity !== undefined && rules.maySubscribe(identity, subscription.topic)) {
      done(null, subscription);
      return;
    }
    log.warn('broker subscription refused', { clientId: client.id, filter: subscription.topic });
    // No subscription means 0x80 in the answer; an error would end the connection.
    done(null, null);
  };

export const authorizeForward =
  ({ rules, identities }: Guard): NonNullable<AedesOptions['authorizeForward']> =>
  (client, packet) => {
    const identity = identities.get(client);
    return identity !== undefined && rules.mayReceive(identity, packet.topic) ? packet : null;
  };
