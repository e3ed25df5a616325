import type { PointsEvent } from '../domain/points/index.js';
import type { WalletEvent } from '../domain/wallet/index.js';
import type { LoggedEvent } from '../ports/logged-event.js';

/**
 * A fact of a wallet or of a points account in an auditor's words: one vocabulary for paisa and
 * points, with nothing in it but ids and amounts. It is written without the domain's own fold on
 * purpose, so that the one can judge the other.
 */
export type AccountMove =
  /** `amount` is signed: a correction may take away. */
  | { readonly kind: 'entry'; readonly entryId: string; readonly amount: number }
  | { readonly kind: 'hold'; readonly holdId: string; readonly amount: number }
  /** Of what is held; `left` is what the fact itself says stays held. */
  | {
      readonly kind: 'take';
      readonly holdId: string;
      readonly entryId: string | null;
      readonly amount: number;
      readonly left: number;
    }
  | { readonly kind: 'free'; readonly holdId: string; readonly amount: number };

const ofWallet = ({ type, data }: WalletEvent): AccountMove => {
  switch (type) {
    case 'FundsCredited':
      return { kind: 'entry', entryId: data.creditId, amount: data.amount.minor };
    case 'FundsDebited':
      return { kind: 'entry', entryId: data.debitId, amount: 0 - data.amount.minor };
    case 'WalletAdjusted':
      return { kind: 'entry', entryId: data.adjustmentId, amount: data.amount.minor };
    case 'FundsHeld':
      return { kind: 'hold', holdId: data.holdId, amount: data.amount.minor };
    case 'FundsCaptured': {
      const { holdId, captureId: entryId, amount, remaining } = data;
      return { kind: 'take', holdId, entryId, amount: amount.minor, left: remaining.minor };
    }
    case 'FundsReleased':
      return { kind: 'free', holdId: data.holdId, amount: data.amount.minor };
  }
};

const ofPoints = ({ type, data }: PointsEvent): AccountMove => {
  switch (type) {
    case 'PointsAwarded':
      return { kind: 'entry', entryId: data.awardId, amount: data.points };
    case 'PointsGivenBack':
      return { kind: 'entry', entryId: data.givingBackId, amount: data.points };
    case 'PointsAdjusted':
      return { kind: 'entry', entryId: data.adjustmentId, amount: data.points };
    case 'PointsHeld':
      return { kind: 'hold', holdId: data.holdId, amount: data.points };
    case 'PointsRedeemed':
      return { kind: 'take', holdId: data.holdId, entryId: null, amount: data.points, left: 0 };
    case 'PointsReleased':
      return { kind: 'free', holdId: data.holdId, amount: data.points };
  }
};

/** What a fact moves on an account; `null` for facts of other aggregates. */
export const moveOf = (logged: LoggedEvent): AccountMove | null => {
  if (logged.category === 'wallet') return ofWallet(logged.event);
  return logged.category === 'points' ? ofPoints(logged.event) : null;
};
