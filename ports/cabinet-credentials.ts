/** Who may log in at the MQTT broker, and the password a cabinet is given when it provisions. */

import type { Option } from 'fp-ts/lib/Option.js';

/** A cabinet: its user name, its client id and its name in topics are all its IMEI. */
export interface CabinetAccount {
  readonly kind: 'cabinet';
  readonly deviceName: string;
  readonly passwordHash: string;
}

/** The back end itself; any client id, since several instances log in side by side. */
export interface BackendAccount {
  readonly kind: 'backend';
  readonly passwordHash: string;
}

export type BrokerAccount = CabinetAccount | BackendAccount;

/** Finds the account behind a user name; none for strangers and withdrawn cabinets. */
export type FindBrokerAccount = (username: string) => Promise<Option<BrokerAccount>>;

/** What the broker and the provisioning call need to know about credentials. */
export interface CabinetCredentials {
  readonly findAccount: FindBrokerAccount;
  /** The password to hand out to a registered cabinet; none for others. */
  readonly passwordFor: (deviceName: string) => Promise<Option<string>>;
}
