/** Wallets with a past of a given length, as holds and captures make one. */

import { deriveId } from '../../../commands/context.js';
import { proposeEvent } from '../../../commands/propose.js';
import { streamName } from '../../../domain/shared/aggregate.js';
import { brandOrThrow } from '../../../domain/shared/brand.js';
import { EntryId, HoldId } from '../../../domain/shared/ids.js';
import { instant } from '../../../domain/shared/instant.js';
import { paisa, rupees } from '../../../domain/shared/money.js';
import { type WalletCommand, type WalletEvent, wallet } from '../../../domain/wallet/index.js';
import type { EventStore } from '../../../ports/event-store.js';
import { benchContext } from '../../context.js';

/** Events of one append: some 300 kB. */
const eventsOfAppend = 1_000;
/** Both credits that a wallet begins with. */
const credits = 2;

const credited = rupees('10000000.00');
const amount = rupees('1.25');
const at = instant('2026-11-22T10:00:00.000Z');
const expiresAt = instant('2026-11-22T10:15:00.000Z');

export interface LongWallet {
  readonly id: string;
  /** Events of its past, an even number. */
  readonly length: number;
}

const creditOf = (number: number): WalletEvent => ({
  type: 'FundsCredited',
  data: {
    creditId: brandOrThrow(EntryId, `credit-${number}`),
    amount: credited,
    source: 'DEMO',
    gateway: null,
    rentalId: null,
    at,
  },
});

const holdIdOf = (pair: number): HoldId => brandOrThrow(HoldId, `rental-${pair}:payment:hold`);
const captureIdOf = (pair: number): EntryId => brandOrThrow(EntryId, `rental-${pair}:payment`);

const pairOf = (pair: number): readonly WalletEvent[] => {
  const [holdId, captureId] = [holdIdOf(pair), captureIdOf(pair)];
  const terms = { holdId, amount, purpose: 'RENTAL', rentalId: null, at } as const;
  return [
    { type: 'FundsHeld', data: { ...terms, expiresAt } },
    { type: 'FundsCaptured', data: { ...terms, captureId, remaining: paisa(0) } },
  ];
};

const pairsIn = (length: number): number => (length - credits) / 2;

/** What is in a wallet after its past and so many pairs more, in paisa. */
export const balanceAfter = ({ length }: LongWallet, pairs: number): number =>
  credits * credited.minor - (pairsIn(length) + pairs) * amount.minor;

/** Writes the past of a wallet straight into the log: nobody has it in memory. */
export const writePast = async (store: EventStore, { id, length }: LongWallet): Promise<void> => {
  const stream = streamName(wallet.category, id);
  const context = benchContext('growth', id);
  const eventsAt = (pair: number): readonly WalletEvent[] =>
    pair === 0 ? [creditOf(0), creditOf(1)] : pairOf(pair);
  for (let from = 0; from < length; from += eventsOfAppend) {
    const count = Math.min(eventsOfAppend, length - from) / 2;
    const events = Array.from({ length: count }, (_, index) => eventsAt(from / 2 + index)).flat();
    const proposed = events.map((event, index) => {
      const eventId = deriveId('growth', id, String(from + index));
      return proposeEvent(wallet.events, event, { id: eventId, context });
    });
    const expected = from === 0 ? 'no-stream' : BigInt(from - 1);
    const outcome = await store.append(stream, expected, proposed);
    if (outcome.kind !== 'done') throw new Error(`the past of ${id}: ${outcome.kind}`);
  }
};

/** The next pair of commands of a wallet; the numbers of its past end before 1,000,000. */
export const commandsOf = (
  pair: number,
): readonly [hold: WalletCommand, capture: WalletCommand] => {
  const number = 1_000_000 + pair;
  const [holdId, captureId] = [holdIdOf(number), captureIdOf(number)];
  const terms = { holdId, amount, purpose: 'RENTAL', rentalId: null, expiresAt, at } as const;
  return [
    { type: 'HoldFunds', ...terms },
    { type: 'CaptureHold', holdId, captureId, amount, final: true, at },
  ];
};
