import * as E from 'fp-ts/lib/Either.js';
import { type PointsEvent, type PointsState, points } from '../../domain/points/index.js';
import { streamName } from '../../domain/shared/aggregate.js';
import type { UserId } from '../../domain/shared/ids.js';
import { type WalletEvent, type WalletState, wallet } from '../../domain/wallet/index.js';
import type { EventStore } from '../../ports/event-store.js';
import {
  foldUntil,
  type Moment,
  type Past,
  type PastAnswer,
  type PastFault,
  type PastTools,
} from './fold-until.js';

/** Accounts are asked for by their user, and somebody may be known who has none yet. */
export interface AccountTools extends PastTools {
  readonly store: Pick<EventStore, 'readStream' | 'readLast'>;
}

/** Somebody who is registered has an empty account before its first event. */
const orEmpty = async <State>(
  { store }: AccountTools,
  userId: UserId,
  { found, empty }: { readonly found: E.Either<PastFault, Past<State>>; readonly empty: State },
): PastAnswer<State> => {
  if (E.isRight(found) || found.left.kind !== 'unknown') return found;
  const user = await store.readLast(streamName('user', userId));
  return user === null ? found : E.right({ state: empty, events: 0, last: null });
};

/**
 * Both aggregates remember every entry and every closed hold, to recognise wishes that come twice.
 * A balance does not depend on them, so they are dropped at each step: an account of a hundred
 * thousand events takes no more memory than its open holds.
 */
const evolveWallet = (state: WalletState, event: WalletEvent): WalletState => {
  const { closedHolds, entries } = wallet.initial;
  return { ...wallet.evolve(state, event), closedHolds, entries };
};

const evolvePoints = (state: PointsState, event: PointsEvent): PointsState => {
  const { closedHolds, entries } = points.initial;
  return { ...points.evolve(state, event), closedHolds, entries };
};

/** Without what the aggregate remembers of the past. */
export type PastWallet = Omit<WalletState, 'closedHolds' | 'entries'>;
export type PastPoints = Omit<PointsState, 'closedHolds' | 'entries'>;

/** What somebody had in the wallet; `unknown` when there is nobody of this id. */
export const walletAt = async (
  tools: AccountTools,
  userId: UserId,
  moment: Moment,
): PastAnswer<PastWallet> => {
  const found = await foldUntil<WalletState, WalletEvent>(
    tools,
    {
      stream: streamName('wallet', userId),
      initial: wallet.initial,
      evolve: evolveWallet,
      eventOf: (logged) => (logged.category === 'wallet' ? logged.event : null),
    },
    moment,
  );
  return orEmpty<PastWallet>(tools, userId, { found, empty: wallet.initial });
};

/** The same in points. */
export const pointsAt = async (
  tools: AccountTools,
  userId: UserId,
  moment: Moment,
): PastAnswer<PastPoints> => {
  const found = await foldUntil<PointsState, PointsEvent>(
    tools,
    {
      stream: streamName('points', userId),
      initial: points.initial,
      evolve: evolvePoints,
      eventOf: (logged) => (logged.category === 'points' ? logged.event : null),
    },
    moment,
  );
  return orEmpty<PastPoints>(tools, userId, { found, empty: points.initial });
};
