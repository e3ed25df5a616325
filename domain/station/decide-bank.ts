import * as E from 'fp-ts/lib/Either.js';
import { isAfter } from '../shared/instant.js';
import type { ForgetPowerBank, MarkInService, MarkOutOfService } from './commands.js';
import type { Decision } from './decision.js';
import { departureOf } from './endings.js';
import { type StationState, slotOfBank } from './state.js';

/** Keeps a bank from renters, or gives it back to them; the mark ends when the bank leaves. */
export const markService = (
  { type, powerBank, at }: MarkOutOfService | MarkInService,
  state: StationState,
): Decision => {
  const bank = slotOfBank(state, powerBank)?.bank ?? null;
  if (bank === null) return E.left({ kind: 'PowerBankNotInStation', powerBank });
  const wantsOut = type === 'MarkOutOfService';
  if (bank.outOfService === wantsOut) return E.right([]);
  const data = { powerBank, at };
  return E.right([
    wantsOut
      ? { type: 'PowerBankTakenOutOfService', data }
      : { type: 'PowerBankPutInService', data },
  ]);
};

/**
 * Another cabinet showed the bank at `seenAt`. A serial may turn up twice, by a stale report or a
 * cloned number; the later physical event wins (cabinet protocol §12).
 *
 * An order that is still undecided is refused, although the bank must have come out by it: the
 * other cabinet has already counted the bank as returned, so a rental that started now would
 * never end. What is not decided in time is not charged (P-023).
 */
export const forgetPowerBank = (
  { powerBank, seenAt, at }: ForgetPowerBank,
  state: StationState,
): Decision => {
  const found = slotOfBank(state, powerBank);
  if (found === undefined || isAfter(found.seenAt, seenAt)) return E.right([]);
  const { slot } = found;
  return E.right(departureOf(state, { slot, powerBank, why: 'seen-elsewhere', at }));
};
