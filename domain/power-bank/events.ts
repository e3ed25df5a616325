import * as t from 'io-ts';
import { integer, nullable, oneOf, Percent, PositiveInteger } from '../shared/codecs.js';
import { type EventOf, event } from '../shared/events.js';
import { PowerBankSerial, RentalId, StationSerial } from '../shared/ids.js';
import { Instant } from '../shared/instant.js';

/** What staff may say of a bank that is not rented (rules 2.6). */
export const ServiceState = oneOf('ServiceState', ['AVAILABLE', 'MAINTENANCE', 'DAMAGED']);
export type ServiceState = t.TypeOf<typeof ServiceState>;

export const powerBankEvents = {
  PowerBankRegistered: event(
    t.strict({
      powerBank: PowerBankSerial,
      model: t.string,
      capacityMah: PositiveInteger,
      at: Instant,
    }),
  ),
  /** The bank sits in a slot. Ends a rental's or a loss's hold on it. */
  PowerBankPlaced: event(
    t.strict({
      station: StationSerial,
      slot: PositiveInteger,
      batteryPercent: nullable(Percent),
      at: Instant,
    }),
  ),
  /** The cabinet confirmed the ejection to a renter: no station, no slot any more (P-005). */
  PowerBankRented: event(
    t.strict({
      rentalId: RentalId,
      station: StationSerial,
      slot: PositiveInteger,
      batteryPercent: nullable(Percent),
      at: Instant,
    }),
  ),
  /** Ejected or gone without a rental: staff ejection, or nobody knows (ABN-4). */
  PowerBankWentMissing: event(
    t.strict({ station: StationSerial, slot: PositiveInteger, at: Instant }),
  ),
  PowerBankDeclaredLost: event(t.strict({ rentalId: RentalId, at: Instant })),
  /** A lost bank was seen again (ABN-2, P-072); its place follows as `PowerBankPlaced`. */
  LostPowerBankSeenAgain: event(
    t.strict({ rentalId: RentalId, station: StationSerial, slot: PositiveInteger, at: Instant }),
  ),
  ServiceStateChanged: event(t.strict({ state: ServiceState, reason: t.string, at: Instant })),
  /** Share of a charge cycle in ten-thousandths: 95 % down to 32 % is 6300 (rules 2.6). */
  BatteryCycleLogged: event(
    t.strict({
      rentalId: RentalId,
      cycleTenThousandths: integer('CycleTenThousandths', { minimum: 0, maximum: 10_000 }),
      /** Back less than 300 s after the start: a hint of a hardware fault. */
      underFiveMinutes: t.boolean,
      at: Instant,
    }),
  ),
} as const;

export type PowerBankEvent = EventOf<typeof powerBankEvents>;
