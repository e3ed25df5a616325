/** What a simulated cabinet is given and what can be done with it. */

import type * as E from 'fp-ts/lib/Either.js';
import type { Log } from '../../../ports/log.js';
import type { DecodedInventory } from '../../mqtt/family-a/decoded.js';
import type { ProvisionedAccess } from '../../mqtt/family-a/provisioning.js';
import type { DecideEject } from './behaviour.js';
import type { CabinetSettings } from './command-handler.js';
import type { Firmware } from './http-client.js';
import type { ReturnReport } from './returns.js';
import type { SimulatedBank, SimulatedSlots } from './slots.js';
import type { CabinetTimings } from './timings.js';
import type { Watchdog } from './watchdog.js';

export interface SimulatedCabinetOptions {
  readonly imei: string;
  readonly slots: SimulatedSlots;
  /** `provisioned` asks the server over HTTP before each connection, as real cabinets do. */
  readonly mqtt: 'provisioned' | ProvisionedAccess;
  readonly httpBaseUrl: string;
  readonly timings?: Partial<CabinetTimings>;
  readonly behaviour?: DecideEject;
  readonly firmware?: Firmware;
  readonly checkReports?: 'all' | 'fiveFullest';
  readonly networkNames?: readonly string[];
  /** Signal strength, 0 to 31, or 99 without a network. */
  readonly signalStrength?: number;
  readonly log: Log;
}

/** Why a bank could not be put in. */
export type InsertError = 'no_free_slot' | 'slot_occupied' | 'no_such_slot';

export interface InsertOptions {
  readonly slot?: number;
  /** By which roads the return is told, in this order; `mqtt` then `http` when not said. */
  readonly reports?: readonly ReturnReport[];
}

export interface SimulatedCabinet {
  readonly imei: string;
  readonly isConnected: () => boolean;
  /** Resolves when the cabinet is connected and listening, at once if it is already. */
  readonly connected: () => Promise<void>;
  readonly slots: () => SimulatedSlots;
  /** The whole inventory as it would be reported now. */
  readonly inventory: () => DecodedInventory;
  readonly settings: () => Readonly<CabinetSettings>;
  readonly watchdog: () => Watchdog;
  readonly setBehaviour: (behaviour: DecideEject) => void;
  /** A customer puts a bank in; right is the slot. Resolves when all reports are sent. */
  readonly insertBank: (
    bank: SimulatedBank,
    options?: InsertOptions,
  ) => Promise<E.Either<InsertError, number>>;
  /** A customer tries, and the cabinet pushes the bank out again with this return state. */
  readonly refuseBank: (bank: SimulatedBank, slot: number, state: number) => Promise<void>;
  /** Somebody takes a bank without any eject; nothing is reported. */
  readonly removeBank: (slot: number) => void;
  readonly sendHeartbeat: () => Promise<void>;
  /** The periodic inventory; false when the server did not take it. */
  readonly upload: () => Promise<boolean>;
  /** Ends the MQTT connection; the cabinet connects again by itself. */
  readonly dropConnection: () => void;
  readonly stop: () => Promise<void>;
}
