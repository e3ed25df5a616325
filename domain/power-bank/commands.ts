import type { PowerBankSerial, RentalId, StationSerial } from '../shared/ids.js';
import type { Instant } from '../shared/instant.js';
import type { ServiceState } from './events.js';

/** What everyone may want of a power bank. `at` is when it happened, as far as anyone knows. */
interface Wish<Type extends string> {
  readonly type: Type;
  readonly at: Instant;
}

/** What a bank is, beside its serial (rules 2.6). */
export interface Make {
  readonly powerBank: PowerBankSerial;
  readonly model: string;
  readonly capacityMah: number;
}

interface InSlot {
  readonly station: StationSerial;
  readonly slot: number;
  readonly batteryPercent: number | null;
}

export interface RegisterPowerBank extends Wish<'RegisterPowerBank'>, Make {}

/** A cabinet shows the bank. One that was never registered is registered first, as `Make` says. */
export interface PlacePowerBank extends Wish<'PlacePowerBank'>, Make, InSlot {}

/** A cabinet confirmed the ejection to a renter. */
export interface RentPowerBank extends Wish<'RentPowerBank'>, InSlot {
  readonly rentalId: RentalId;
}

/** The bank left this slot without a rental: staff took it, or nobody knows. */
export interface NoteMissing extends Wish<'NoteMissing'> {
  readonly station: StationSerial;
  readonly slot: number;
}

/** The rental was closed as abandoned (ABN-1). */
export interface DeclareLost extends Wish<'DeclareLost'> {
  readonly rentalId: RentalId;
}

export interface SetServiceState extends Wish<'SetServiceState'> {
  readonly state: ServiceState;
  readonly reason: string;
}

/** How much of a charge cycle a rental used, and whether it was suspiciously short. */
export interface LogBatteryCycle extends Wish<'LogBatteryCycle'> {
  readonly rentalId: RentalId;
  /** Percent; a level that nobody knows counts as no use. */
  readonly startPercent: number | null;
  readonly returnPercent: number | null;
  readonly startedAt: Instant;
  readonly returnedAt: Instant;
  /** Below it the return hints at a hardware fault (rules 2.6). */
  readonly shortRentalSeconds: number;
}

export type PowerBankCommand =
  | RegisterPowerBank
  | PlacePowerBank
  | RentPowerBank
  | NoteMissing
  | DeclareLost
  | SetServiceState
  | LogBatteryCycle;
