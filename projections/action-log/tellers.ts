/**
 * What of an event the action log shows: a closed list, so that secrets, names and whatever people
 * wrote about people are left out by not being in it (P-121). An event without an entry is logged
 * with who, what and when.
 */

import type { PartnerType } from '../../domain/partner/index.js';
import type { Category } from '../../domain/registry.js';
import { Money, toRupees } from '../../domain/shared/money.js';
import type { StationDetails } from '../../domain/station/details.js';
import { isRecord, type Json, type JsonObject } from '../../ports/http/json.js';
import type { LoggedEvent } from '../../ports/logged-event.js';
import type { DataOf, TypeIn } from '../engine/projection.js';

type Tellers = {
  readonly [C in Category]?: {
    readonly [T in TypeIn<C>]?: (data: DataOf<C, T>) => JsonObject;
  };
};

const snakeCase = (name: string): string =>
  name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const shown = (value: unknown): Json => {
  if (Money.is(value)) return toRupees(value);
  if (Array.isArray(value)) return value.map(shown);
  if (isRecord(value)) return fieldsOf(value);
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  return typeof value === 'number' ? value : null;
};

/** All fields as clients read them: names in snake case, money as decimal text. */
const fieldsOf = (fields: object): JsonObject =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [snakeCase(name), shown(value)]),
  );

const active = (): JsonObject => ({ is_active: true });
const inactive = (): JsonObject => ({ is_active: false });

const partnerFields = (type: PartnerType): JsonObject => ({
  partner_type: type.kind,
  vendor_type: type.kind === 'VENDOR' ? type.vendorType : null,
});

const stationFields = ({ details }: { readonly details: StationDetails }): JsonObject =>
  fieldsOf(details);

const tellers: Tellers = {
  settings: {
    SettingChanged: ({ value }) => ({ value }),
    SettingPresented: ({ isActive, isPublic, description }) =>
      fieldsOf({ isActive, isPublic, description }),
    SettingRemoved: () => ({ value: null }),
  },
  staff: {
    StaffAdded: ({ role }) => ({ role, is_active: true }),
    StaffRoleChanged: ({ role }) => ({ role }),
    StaffDeactivated: inactive,
    StaffReactivated: active,
    StaffRemoved: () => ({ role: null, is_active: false }),
  },
  partner: {
    PartnerAdded: ({ type }) => ({ ...partnerFields(type), is_active: true }),
    VendorTypeChanged: ({ vendorType }) => ({ vendor_type: vendorType }),
    PartnerDeactivated: inactive,
    PartnerReactivated: active,
  },
  user: {
    UserStatusChanged: ({ status }) => ({ status }),
    KycStatusChanged: ({ status }) => ({ kyc_status: status }),
  },
  wallet: {
    WalletAdjusted: ({ amount }) => ({ amount: toRupees(amount) }),
  },
  points: {
    PointsAdjusted: ({ points }) => ({ points }),
  },
  package: {
    PackageCreated: ({ details }) => ({ ...fieldsOf(details), is_active: true }),
    PackageChanged: ({ details }) => fieldsOf(details),
    PackageActivated: active,
    PackageDeactivated: inactive,
  },
  latefee: {
    LateFeeConfigCreated: ({ config }) => ({ ...fieldsOf(config), is_active: false }),
    LateFeeConfigChanged: ({ config }) => fieldsOf(config),
    LateFeeConfigActivated: active,
    LateFeeConfigDeactivated: inactive,
    LateFeeConfigDeleted: () => ({ is_deleted: true }),
  },
  discount: {
    DiscountOffered: ({ offer }) => ({ ...fieldsOf(offer), is_active: true }),
    DiscountChanged: ({ offer }) => fieldsOf(offer),
    DiscountActivated: active,
    DiscountDeactivated: inactive,
    DiscountExpired: inactive,
  },
  station: {
    StationRegistered: stationFields,
    StationDetailsChanged: stationFields,
    MaintenanceStarted: () => ({ is_maintenance: true }),
    MaintenanceEnded: () => ({ is_maintenance: false }),
    EjectQueued: ({ powerBank }) => ({ power_bank: powerBank }),
  },
  cabinet: {
    CabinetOrdered: ({ order }) => ({
      order: order.kind,
      ...(order.kind === 'volume' ? { volume: order.volume } : {}),
      ...(order.kind === 'mode' ? { mode: order.mode } : {}),
    }),
  },
  powerbank: {
    ServiceStateChanged: ({ state }) => ({ state }),
  },
  broadcast: {
    // Words to everybody, and about nobody.
    BroadcastAccepted: ({ title, message, audience, channels }) =>
      fieldsOf({ title, message, targetAudience: audience, channels }),
  },
  rental: {
    RentalCompleted: ({ reason, owed }) => ({ reason, owed: toRupees(owed) }),
  },
};

/** What an event says of its target, as far as staff may read it; `null` when it is not listed. */
export const tell = ({ category, event }: LoggedEvent): JsonObject | null => {
  const ofCategory: Readonly<Record<string, unknown>> = tellers[category] ?? {};
  const teller = ofCategory[event.type];
  if (typeof teller !== 'function') return null;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- looked up by its own type
  return (teller as (data: unknown) => JsonObject)(event.data);
};

/** Several things share a stream in some categories; this is the one that an event is about. */
export const targetOf = (logged: LoggedEvent): string => {
  if (logged.category === 'settings') return logged.event.data.key;
  if (logged.category === 'staff') return logged.event.data.staffId;
  if (logged.category === 'latefee') return logged.event.data.configId;
  return logged.streamId;
};
