import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { nullable } from '../shared/codecs.js';
import { lookUp } from '../shared/growing-map.js';
import { EntryId, HoldId, RentalId } from '../shared/ids.js';
import { Instant } from '../shared/instant.js';
import { isZero, Money } from '../shared/money.js';
import { entryKey, holdKey, type SnapshotRules } from '../shared/snapshot-rules.js';
import type { WalletCommand } from './commands.js';
import { FundsPurpose, type WalletEvent } from './events.js';
import { emptyWallet, findHold, type WalletState } from './state.js';

const StoredHold = t.strict({
  holdId: HoldId,
  amount: Money,
  purpose: FundsPurpose,
  rentalId: nullable(RentalId),
  remaining: Money,
  lastCapture: nullable(EntryId),
  expiresAt: Instant,
});

/** Open holds in the order in which they were opened. */
const StoredWallet = t.strict({
  balance: Money,
  held: Money,
  openHolds: t.readonlyArray(StoredHold),
});

const toStored = ({ balance, held, openHolds }: WalletState): unknown =>
  StoredWallet.encode({
    balance,
    held,
    openHolds: [...openHolds].map(([holdId, hold]) => ({ holdId, ...hold })),
  });

const restored = ({ balance, held, openHolds }: t.TypeOf<typeof StoredWallet>): WalletState => ({
  ...emptyWallet,
  balance,
  held,
  openHolds: new Map(
    openHolds.map(({ holdId, ...hold }) => [holdId, { status: 'open', ...hold }] as const),
  ),
});

/** An open hold is in the state itself; it joins the memory when it is closed. */
const keysSeen = (event: WalletEvent): readonly string[] => {
  switch (event.type) {
    case 'FundsCredited':
      return [entryKey(event.data.creditId)];
    case 'FundsHeld':
      return [];
    case 'FundsCaptured': {
      const { captureId, holdId, remaining } = event.data;
      return isZero(remaining) ? [entryKey(captureId), holdKey(holdId)] : [entryKey(captureId)];
    }
    case 'FundsReleased':
      return [holdKey(event.data.holdId)];
    case 'FundsDebited':
      return [entryKey(event.data.debitId)];
    case 'WalletAdjusted':
      return [entryKey(event.data.adjustmentId)];
    default:
      return [];
  }
};

const wantedEntry = (wallet: WalletState, id: EntryId): readonly string[] =>
  lookUp(wallet.entries, id) === undefined ? [entryKey(id)] : [];

const wantedHold = (wallet: WalletState, id: HoldId): readonly string[] =>
  findHold(wallet, id) === undefined ? [holdKey(id)] : [];

const keysWanted = (command: WalletCommand, wallet: WalletState): readonly string[] => {
  switch (command.type) {
    case 'CreditWallet':
      return wantedEntry(wallet, command.creditId);
    case 'DebitWallet':
      return wantedEntry(wallet, command.debitId);
    case 'AdjustWallet':
      return wantedEntry(wallet, command.adjustmentId);
    case 'CaptureHold':
      // Where the capture is known, so is its hold: both were there when it was captured.
      return lookUp(wallet.entries, command.captureId) === undefined
        ? [entryKey(command.captureId), ...wantedHold(wallet, command.holdId)]
        : [];
    case 'HoldFunds':
    case 'ReleaseHold':
    case 'ExpireHold':
      return wantedHold(wallet, command.holdId);
  }
};

export const walletSnapshots: SnapshotRules<WalletCommand, WalletState, WalletEvent> = {
  version: 1,
  toStored,
  fromStored: (stored) => E.map(restored)(StoredWallet.decode(stored)),
  keysSeen,
  keysWanted,
};
