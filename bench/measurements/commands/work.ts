/** The work of these measures: money of a wallet is held, and then captured. */

import { brandOrThrow } from '../../../domain/shared/brand.js';
import { EntryId, HoldId } from '../../../domain/shared/ids.js';
import { instant } from '../../../domain/shared/instant.js';
import { rupees } from '../../../domain/shared/money.js';
import { drive, type Measured, type Timed } from '../../load.js';
import type { WalletKeeper } from '../../rivals/wallets.js';
import { shuffled } from '../../seed.js';
import { shapes } from '../../shapes.js';
import { mustEqual } from '../../sums.js';

/** So many commands are always under way, on many wallets as on one. */
export const { inFlight } = shapes['one-hot-wallet'];

const amount = rupees('1.25');
const at = instant('2026-11-22T10:00:00.000Z');
const expiresAt = instant('2026-11-22T10:15:00.000Z');

/** More than any run takes from one wallet, however fast it is. */
const opening = rupees('10000000.00');

/**
 * Visited one after the other, in an order of the seed's choice. There are far more than commands
 * in flight, so that two hardly ever meet in a wallet.
 */
export const manyWallets = shuffled(Array.from({ length: 1_000 }, (_, index) => `w${index}`));

const openWallet = (keeper: WalletKeeper, walletId: string): Promise<void> =>
  keeper.open(walletId, {
    type: 'CreditWallet',
    creditId: brandOrThrow(EntryId, 'opening'),
    amount: opening,
    source: 'DEMO',
    gateway: null,
    rentalId: null,
    at,
  });

const holdAndCapture = async (
  keeper: WalletKeeper,
  { walletId, pair }: { readonly walletId: string; readonly pair: number },
  timed: Timed,
): Promise<void> => {
  const holdId = brandOrThrow(HoldId, `hold-${pair}`);
  const captureId = brandOrThrow(EntryId, `capture-${pair}`);
  const terms = { holdId, amount, purpose: 'RENTAL', rentalId: null, expiresAt, at } as const;
  await timed(() => keeper.hold(walletId, { type: 'HoldFunds', ...terms }));
  const end = { holdId, captureId, amount, final: true, at } as const;
  await timed(() => keeper.capture(walletId, { type: 'CaptureHold', ...end }));
};

/** Whoever can tell what is stored: the keeper itself, or another one of the same wallets. */
type Witness = Pick<WalletKeeper, 'totals'>;

/** One keeper at work on its wallets, in several turns. */
export interface Worker {
  /** Goes on where the last turn ended. Each pair is two commands: a hold and its capture. */
  turn(seconds: number): Promise<Measured>;
  /** Of all turns. */
  commandsDone(): number;
  /** Compares what is stored with what was done. @throws WrongSum */
  checkSums(what: string, witness: Witness): Promise<void>;
}

/** Opens the wallets. */
export const startWork = async (
  keeper: WalletKeeper,
  walletIds: readonly string[],
): Promise<Worker> => {
  const all = { inFlight, unitsMax: walletIds.length, secondsMax: Infinity };
  await drive(all, (index) => openWallet(keeper, walletIds[index] ?? ''));
  let pairsDone = 0;
  const turn = async (seconds: number): Promise<Measured> => {
    const first = pairsDone;
    const limits = { inFlight, unitsMax: Infinity, secondsMax: seconds };
    const measured = await drive(limits, (index, timed) => {
      const pair = first + index;
      const walletId = walletIds[pair % walletIds.length] ?? '';
      return holdAndCapture(keeper, { walletId, pair }, timed);
    });
    pairsDone += measured.latenciesMs.length / 2;
    return measured;
  };
  return {
    turn,
    commandsDone: () => 2 * pairsDone,
    checkSums: async (what, witness) => {
      const { balance, held } = await witness.totals(walletIds);
      const expected = walletIds.length * opening.minor - pairsDone * amount.minor;
      mustEqual(`paisa in ${what}`, balance, expected);
      mustEqual(`paisa held in ${what}`, held, 0);
    },
  };
};
