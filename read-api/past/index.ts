/** What was, from the log: for auditors and staff who doubt what a read model shows. */

import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import {
  type Moment,
  type Past,
  type PastFault,
  pointsAt,
  rentalAt,
  stationAt,
  walletAt,
} from '../../audit/past/index.js';
import { firstInstantOf, lastInstantOf } from '../../domain/shared/day.js';
import { RentalId, StationSerial, UserId } from '../../domain/shared/ids.js';
import type { Instant } from '../../domain/shared/instant.js';
import type { EventStore } from '../../ports/event-store.js';
import { stop } from '../../ports/http/problem.js';
import type { ProblemCode } from '../../ports/http/problem-codes.js';
import { type Route, route } from '../../ports/http/route.js';
import { Moment as MomentText } from '../ledger/shapes.js';
import { LogPlace } from '../reading.js';
import { RentalAt, rentalItem } from './rental-shape.js';
import { PointsAt, pointsItem, tag, WalletAt, walletItem } from './shapes.js';
import { StationAt, stationItem } from './station-shape.js';

export interface PastReadTools {
  readonly store: Pick<EventStore, 'readStream' | 'readLast' | 'lastPosition'>;
}

const MomentQuery = t.exact(t.partial({ at: MomentText, position: LogPlace }));
type MomentQuery = t.TypeOf<typeof MomentQuery>;

/** A day stands for its end, or for now while it lasts. */
const instantOf = (at: NonNullable<MomentQuery['at']>, now: Instant): Instant => {
  if (firstInstantOf(at) > now) throw stop('moment_in_future', { facts: { now } });
  const last = lastInstantOf(at);
  return last > now ? now : last;
};

/** @throws ProblemError 400 when it has not come yet, or the log does not reach that far. */
const momentOf = async (
  { store }: PastReadTools,
  { at, position: text }: MomentQuery,
  now: Instant,
): Promise<Moment> => {
  const position = text === undefined ? null : BigInt(text);
  if (position !== null) {
    const last = await store.lastPosition();
    if (last === null || position > last) {
      throw stop('position_beyond_log', { facts: { last_position: last?.toString() ?? null } });
    }
  }
  return { at: at === undefined ? null : instantOf(at, now), position };
};

type NotFound = Extract<ProblemCode, `${'user' | 'rental' | 'station'}_not_found`>;

/** @throws ProblemError 404 for what never was, 500 when the log cannot be read. */
const foundPast = <State>(
  answer: E.Either<PastFault, Past<State>>,
  code: NotFound,
): Past<State> => {
  if (E.isRight(answer)) return answer.right;
  if (answer.left.kind === 'unknown') throw stop(code);
  const { revision, position } = answer.left;
  throw stop('history_unreadable', {
    facts: { revision: Number(revision), position: position.toString() },
  });
};

/** @throws ProblemError 404 for what is known, but was not there yet. */
const begun = <Item>(item: Item | null): Item => {
  if (item === null) throw stop('not_there_yet');
  return item;
};

const description = [
  'From the log itself, and from no read model. `at` is an instant, or a day in Nepal, of which it',
  'is the end: facts that had happened by then count, also those that became known later.',
  '`position` is a place in the log: what was known there. With both, what was known there of what',
  'had happened by then; without either, now.',
].join(' ');

const momentProblems = ['moment_in_future', 'position_beyond_log', 'history_unreadable'] as const;

const readWalletAt = (tools: PastReadTools): Route =>
  route({
    operation: 'readWalletAt',
    method: 'GET',
    path: '/api/audit/wallets/:userId',
    summary: 'What somebody had in the wallet at any moment',
    description,
    tag,
    params: t.strict({ userId: UserId }),
    query: MomentQuery,
    responses: { 200: WalletAt },
    problems: ['user_not_found', ...momentProblems],
    handler: async ({ params: { userId }, query, now, signal }, answer) => {
      const moment = await momentOf(tools, query, now);
      const past = await walletAt({ store: tools.store, signal }, userId, moment);
      return answer(200, walletItem(userId, moment, foundPast(past, 'user_not_found')));
    },
  });

const readPointsAt = (tools: PastReadTools): Route =>
  route({
    operation: 'readPointsAt',
    method: 'GET',
    path: '/api/audit/points/:userId',
    summary: 'What somebody had in points at any moment',
    description,
    tag,
    params: t.strict({ userId: UserId }),
    query: MomentQuery,
    responses: { 200: PointsAt },
    problems: ['user_not_found', ...momentProblems],
    handler: async ({ params: { userId }, query, now, signal }, answer) => {
      const moment = await momentOf(tools, query, now);
      const past = await pointsAt({ store: tools.store, signal }, userId, moment);
      return answer(200, pointsItem(userId, moment, foundPast(past, 'user_not_found')));
    },
  });

const readRentalAt = (tools: PastReadTools): Route =>
  route({
    operation: 'readRentalAt',
    method: 'GET',
    path: '/api/audit/rentals/:rentalId',
    summary: 'Where a rental stood at any moment',
    description,
    tag,
    params: t.strict({ rentalId: RentalId }),
    query: MomentQuery,
    responses: { 200: RentalAt },
    problems: ['rental_not_found', 'not_there_yet', ...momentProblems],
    handler: async ({ params: { rentalId }, query, now, signal }, answer) => {
      const moment = await momentOf(tools, query, now);
      const found = await rentalAt({ store: tools.store, signal }, rentalId, moment);
      const past = foundPast(found, 'rental_not_found');
      return answer(200, begun(rentalItem(moment, past)));
    },
  });

const readStationAt = (tools: PastReadTools): Route =>
  route({
    operation: 'readStationAt',
    method: 'GET',
    path: '/api/audit/stations/:serial',
    summary: 'What was in the slots of a station at any moment',
    description,
    tag,
    params: t.strict({ serial: StationSerial }),
    query: MomentQuery,
    responses: { 200: StationAt },
    problems: ['station_not_found', 'not_there_yet', ...momentProblems],
    handler: async ({ params: { serial }, query, now, signal }, answer) => {
      const moment = await momentOf(tools, query, now);
      const found = await stationAt({ store: tools.store, signal }, serial, moment);
      const past = foundPast(found, 'station_not_found');
      return answer(200, begun(stationItem(moment, past)));
    },
  });

export const pastReads = (tools: PastReadTools): readonly Route[] => [
  readWalletAt(tools),
  readPointsAt(tools),
  readRentalAt(tools),
  readStationAt(tools),
];
