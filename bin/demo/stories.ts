/** What the people of the demo do on the first start, in real time and through the public doors. */

import { setTimeout as delay } from 'node:timers/promises';
import * as E from 'fp-ts/lib/Either.js';
import { obey } from '../../adapters/embedded/cabinets/behaviour.js';
import { brandOrThrow } from '../../domain/shared/brand.js';
import { RentalId, UserId } from '../../domain/shared/ids.js';
import { OperatorError } from '../cli/operator-error.js';
import type { Parts } from '../compose.js';
import type { ApiClient, ApiRental } from './api-client.js';
import type { DemoCabinet } from './cabinets.js';
import type { Hands } from './hands.js';

export interface Stage {
  readonly parts: Pick<Parts, 'handlers'>;
  readonly cabinets: readonly DemoCabinet[];
  readonly api: ApiClient;
  readonly hands: Hands;
}

const lookEveryMs = 50;
const patienceMs = 30_000;

/** Looks again and again: the demo has no other business meanwhile. */
const until = async (what: string, isSo: () => Promise<boolean>): Promise<void> => {
  const deadline = performance.now() + patienceMs;
  while (!(await isSo())) {
    if (performance.now() > deadline) {
      throw new OperatorError([`the demo waited ${patienceMs / 1_000} s in vain until ${what}`]);
    }
    await delay(lookEveryMs);
  }
};

/** Resolves when every cabinet is connected and has shown what is in it. */
export const untilCabinetsAreUp = async ({ parts, cabinets }: Stage): Promise<void> => {
  for (const { station, cabinet } of cabinets) {
    await until(`${station.serial} is up`, async () => {
      const { state } = await parts.handlers.station.load(station.serial);
      return cabinet.isConnected() && state.presence === 'ONLINE' && state.firstSyncedAt !== null;
    });
  }
};

const user = (id: string): UserId => brandOrThrow(UserId, id);

/** The rental is over, and its reward is there: she had spent all her points on it. */
const isRewarded = async (
  { parts: { handlers } }: Stage,
  { rental_id }: ApiRental,
  who: UserId,
): Promise<boolean> => {
  const { state: rental } = await handlers.rental.load(brandOrThrow(RentalId, rental_id));
  const { state: points } = await handlers.points.load(who);
  return rental?.status === 'COMPLETED' && points.balance > 0;
};

const wentWrong = (who: string, why: string): string => `${who}: did not go as planned (${why})`;

/** One bank, taken here and put back there. */
const returnsElsewhere = async (stage: Stage): Promise<string> => {
  const who = user('asha');
  const wish = { station_sn: 'KTM001', package_id: 'hour-1', payment_mode: 'wallet_points' };
  const rental = await stage.api.startRental(who, wish);
  if (E.isLeft(rental)) return wentWrong(who, rental.left);
  const put = await stage.hands.putBack({ user: who, station: 'LTP001' });
  if (E.isLeft(put)) return wentWrong(who, put.left);
  const { bank, slot } = put.right;
  await until(`${bank} is known to be back`, () => isRewarded(stage, rental.right, who));
  return `${who}: took bank ${bank} at KTM001, put it back at LTP001 slot ${slot}; COMPLETED`;
};

const keepsTheBank = async ({ api }: Stage): Promise<string> => {
  const who = user('bikram');
  const wish = { station_sn: 'THM001', package_id: 'hour-4', payment_mode: 'wallet_points' };
  const rental = await api.startRental(who, wish);
  if (E.isLeft(rental)) return wentWrong(who, rental.left);
  const { powerbank_sn, status } = rental.right;
  return `${who}: took bank ${powerbank_sn} at THM001 and still has it; ${status}`;
};

/** A lock that does not open: everything that was held is given back. */
const jammedState = 0x12;

const meetsAJam = async ({ api, cabinets }: Stage): Promise<string> => {
  const who = user('chandra');
  const jammed = cabinets.find(({ station }) => station.serial === 'PTN001');
  jammed?.cabinet.setBehaviour(() => ({ kind: 'refuse', state: jammedState }));
  const wish = { station_sn: 'PTN001', package_id: 'hour-1', payment_mode: 'wallet' };
  const rental = await api.startRental(who, wish);
  jammed?.cabinet.setBehaviour(obey);
  if (E.isRight(rental)) return wentWrong(who, rental.right.status);
  return `${who}: the lock at PTN001 jammed; ${rental.left}, nothing was charged`;
};

const hasNoMoney = async ({ api }: Stage): Promise<string> => {
  const who = user('deepa');
  const wish = { station_sn: 'BDH001', package_id: 'hour-1', payment_mode: 'wallet_points' };
  const rental = await api.startRental(who, wish);
  if (E.isRight(rental)) return wentWrong(who, rental.right.status);
  return `${who}: has too little for an hour at BDH001; ${rental.left}`;
};

/** All of them at once, as on any afternoon. @returns one line for each. */
export const playStories = (stage: Stage): Promise<readonly string[]> =>
  Promise.all([returnsElsewhere, keepsTheBank, meetsAJam, hasNoMoney].map((play) => play(stage)));
