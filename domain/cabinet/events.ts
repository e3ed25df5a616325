import * as t from 'io-ts';
import { integer, nullable, oneOf, text } from '../shared/codecs.js';
import { type EventOf, event } from '../shared/events.js';
import { EntryId } from '../shared/ids.js';
import { Instant } from '../shared/instant.js';

/** Loudness of a cabinet's loudspeaker (STA-5). */
export const Volume = integer('Volume', { minimum: 0, maximum: 100 });

/** Things that a cabinet is told, other than to eject: harmless when told twice (protocol §9). */
export const CabinetOrder = t.union([
  t.strict({ kind: t.literal('reboot') }),
  t.strict({ kind: t.literal('check'), includeEmpty: t.boolean }),
  t.strict({ kind: t.literal('wifi-scan') }),
  /** The password is no part of the event; the adapter fetches it once under `secretId`. */
  t.strict({
    kind: t.literal('wifi-connect'),
    ssid: text('Ssid', { minLength: 1, maxLength: 32 }),
    secretId: nullable(t.string),
  }),
  t.strict({ kind: t.literal('volume'), volume: Volume }),
  t.strict({ kind: t.literal('mode'), mode: oneOf('NetworkMode', ['wifi', '4g']) }),
  t.strict({ kind: t.literal('load-ad') }),
]);
export type CabinetOrder = t.TypeOf<typeof CabinetOrder>;

/** Where an order came from (rules 2.29). `PROCESS` is the settling of an uncertain eject. */
export const OrderOrigin = oneOf('OrderOrigin', [
  'MOBILE_APP',
  'DASHBOARD',
  'ADMIN_PANEL',
  'PROCESS',
]);
export type OrderOrigin = t.TypeOf<typeof OrderOrigin>;

/** Why an order did not reach its end. */
export const OrderFailure = oneOf('OrderFailure', [
  'not-connected',
  'no-answer',
  /** Nobody sent it in time, or the secret that it needed was gone. */
  'expired',
  /** This family of cabinets has no such command, or not with these values. */
  'not-understood',
]);
export type OrderFailure = t.TypeOf<typeof OrderFailure>;

/** Talk with one cabinet beside ejections; an append-only history (rules 2.29). */
export const cabinetEvents = {
  CabinetOrdered: event(
    t.strict({ orderId: EntryId, order: CabinetOrder, origin: OrderOrigin, at: Instant }),
  ),
  CabinetOrderSent: event(t.strict({ orderId: EntryId, at: Instant })),
  CabinetOrderAnswered: event(
    t.strict({ orderId: EntryId, ssids: nullable(t.readonlyArray(t.string)), at: Instant }),
  ),
  CabinetOrderFailed: event(t.strict({ orderId: EntryId, failure: OrderFailure, at: Instant })),
} as const;

export type CabinetEvent = EventOf<typeof cabinetEvents>;
