import fc from 'fast-check';
import { brandOrThrow } from '../../domain/shared/brand.js';
import { EntryId, HoldId } from '../../domain/shared/ids.js';
import { instant, plusMinutes } from '../../domain/shared/instant.js';
import { paisa } from '../../domain/shared/money.js';
import type { WalletCommand } from '../../domain/wallet/index.js';

const start = instant('2026-03-01T10:00:00.000Z');
/** Few ids and small amounts, so that commands meet each other instead of passing by. */
const entryId = fc.integer({ min: 1, max: 12 }).map((n) => brandOrThrow(EntryId, `entry-${n}`));
const captureId = fc.integer({ min: 1, max: 9 }).map((n) => brandOrThrow(EntryId, `capture-${n}`));
const holdId = fc.integer({ min: 1, max: 6 }).map((n) => brandOrThrow(HoldId, `hold-${n}`));
const amount = fc.constantFrom(-1, 0, 1, 2, 5, 10, 30, 80).map(paisa);
const at = fc.integer({ min: 0, max: 60 }).map((minutes) => plusMinutes(start, minutes));
const rentalId = fc.constant(null);

const credit = fc.record({
  type: fc.constant('CreditWallet' as const),
  creditId: entryId,
  amount,
  source: fc.constantFrom('TOPUP' as const, 'REFUND' as const),
  gateway: fc.constant(null),
  rentalId,
  at,
});
const holding = fc
  .record({
    type: fc.constant('HoldFunds' as const),
    holdId,
    amount,
    purpose: fc.constantFrom('RENTAL' as const, 'DUE' as const),
    rentalId,
    at,
  })
  .map((wish) => ({ ...wish, expiresAt: plusMinutes(wish.at, 15) }));
const capture = fc.record({
  type: fc.constant('CaptureHold' as const),
  holdId,
  captureId: fc.oneof({ weight: 9, arbitrary: captureId }, { weight: 1, arbitrary: entryId }),
  amount,
  final: fc.boolean(),
  at,
});
const release = fc.record({ type: fc.constant('ReleaseHold' as const), holdId, at });
const expire = fc.record({ type: fc.constant('ExpireHold' as const), holdId, at });
const debit = fc.record({
  type: fc.constant('DebitWallet' as const),
  debitId: entryId,
  amount,
  purpose: fc.constant('ADVERTISEMENT' as const),
  rentalId,
  at,
});
const adjust = fc.record({
  type: fc.constant('AdjustWallet' as const),
  adjustmentId: entryId,
  amount: fc.integer({ min: -30, max: 30 }).map(paisa),
  reason: fc.constantFrom('counted twice', 'goodwill'),
  at,
});
const command: fc.Arbitrary<WalletCommand> = fc.oneof(
  credit,
  credit,
  holding,
  holding,
  capture,
  capture,
  capture,
  release,
  expire,
  debit,
  adjust,
);
/** Wishes to one wallet, many of them repeated or contradicting each other. */
export const walletCommands: fc.Arbitrary<WalletCommand[]> = fc.array(
  command,
  // Without a size, samples would stay at about ten commands and rarely meet each other.
  { maxLength: 60, size: 'max' },
);
