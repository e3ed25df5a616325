/** What the benchmark and the process of its cabinets say to each other. */

import * as t from 'io-ts';

/** All cabinets of a network, and how they get in. */
export const FleetPlan = t.strict({
  cabinets: t.number,
  slots: t.number,
  banks: t.number,
  host: t.string,
  port: t.number,
  productKey: t.string,
  masterKey: t.string,
});
export type FleetPlan = t.TypeOf<typeof FleetPlan>;

export const FleetOrder = t.union([
  t.strict({ kind: t.literal('connect') }),
  /** Every cabinet publishes its inventory once, with this charge in its first slot. */
  t.strict({ kind: t.literal('upload'), percent: t.number }),
]);
export type FleetOrder = t.TypeOf<typeof FleetOrder>;

export const FleetAnswer = t.strict({ seconds: t.number, connected: t.number });
export type FleetAnswer = t.TypeOf<typeof FleetAnswer>;

export const BrokerPlan = t.strict({
  port: t.number,
  productKey: t.string,
  masterKey: t.string,
  username: t.string,
  password: t.string,
});
export type BrokerPlan = t.TypeOf<typeof BrokerPlan>;

const imeiDigits = 15;
const firstImei = 870_000_000_000_000;
const firstBank = 20_000_000;

export const imeiOf = (cabinet: number): string =>
  String(firstImei + cabinet).padStart(imeiDigits, '0');

export const stationOf = (cabinet: number): string => `FLEET-${cabinet}`;

export const bankOf = (cabinet: number, slot: number, slots: number): string =>
  String(firstBank + cabinet * slots + slot);
