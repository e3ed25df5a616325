/** What was at a moment, as a person reads it; the same as `--json` says. */

import type * as t from 'io-ts';
import { plainTime } from '../../../audit/plain-time.js';
import { type Money, toRupees } from '../../../domain/shared/money.js';
import type { RentalAt } from '../../../read-api/past/rental-shape.js';
import type { PointsAt, WalletAt } from '../../../read-api/past/shapes.js';
import type { StationAt } from '../../../read-api/past/station-shape.js';
import { inColumns } from '../../cli/columns.js';

type Wallet = t.TypeOf<typeof WalletAt>;
type Points = t.TypeOf<typeof PointsAt>;
type Rental = t.TypeOf<typeof RentalAt>;
type Station = t.TypeOf<typeof StationAt>;
type Lines = readonly string[];

const when = ({ at, position }: Wallet | Points | Rental | Station): string => {
  const byTime = at === null ? '' : ` at ${plainTime(at)} in Kathmandu`;
  const byPlace = position === null ? '' : ` at position ${position}`;
  return byTime === '' && byPlace === '' ? ' now' : `${byTime}${byPlace}`;
};

const source = ({ events, last_event: last }: Wallet | Points | Rental | Station): string =>
  last === null
    ? 'nothing had happened yet'
    : `made of ${events} events; the last was ${last.event_type} ` +
      `(revision ${last.revision}, position ${last.position}) at ${plainTime(last.at)}`;

/** Pairs of a name and a value, one below the other; those without a value are left out. */
const pairs = (rows: readonly (readonly [string, string | number | null])[]): Lines => {
  const shown = rows.flatMap(([name, value]) => (value === null ? [] : [[name, value] as const]));
  const width = Math.max(...shown.map(([name]) => name.length));
  return shown.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`);
};

const table = (heads: readonly string[], rows: readonly (readonly string[])[]): Lines =>
  rows.length === 0 ? [] : inColumns(heads, rows).map((line) => `  ${line}`);

const money = (amount: Money): string => toRupees(amount);
const orDash = (text: string | number | null): string => (text === null ? '-' : String(text));
const timeOrNull = (at: Rental['started_at']): string | null =>
  at === null ? null : plainTime(at);

export const walletText = (wallet: Wallet): Lines => [
  `wallet of ${wallet.user_id}${when(wallet)}, in rupees`,
  ...pairs([
    ['balance', money(wallet.balance)],
    ['held', money(wallet.held)],
    ['spendable', money(wallet.spendable)],
  ]),
  ...table(
    ['HOLD', 'REMAINING', 'OF', 'FOR', 'RENTAL', 'EXPIRES'],
    wallet.open_holds.map((hold) => [
      hold.hold_id,
      money(hold.remaining),
      money(hold.amount),
      hold.purpose,
      orDash(hold.rental_id),
      plainTime(hold.expires_at),
    ]),
  ),
  source(wallet),
];

export const pointsText = (points: Points): Lines => [
  `points of ${points.user_id}${when(points)}`,
  ...pairs([
    ['balance', points.balance],
    ['held', points.held],
    ['spendable', points.spendable],
    ['ever earned', points.lifetime_earned],
  ]),
  ...table(
    ['HOLD', 'POINTS', 'RENTAL', 'EXPIRES'],
    points.open_holds.map((hold) => [
      hold.hold_id,
      String(hold.points),
      orDash(hold.rental_id),
      plainTime(hold.expires_at),
    ]),
  ),
  source(points),
];

const endOf = ({ completion, cancellation }: Rental): readonly [string, string | null][] => [
  ['ended', completion === null ? null : `${completion.reason} ${plainTime(completion.ended_at)}`],
  ['charged', completion === null ? null : money(completion.total)],
  ['cancelled', cancellation === null ? null : cancellation.cause],
  ['fee kept', cancellation === null ? null : money(cancellation.fee)],
];

export const rentalText = (rental: Rental): Lines => [
  `rental ${rental.rental_id}${when(rental)}: ${rental.status}`,
  ...pairs([
    ['renter', rental.user_id],
    ['code', rental.rental_code],
    ['package', rental.package_id],
    ['picked up at', rental.pickup_station],
    ['power bank', rental.power_bank],
    ['requested', plainTime(rental.requested_at)],
    ['started', timeOrNull(rental.started_at)],
    ['due', timeOrNull(rental.due_at)],
    ['returned', timeOrNull(rental.returned_at)],
    ['returned at', rental.return_station],
    ['open due', rental.has_open_due ? 'yes' : null],
    ...endOf(rental),
  ]),
  ...table(
    ['PAYMENT', 'FOR', 'AMOUNT', 'POINTS', 'WALLET', 'STATUS'],
    rental.payments.map(({ payment_id, purpose, amount, split, status }) => [
      payment_id,
      purpose,
      money(amount),
      String(split.points),
      money(split.wallet),
      status,
    ]),
  ),
  source(rental),
];

export const stationText = (station: Station): Lines => [
  `station ${station.station}${when(station)}: ${station.presence}` +
    `${station.in_maintenance ? ', in maintenance' : ''}`,
  ...pairs([
    ['name', station.name],
    ['since', timeOrNull(station.presence_since)],
    ['slots', station.total_slots],
  ]),
  ...table(
    ['SLOT', 'CONDITION', 'POWER BANK', 'CHARGE %', 'RESERVED FOR', 'SEEN'],
    station.slots.map((slot) => [
      String(slot.number),
      slot.condition,
      orDash(slot.power_bank),
      orDash(slot.battery_percent),
      orDash(slot.reserved_by),
      plainTime(slot.seen_at),
    ]),
  ),
  ...table(
    ['EJECT', 'STAGE', 'POWER BANK', 'RENTAL'],
    station.open_ejects.map(({ eject_id, stage, power_bank, rental_id }) => [
      eject_id,
      stage,
      power_bank,
      orDash(rental_id),
    ]),
  ),
  source(station),
];
