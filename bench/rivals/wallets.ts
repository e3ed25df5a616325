import type { WalletWish } from '../../domain/wallet/commands.js';

/** What all wallets hold together, in paisa, as it is stored. */
export interface Totals {
  readonly balance: number;
  readonly held: number;
}

/**
 * Somebody who keeps wallets: we, or a rival. Each wish is answered when it is stored for good, and
 * counts once under its id.
 *
 * @throws when a wish is refused: the benchmark asks for nothing that may be refused.
 */
export interface WalletKeeper {
  /** The first credit of a wallet, which there was not before. */
  open(walletId: string, wish: WalletWish<'CreditWallet'>): Promise<void>;
  hold(walletId: string, wish: WalletWish<'HoldFunds'>): Promise<void>;
  capture(walletId: string, wish: WalletWish<'CaptureHold'>): Promise<void>;
  /** Read anew from what is stored, nothing from memory. */
  totals(walletIds: readonly string[]): Promise<Totals>;
  close(): Promise<void>;
}

/** Opens a rival on an empty database of its own. */
export type OpenRival = (databaseUrl: string) => Promise<WalletKeeper>;
