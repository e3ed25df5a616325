import * as E from 'fp-ts/lib/Either.js';
import type { PowerBankSerial } from '../shared/ids.js';
import { isAfter } from '../shared/instant.js';
import type { RecordEjectAnswer } from './commands.js';
import { uncertaintyOf } from './decide-eject.js';
import type { Decision } from './decision.js';
import {
  anomaly,
  ejectionFor,
  endClaimsOn,
  lateDepartureOf,
  refusalOf,
  releaseOf,
} from './endings.js';
import type { StationEvent } from './events.js';
import {
  type EndedEject,
  isUnsettled,
  openEjectOfBank,
  type Slot,
  type StationState,
  slotOfBank,
  type UnsettledEject,
} from './state.js';

/**
 * Answers name a bank or a slot, never the order that they answer, and may come late or twice
 * (cabinet protocol §12). An answer is therefore matched by its bank, to the first of:
 *
 * 1. the order for that bank that waits for an answer;
 * 2. an ended order for that bank that was never answered: a success is its late answer;
 * 3. the ended order by which that bank came out: a repetition;
 * 4. for a success, the one order that is waiting now: another bank came out (START-14);
 * 5. any other ended order for that bank.
 *
 * An ended order no longer explains a bank that was put into a slot after it had ended.
 */

const answeredBank = (state: StationState, answer: RecordEjectAnswer): PowerBankSerial | null => {
  if (answer.powerBank !== null) return answer.powerBank;
  if (answer.slot === null) return null;
  for (const eject of state.openEjects.values()) {
    if (isUnsettled(eject) && eject.slot === answer.slot) return eject.powerBank;
  }
  const ended = state.endedEjects.findLast(
    ({ slot, wasDispatched }) => wasDispatched && slot === answer.slot,
  );
  const told = ended?.ejected ?? ended?.powerBank;
  return told ?? state.slots.get(answer.slot)?.bank?.powerBank ?? null;
};

/** The answer to an order that waits for it. */
const settled = (
  state: StationState,
  order: UnsettledEject,
  { outcome, rawState, at }: RecordEjectAnswer,
): readonly StationEvent[] => {
  switch (outcome) {
    case 'ejected':
      return [ejectionFor(state, order, { powerBank: order.powerBank, evidence: 'answer', at })];
    case 'not_ejected':
      return refusalOf(state, order, { reason: 'cabinet-refused', rawState, at });
    case 'uncertain':
      return order.stage === 'uncertain' ? [] : [uncertaintyOf(order, { rawState, at })];
  }
};

/** Another bank came out: the rental follows it, and the one meant for it is free (START-14). */
const mismatched = (
  state: StationState,
  order: UnsettledEject,
  out: { readonly powerBank: PowerBankSerial; readonly at: RecordEjectAnswer['at'] },
): readonly StationEvent[] => {
  const { powerBank, at } = out;
  const { ejectId, rentalId, powerBank: ordered } = order;
  return [
    ejectionFor(state, order, { powerBank, evidence: 'answer', at }),
    anomaly({ kind: 'eject-mismatch', ejectId, ordered, ejected: powerBank }, at),
    ...releaseOf(state, rentalId, at),
    ...endClaimsOn(state, powerBank, at),
  ];
};

/** The latest order that was published, has ended and still explains where this bank is. */
const explanation = (
  state: StationState,
  powerBank: PowerBankSerial,
  seen: Slot | undefined,
): EndedEject | undefined =>
  state.endedEjects.findLast(
    (ended) =>
      ended.wasDispatched &&
      (ended.powerBank === powerBank || ended.ejected === powerBank) &&
      !(seen?.bank && isAfter(seen.bank.dockedAt, ended.endedAt)),
  );

/** The cabinet itself said how the order ended; otherwise its answer may still be under way. */
const wasAnswered = ({ refusal, ejected, powerBank }: EndedEject): boolean =>
  refusal === 'cabinet-refused' || ejected === powerBank;

const success = (
  state: StationState,
  powerBank: PowerBankSerial,
  answer: RecordEjectAnswer,
): Decision => {
  const { at } = answer;
  const seen = slotOfBank(state, powerBank);
  const ended = explanation(state, powerBank, seen);
  // The bank is out in our picture too, so this is told once more.
  if (ended !== undefined && seen === undefined) return E.right([]);
  if (ended !== undefined && seen !== undefined && !wasAnswered(ended)) {
    return E.right(lateDepartureOf(state, { ...ended, powerBank }, { slot: seen.slot, at }));
  }
  const waiting = [...state.openEjects.values()].find(({ stage }) => stage === 'dispatched');
  if (waiting !== undefined && isUnsettled(waiting) && seen !== undefined) {
    return E.right(mismatched(state, waiting, { powerBank, at }));
  }
  if (ended !== undefined && seen !== undefined) {
    return E.right(lateDepartureOf(state, { ...ended, powerBank }, { slot: seen.slot, at }));
  }
  const { slot } = answer;
  return E.left({ kind: 'UnexpectedEjectAnswer', powerBank: answer.powerBank, slot });
};

/** The answer of a cabinet to an eject, whichever order it answers. */
export const recordEjectAnswer = (answer: RecordEjectAnswer, state: StationState): Decision => {
  const { slot, outcome } = answer;
  const powerBank = answeredBank(state, answer);
  const unexpected = { kind: 'UnexpectedEjectAnswer', powerBank: answer.powerBank, slot } as const;
  if (powerBank === null) return E.left(unexpected);

  const order = openEjectOfBank(state, powerBank);
  if (order !== undefined && isUnsettled(order)) return E.right(settled(state, order, answer));
  if (outcome === 'ejected') return success(state, powerBank, answer);
  // Nothing came out, and whatever was ordered had ended before: nothing is left to settle.
  const ended = explanation(state, powerBank, slotOfBank(state, powerBank));
  return ended === undefined ? E.left(unexpected) : E.right([]);
};
