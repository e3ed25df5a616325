import * as t from 'io-ts';
import { RentalTerms } from '../pricing/terms.js';
import { NonNegativeInteger, nullable, oneOf } from '../shared/codecs.js';
import { PowerBankSerial, RentalCode, StationSerial, UserId } from '../shared/ids.js';
import { Money, zero } from '../shared/money.js';

/** PAY-2, without `direct`: a gateway payment becomes wallet money before a rental sees it. */
export const PaymentMode = oneOf('PaymentMode', ['wallet', 'points', 'wallet_points']);
export type PaymentMode = t.TypeOf<typeof PaymentMode>;

/** A part in points and a part in money; together one amount (PAY-5). */
export const PaymentSplit = t.strict({ points: NonNegativeInteger, wallet: Money }, 'PaymentSplit');
export type PaymentSplit = t.TypeOf<typeof PaymentSplit>;
export const zeroSplit: PaymentSplit = { points: 0, wallet: zero };

/** How a renter wants to pay; `split` is theirs, or `null` to let the rules split (PAY-4). */
export const PaymentChoice = t.strict(
  { mode: PaymentMode, split: nullable(PaymentSplit) },
  'PaymentChoice',
);
export type PaymentChoice = t.TypeOf<typeof PaymentChoice>;

/** Everything that a rental starts from; accepted by the renter, then opened as a rental. */
export const RentalRequest = t.strict(
  {
    userId: UserId,
    rentalCode: RentalCode,
    station: StationSerial,
    /** The bank that the user chose, or `null` for the fullest one (START-10). */
    requestedPowerBank: nullable(PowerBankSerial),
    terms: RentalTerms,
    payment: PaymentChoice,
  },
  'RentalRequest',
);
export type RentalRequest = t.TypeOf<typeof RentalRequest>;
