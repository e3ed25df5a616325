/** Broker accounts of cabinets whose passwords are derived, beside the back end's own account. */

import { pipe } from 'fp-ts/lib/function.js';
import * as O from 'fp-ts/lib/Option.js';
import type { BrokerAccount, CabinetCredentials } from '../../ports/cabinet-credentials.js';
import { derivePassword, hashPassword } from './passwords.js';

export interface DerivedCredentialsOptions {
  /** Secret of the installation from which all cabinet passwords are derived. */
  readonly masterKey: string;
  readonly backend: { readonly username: string; readonly passwordHash: string };
  /** The current password generation of a registered cabinet; none for unknown ones. */
  readonly findGeneration: (deviceName: string) => Promise<O.Option<number>>;
}

/** Credentials without anything secret at rest; `derivePassword` says why. */
export const derivedCredentials = ({
  masterKey,
  backend,
  findGeneration,
}: DerivedCredentialsOptions): CabinetCredentials => {
  const passwordFor = async (deviceName: string): Promise<O.Option<string>> =>
    pipe(
      await findGeneration(deviceName),
      O.map((generation) => derivePassword({ masterKey, deviceName, generation })),
    );
  const findAccount = async (username: string): Promise<O.Option<BrokerAccount>> => {
    if (username === backend.username) {
      return O.some({ kind: 'backend', passwordHash: backend.passwordHash });
    }
    return pipe(
      await passwordFor(username),
      O.map((password) => ({
        kind: 'cabinet',
        deviceName: username,
        passwordHash: hashPassword(password),
      })),
    );
  };
  return { findAccount, passwordFor };
};
