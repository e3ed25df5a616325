import type { Aggregate } from '../shared/aggregate.js';
import type { WalletCommand, WalletRefusal } from './commands.js';
import { decideWallet } from './decide.js';
import { type WalletEvent, walletEvents } from './events.js';
import { walletSnapshots } from './snapshot.js';
import { emptyWallet, evolveWallet, type WalletState } from './state.js';

export type { WalletCommand, WalletRefusal } from './commands.js';
export {
  CreditSource,
  FundsPurpose,
  HoldClosing,
  type WalletEvent,
  walletEvents,
} from './events.js';
export { type ClosedHold, findHold, type OpenHold, spendable, type WalletState } from './state.js';

/** A user's money: stream `wallet-{userId}`. */
export const wallet: Aggregate<WalletCommand, WalletState, WalletEvent, WalletRefusal> = {
  category: 'wallet',
  events: walletEvents,
  initial: emptyWallet,
  decide: decideWallet,
  evolve: evolveWallet,
  snapshots: walletSnapshots,
};
