import { type Brand, branded, brandOrThrow } from './brand.js';

/**
 * Ids are text without blanks, and without the characters that separate stream names, URLs or
 * topics. The part after the first `-` of a stream name is the id, so ids may contain `-`.
 */
const idPattern = /^[A-Za-z0-9][A-Za-z0-9._~:-]{0,99}$/;

export const UserId = branded('UserId', idPattern);
export type UserId = Brand<'UserId'>;

export const RentalId = branded('RentalId', idPattern);
export type RentalId = Brand<'RentalId'>;

/** The code by which a user invites others (rules 2.1). */
export const ReferralCode = branded('ReferralCode', /^REF[A-Z0-9]{6}$/);
export type ReferralCode = Brand<'ReferralCode'>;

/** Somebody of the staff. */
export const StaffId = branded('StaffId', idPattern);
export type StaffId = Brand<'StaffId'>;

/** The code that a renter reads out to support: eight of A–Z and 0–9 (rules 2.7). */
export const RentalCode = branded('RentalCode', /^[A-Z0-9]{8}$/);
export type RentalCode = Brand<'RentalCode'>;

export const RentalIssueId = branded('RentalIssueId', idPattern);
export type RentalIssueId = Brand<'RentalIssueId'>;

/** One message of staff to a class of users. */
export const BroadcastId = branded('BroadcastId', idPattern);
export type BroadcastId = Brand<'BroadcastId'>;

export const StationSerial = branded('StationSerial', /^[A-Za-z0-9][A-Za-z0-9_-]{1,49}$/);
export type StationSerial = Brand<'StationSerial'>;

/** Identity of a cabinet's modem: 15 digits (cabinet protocol §1). */
export const Imei = branded('Imei', /^\d{15}$/);
export type Imei = Brand<'Imei'>;

/** Serial of a power bank as its cabinets print it; family A uses a decimal 32-bit number. */
export const PowerBankSerial = branded('PowerBankSerial', /^[A-Za-z0-9]{1,32}$/);
export type PowerBankSerial = Brand<'PowerBankSerial'>;

export const PackageId = branded('PackageId', idPattern);
export type PackageId = Brand<'PackageId'>;

export const LateFeeConfigId = branded('LateFeeConfigId', idPattern);
export type LateFeeConfigId = Brand<'LateFeeConfigId'>;

/** One discount for each pair of station and package (rules 2.12): `{station}~{package}`. */
export const DiscountId = branded('DiscountId', /^[A-Za-z0-9._~:-]{3,160}$/);
export type DiscountId = Brand<'DiscountId'>;

export const discountIdOf = (station: StationSerial, packageId: PackageId): DiscountId =>
  brandOrThrow(DiscountId, `${station}~${packageId}`);

/** A hold on money or points; the same id names both legs of one payment. */
export const HoldId = branded('HoldId', /^[A-Za-z0-9._~:-]{1,160}$/);
export type HoldId = Brand<'HoldId'>;

/** One payment of a rental: for the rental itself, an extension, a due or a cancellation fee. */
export const PaymentId = branded('PaymentId', /^[A-Za-z0-9._~:-]{1,160}$/);
export type PaymentId = Brand<'PaymentId'>;

/** One order to a cabinet to release one power bank. */
export const EjectId = branded('EjectId', /^[A-Za-z0-9._~:-]{1,160}$/);
export type EjectId = Brand<'EjectId'>;

export const SwapId = branded('SwapId', /^[A-Za-z0-9._~:-]{1,160}$/);
export type SwapId = Brand<'SwapId'>;

/** Key under which a credit, award, debit … counts once, however often it is asked for. */
export const EntryId = branded('EntryId', /^[A-Za-z0-9._~:-]{1,200}$/);
export type EntryId = Brand<'EntryId'>;
