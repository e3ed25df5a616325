import type { EjectId, PowerBankSerial, RentalId, StationSerial } from '../shared/ids.js';
import type { Instant } from '../shared/instant.js';
import type { IdReused } from '../shared/repeat.js';
import type { EjectPurpose } from './events.js';
import type { Unrentable } from './rentable.js';

/** Why a station says no, with the facts that the asker needs. */
export type StationRefusal =
  | { readonly kind: 'StationUnknown' }
  /** Registered before with other facts, in the named fields. */
  | {
      readonly kind: 'AlreadyRegistered';
      readonly station: StationSerial;
      readonly differing: readonly string[];
    }
  /** The new slot count would cut off slots that hold banks. */
  | { readonly kind: 'SlotsStillOccupied'; readonly slots: readonly number[] }
  /** The cabinet has never shown such a slot. */
  | { readonly kind: 'SlotUnknown'; readonly slot: number }
  /** START-6. */
  | { readonly kind: 'StationOffline' }
  | { readonly kind: 'StationInMaintenance'; readonly reason: string }
  /** START-8. */
  | { readonly kind: 'NoPowerBankAvailable'; readonly minBatteryPercent: number }
  | { readonly kind: 'PowerBankStationMismatch'; readonly powerBank: PowerBankSerial }
  | {
      readonly kind: 'RequestedPowerBankUnavailable';
      readonly powerBank: PowerBankSerial;
      readonly because: Unrentable;
    }
  /** The rental holds a bank here for something else; one reservation a rental. */
  | {
      readonly kind: 'AlreadyReserved';
      readonly rentalId: RentalId;
      readonly purpose: EjectPurpose;
      readonly powerBank: PowerBankSerial;
    }
  | {
      readonly kind: 'NotReserved';
      readonly rentalId: RentalId | null;
      readonly powerBank: PowerBankSerial;
    }
  | { readonly kind: 'PowerBankNotInStation'; readonly powerBank: PowerBankSerial }
  | {
      readonly kind: 'PowerBankIsReserved';
      readonly powerBank: PowerBankSerial;
      readonly rentalId: RentalId;
    }
  /** An order for the bank is not over yet. */
  | {
      readonly kind: 'EjectUnderWay';
      readonly ejectId: EjectId;
      readonly powerBank: PowerBankSerial;
    }
  /** The eject id was used for another order. */
  | IdReused
  | { readonly kind: 'EjectUnknown'; readonly ejectId: EjectId }
  | { readonly kind: 'EjectNotItsTurn'; readonly ejectId: EjectId }
  | { readonly kind: 'EjectNotDispatched'; readonly ejectId: EjectId }
  | { readonly kind: 'EjectAlreadyDispatched'; readonly ejectId: EjectId }
  | {
      readonly kind: 'EjectOrderExpired';
      readonly ejectId: EjectId;
      readonly orderedAt: Instant;
      readonly commandTtlSeconds: number;
    }
  /** The order is over; `ejected` names the bank that came out for it, if any. */
  | {
      readonly kind: 'EjectEnded';
      readonly ejectId: EjectId;
      readonly ejected: PowerBankSerial | null;
    }
  /** The answer fits no order of ours; the adapter counts it, a look at the slots settles it. */
  | {
      readonly kind: 'UnexpectedEjectAnswer';
      readonly powerBank: PowerBankSerial | null;
      readonly slot: number | null;
    };
