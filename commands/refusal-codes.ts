/** A refusal of the domain: its kind, and whatever facts belong to it. */
export interface AnyRefusal {
  readonly kind: string;
}

/**
 * Words known to clients (rules 3.24) where they are not simply the kind in snake case: the
 * domain names the reason, the client knows the situation.
 */
const knownWords: Readonly<Record<string, string>> = {
  StationUnknown: 'station_not_found',
  StationInMaintenance: 'station_maintenance',
  RequestedPowerBankUnavailable: 'requested_powerbank_unavailable',
  PowerBankStationMismatch: 'powerbank_station_mismatch',
  NoPowerBankAvailable: 'no_power_bank_available',
  InsufficientFunds: 'insufficient_balance',
  InsufficientPoints: 'insufficient_balance',
  PackageUnknown: 'package_not_found',
  LateFeeConfigUnknown: 'late_fee_config_not_found',
  DiscountUnknown: 'discount_not_found',
  AccountIsDeleted: 'user_invalid',
  UserUnknown: 'user_invalid',
  RenterIsClosed: 'user_invalid',
  SettingUnknown: 'setting_not_found',
  StaffUnknown: 'staff_not_found',
  IdReused: 'idempotency_conflict',
};

/** `NoDueAmount` becomes `no_due_amount`. */
const snakeCase = (kind: string): string =>
  kind.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, '_').toLowerCase();

/** The word under which clients know a refusal. */
export const refusalCode = ({ kind }: AnyRefusal): string => knownWords[kind] ?? snakeCase(kind);
