/** Logging in at the embedded broker. */

import * as O from 'fp-ts/lib/Option.js';
import type { BrokerAccount, FindBrokerAccount } from '../../../ports/cabinet-credentials.js';
import { verifyPassword } from '../../mqtt/passwords.js';
import type { Identity } from './access.js';

/** What a client says about itself when it connects. */
export interface LoginAttempt {
  readonly clientId: string;
  readonly username: string | undefined;
  readonly password: string | undefined;
}

export type LoginRefusal = 'badCredentials' | 'foreignClientId';

export type LoginResult =
  | { readonly kind: 'admitted'; readonly identity: Identity }
  | { readonly kind: 'refused'; readonly reason: LoginRefusal };

const refused = (reason: LoginRefusal): LoginResult => ({ kind: 'refused', reason });

const identityOf = (account: BrokerAccount): Identity =>
  account.kind === 'backend'
    ? { kind: 'backend' }
    : { kind: 'cabinet', deviceName: account.deviceName };

/**
 * Admits the back end under any client id, and a cabinet under its own only: a connection with
 * the client id of another would end that one's session (MQTT-3.1.4-2).
 */
export const logIn = async (
  findAccount: FindBrokerAccount,
  { clientId, username, password }: LoginAttempt,
): Promise<LoginResult> => {
  if (username === undefined || password === undefined) return refused('badCredentials');
  const account = await findAccount(username);
  if (O.isNone(account) || !verifyPassword(password, account.value.passwordHash)) {
    return refused('badCredentials');
  }
  const identity = identityOf(account.value);
  if (identity.kind === 'cabinet' && clientId !== identity.deviceName) {
    return refused('foreignClientId');
  }
  return { kind: 'admitted', identity };
};
