/** The words in which tests tell the life of a rental. Minute 0 is the start of the rental. */

import type { RentalTerms } from '../../domain/pricing/index.js';
import {
  type ExtensionOffer,
  type PaymentSplit,
  type RentalCommand,
  type RentalEvent,
  type RentalRequest,
  rental,
  type SlotSight,
} from '../../domain/rental/index.js';
import { brandOrThrow } from '../../domain/shared/brand.js';
import {
  EjectId,
  PackageId,
  PaymentId,
  PowerBankSerial,
  RentalCode,
  RentalId,
  StationSerial,
  SwapId,
  UserId,
} from '../../domain/shared/ids.js';
import { type Instant, instant, plusMinutes, plusSeconds } from '../../domain/shared/instant.js';
import { type Money, rupees } from '../../domain/shared/money.js';
import type { StoredWords } from '../../domain/shared/words.js';
import { specOf } from './decider-spec.js';
import { rentalTerms } from './terms.js';

type Data<Type extends RentalEvent['type']> = Extract<RentalEvent, { type: Type }>['data'];
type Wish<Type extends RentalCommand['type']> = Extract<RentalCommand, { type: Type }>;

export const rentals = specOf(rental);

const begin = instant('2026-03-01T04:00:00.000Z');
export const minute = (minutes: number): Instant => plusMinutes(begin, minutes);
export const second = (seconds: number): Instant => plusSeconds(begin, seconds);
/** Before the start: the request and its preparations. */
export const before = minute(-1);

export const bank = (serial: string): PowerBankSerial => brandOrThrow(PowerBankSerial, serial);
export const station = (serial: string): StationSerial => brandOrThrow(StationSerial, serial);
export const pay = (id: string): PaymentId => brandOrThrow(PaymentId, id);
export const swapId = (id: string): SwapId => brandOrThrow(SwapId, id);
export const ejectId = (id: string): EjectId => brandOrThrow(EjectId, id);
export const rentalId = brandOrThrow(RentalId, 'r-1');
const pickup = station('KTM001');

export const money = (text: string): Money => rupees(text);
export const split = (points: number, wallet: string): PaymentSplit => ({
  points,
  wallet: rupees(wallet),
});

export const request = (terms: Partial<RentalTerms> = {}): RentalRequest => ({
  userId: brandOrThrow(UserId, 'u-1'),
  rentalCode: brandOrThrow(RentalCode, 'AB12CD34'),
  station: pickup,
  requestedPowerBank: null,
  terms: rentalTerms(terms),
  payment: { mode: 'wallet_points', split: null },
});

export const offer = (price = '50'): ExtensionOffer => ({
  packageId: brandOrThrow(PackageId, 'one-hour'),
  packageName: '1 Hour',
  minutes: 60,
  price: rupees(price),
});

export const postpaid: Partial<RentalTerms> = { paymentModel: 'POSTPAID' };

/** The cabinet's look at slot 3 of the pickup station, where the first bank is back. */
export const sight = (at: Instant, change: Partial<SlotSight> = {}): SlotSight => ({
  station: pickup,
  slot: 3,
  powerBank: bank('PB001'),
  batteryPercent: 80,
  at,
  ...change,
});

/** Makes an event or a command of its type and fields. */
export const fact = <Type extends RentalEvent['type']>(
  type: Type,
  data: Data<Type>,
): { readonly type: Type; readonly data: Data<Type> } => ({ type, data });

export const wish = <Type extends RentalCommand['type']>(
  type: Type,
  fields: Omit<Wish<Type>, 'type'>,
): Omit<Wish<Type>, 'type'> & { readonly type: Type } => ({ type, ...fields });

export const bankOne = { powerBank: bank('PB001'), slot: 1, batteryPercent: 95 } as const;
export const bankTwo = { powerBank: bank('PB002'), slot: 2, batteryPercent: 88 } as const;

export const requested = (terms: Partial<RentalTerms> = {}): RentalEvent =>
  fact('RentalRequested', { rentalId, request: request(terms), at: before });

export const assigned = fact('PowerBankAssigned', { ...bankOne, at: before });

export interface Planned {
  readonly id?: string;
  readonly purpose?: Data<'PaymentPlanned'>['purpose'];
  readonly amount?: string;
  readonly split?: PaymentSplit;
  readonly extension?: ExtensionOffer;
  readonly at?: Instant;
}

/** A planned payment; by default the start's 50.00, of which 20.00 in points. */
export const planned = (payment: Planned = {}): RentalEvent => {
  const { id = 'p-start', purpose = 'RENTAL', amount = '50' } = payment;
  return fact('PaymentPlanned', {
    paymentId: pay(id),
    purpose,
    amount: rupees(amount),
    split: payment.split ?? split(200, '30'),
    extension: payment.extension ?? null,
    at: payment.at ?? before,
  });
};

export const secured = (id = 'p-start', at = before): RentalEvent =>
  fact('PaymentSecured', { paymentId: pay(id), at });
export const confirmed = (id = 'p-start', at = minute(0)): RentalEvent =>
  fact('PaymentConfirmed', { paymentId: pay(id), at });
export const released = (id: string, at: Instant): RentalEvent =>
  fact('PaymentReleased', { paymentId: pay(id), at });
export const captured = (id = 'p-start', at = minute(0)): RentalEvent =>
  fact('PaymentCaptured', { paymentId: pay(id), at });

export const ejectRequested = fact('EjectRequested', {
  ejectId: ejectId('e-1'),
  powerBank: bank('PB001'),
  swapId: null,
  at: before,
});

export const started = (durationMinutes = 60): RentalEvent =>
  fact('RentalStarted', { ...bankOne, startedAt: minute(0), dueAt: minute(durationMinutes) });

/** A rental that waits for the cabinet, its payment held. */
export const waiting = (terms: Partial<RentalTerms> = {}): readonly RentalEvent[] => [
  requested(terms),
  assigned,
  ...(terms.paymentModel === 'POSTPAID' ? [] : [planned(), secured()]),
  ejectRequested,
];

/** A rental that runs since minute 0 and is due at minute 60. */
export const running = (terms: Partial<RentalTerms> = {}): readonly RentalEvent[] => [
  ...waiting(terms),
  ...(terms.paymentModel === 'POSTPAID' ? [] : [confirmed()]),
  started(),
];

export const becameOverdue = fact('RentalBecameOverdue', { at: minute(61) });

/** A payment that was planned, held and taken at once. */
export const paid = (payment: Planned & { readonly id: string; readonly at: Instant }) => [
  planned(payment),
  secured(payment.id, payment.at),
  confirmed(payment.id, payment.at),
];

export const back = (at: Instant, change: Partial<Wish<'ReturnPowerBank'>> = {}) =>
  wish('ReturnPowerBank', {
    station: pickup,
    slot: 3,
    powerBank: bank('PB001'),
    batteryPercent: 40,
    at,
    ...change,
  });

export const giveUp = (reason: StoredWords | null = null, at = minute(1)) =>
  wish('CancelRental', { reason, sight: null, feePaymentId: pay('p-fee'), at });
