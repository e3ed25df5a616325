import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { Integer, NonNegativeInteger, nullable } from '../shared/codecs.js';
import { lookUp } from '../shared/growing-map.js';
import { type EntryId, HoldId, RentalId } from '../shared/ids.js';
import { Instant } from '../shared/instant.js';
import { entryKey, holdKey, type SnapshotRules } from '../shared/snapshot-rules.js';
import type { PointsCommand } from './commands.js';
import type { PointsEvent } from './events.js';
import { emptyPoints, findPointsHold, type PointsState } from './state.js';

const StoredHold = t.strict({
  holdId: HoldId,
  points: Integer,
  rentalId: nullable(RentalId),
  expiresAt: Instant,
});

/** Open holds in the order in which they were opened. */
const StoredPoints = t.strict({
  balance: Integer,
  held: Integer,
  lifetimeEarned: NonNegativeInteger,
  openHolds: t.readonlyArray(StoredHold),
});

const toStored = ({ balance, held, lifetimeEarned, openHolds }: PointsState): unknown =>
  StoredPoints.encode({
    balance,
    held,
    lifetimeEarned,
    openHolds: [...openHolds].map(([holdId, hold]) => ({ holdId, ...hold })),
  });

const restored = ({
  balance,
  held,
  lifetimeEarned,
  openHolds,
}: t.TypeOf<typeof StoredPoints>): PointsState => ({
  ...emptyPoints,
  balance,
  held,
  lifetimeEarned,
  openHolds: new Map(
    openHolds.map(({ holdId, ...hold }) => [holdId, { status: 'open', ...hold }] as const),
  ),
});

/** An open hold is in the state itself; it joins the memory when it is closed. */
const keysSeen = (event: PointsEvent): readonly string[] => {
  switch (event.type) {
    case 'PointsAwarded':
      return [entryKey(event.data.awardId)];
    case 'PointsHeld':
      return [];
    case 'PointsRedeemed':
    case 'PointsReleased':
      return [holdKey(event.data.holdId)];
    case 'PointsGivenBack':
      return [entryKey(event.data.givingBackId)];
    case 'PointsAdjusted':
      return [entryKey(event.data.adjustmentId)];
    default:
      return [];
  }
};

const wantedEntry = (account: PointsState, id: EntryId): readonly string[] =>
  lookUp(account.entries, id) === undefined ? [entryKey(id)] : [];

const keysWanted = (command: PointsCommand, account: PointsState): readonly string[] => {
  switch (command.type) {
    case 'AwardPoints':
      return wantedEntry(account, command.awardId);
    case 'GiveBackPoints':
      return wantedEntry(account, command.givingBackId);
    case 'AdjustPoints':
      return wantedEntry(account, command.adjustmentId);
    case 'HoldPoints':
    case 'RedeemHold':
    case 'ReleaseHold':
    case 'ExpireHold':
      return findPointsHold(account, command.holdId) === undefined ? [holdKey(command.holdId)] : [];
  }
};

export const pointsSnapshots: SnapshotRules<PointsCommand, PointsState, PointsEvent> = {
  version: 1,
  toStored,
  fromStored: (stored) => E.map(restored)(StoredPoints.decode(stored)),
  keysSeen,
  keysWanted,
};
