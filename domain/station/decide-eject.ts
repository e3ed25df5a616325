import * as E from 'fp-ts/lib/Either.js';
import type { EjectId } from '../shared/ids.js';
import { isBefore, plusSeconds } from '../shared/instant.js';
import { answerRepeat } from '../shared/repeat.js';
import type {
  GiveUpEject,
  OrderEject,
  RecordEjectDispatched,
  RecordEjectSilence,
  RefuseEject,
} from './commands.js';
import type { Decision } from './decision.js';
import { refusalOf } from './endings.js';
import type { StationEvent } from './events.js';
import type { StationRefusal } from './refusals.js';
import {
  type EjectOrder,
  type EndedEject,
  isUnsettled,
  type OpenEject,
  openEjectOfBank,
  reservationOfBank,
  type StationState,
  slotOfBank,
  turnHolder,
  type UnsettledEject,
} from './state.js';

const endedEject = (state: StationState, ejectId: EjectId): EndedEject | undefined =>
  state.endedEjects.find((ended) => ended.ejectId === ejectId);

const termsOf = ({ rentalId, purpose, powerBank }: EjectOrder) => ({
  rentalId,
  purpose,
  powerBank,
});

/** Whether this order may be given for its bank; `null` when it may. */
const objection = (order: OrderEject, state: StationState): StationRefusal | null => {
  const { rentalId, purpose, powerBank } = order;
  const reservation = reservationOfBank(state, powerBank);
  const isOwn = reservation?.rentalId === rentalId && reservation.purpose === purpose;
  if (purpose === 'STAFF') {
    if (slotOfBank(state, powerBank) === undefined) {
      return { kind: 'PowerBankNotInStation', powerBank };
    }
    if (reservation !== undefined) {
      return { kind: 'PowerBankIsReserved', powerBank, rentalId: reservation.rentalId };
    }
  } else if (!isOwn) {
    return { kind: 'NotReserved', rentalId, powerBank };
  }
  const running = openEjectOfBank(state, powerBank);
  return running === undefined
    ? null
    : { kind: 'EjectUnderWay', ejectId: running.ejectId, powerBank };
};

/** Takes an order; it is its turn at once when the cabinet has nothing else to do. */
export const orderEject = (order: OrderEject, state: StationState): Decision => {
  const { ejectId, rentalId, purpose, powerBank, at } = order;
  const known = state.openEjects.get(ejectId) ?? endedEject(state, ejectId);
  if (known !== undefined) return answerRepeat(ejectId, termsOf(known), termsOf(order));
  const against = objection(order, state);
  if (against !== null) return E.left(against);

  const data = { ejectId, rentalId, purpose, powerBank, at };
  const slot = slotOfBank(state, powerBank)?.slot;
  if (slot === undefined) return E.left({ kind: 'PowerBankNotInStation', powerBank });
  return E.right([
    turnHolder(state) === undefined
      ? { type: 'EjectOrdered', data: { ...data, slot } }
      : { type: 'EjectQueued', data },
  ]);
};

/**
 * The order whose turn has come, if the cabinet is free and one waits. Asked after every
 * decision, so that no way of ending an order can forget those behind it.
 */
export const nextOrder = (state: StationState, at: OrderEject['at']): readonly StationEvent[] => {
  if (turnHolder(state) !== undefined) return [];
  for (const eject of state.openEjects.values()) {
    const slot = slotOfBank(state, eject.powerBank)?.slot;
    if (eject.stage !== 'queued' || slot === undefined) continue;
    const { ejectId, rentalId, purpose, powerBank } = eject;
    const data = { ejectId, rentalId, purpose, powerBank, slot, at };
    return [{ type: 'EjectOrdered', data }];
  }
  return [];
};

const notOpen = (state: StationState, ejectId: EjectId): StationRefusal => {
  const ended = endedEject(state, ejectId);
  return ended === undefined
    ? { kind: 'EjectUnknown', ejectId }
    : { kind: 'EjectEnded', ejectId, ejected: ended.ejected };
};

/**
 * Permission to publish. Ejects cannot be recalled and cabinets carry out stale ones (protocol
 * §9), so it is given once: whoever is refused must not publish, a repetition included.
 */
export const recordEjectDispatched = (
  { ejectId, commandTtlSeconds, at }: RecordEjectDispatched,
  state: StationState,
): Decision => {
  const eject = state.openEjects.get(ejectId);
  if (eject === undefined) return E.left(notOpen(state, ejectId));
  if (eject.stage === 'queued') return E.left({ kind: 'EjectNotItsTurn', ejectId });
  if (eject.stage !== 'ordered') return E.left({ kind: 'EjectAlreadyDispatched', ejectId });
  const { orderedAt } = eject;
  if (isBefore(plusSeconds(orderedAt, commandTtlSeconds), at)) {
    return E.left({ kind: 'EjectOrderExpired', ejectId, orderedAt, commandTtlSeconds });
  }
  return E.right([{ type: 'EjectDispatched', data: { ejectId, at } }]);
};

/** Ends an order that was not published; one that was published can only be settled. */
export const refuseEject = (
  { ejectId, reason, at }: RefuseEject,
  state: StationState,
): Decision => {
  const eject = state.openEjects.get(ejectId);
  if (eject === undefined) {
    const refusal = notOpen(state, ejectId);
    const isRefusedAlready = refusal.kind === 'EjectEnded' && refusal.ejected === null;
    return isRefusedAlready ? E.right([]) : E.left(refusal);
  }
  if (isUnsettled(eject)) return E.left({ kind: 'EjectAlreadyDispatched', ejectId });
  return E.right(refusalOf(state, eject, { reason, rawState: null, at }));
};

/** For timers: what was published, or `null` when the order is over and the timer too late. */
const published = (
  state: StationState,
  ejectId: EjectId,
): E.Either<StationRefusal, UnsettledEject | null> => {
  const eject: OpenEject | undefined = state.openEjects.get(ejectId);
  if (eject === undefined) {
    return endedEject(state, ejectId) === undefined
      ? E.left({ kind: 'EjectUnknown', ejectId })
      : E.right(null);
  }
  return isUnsettled(eject) ? E.right(eject) : E.left({ kind: 'EjectNotDispatched', ejectId });
};

export const uncertaintyOf = (
  { ejectId, rentalId, purpose, powerBank }: EjectOrder,
  { rawState, at }: { readonly rawState: number | null; readonly at: OrderEject['at'] },
): StationEvent => ({
  type: 'EjectBecameUncertain',
  data: { ejectId, rentalId, purpose, powerBank, rawState, at },
});

export const recordEjectSilence = (
  { ejectId, at }: RecordEjectSilence,
  state: StationState,
): Decision =>
  E.map((eject: UnsettledEject | null): readonly StationEvent[] =>
    eject?.stage === 'dispatched' ? [uncertaintyOf(eject, { rawState: null, at })] : [],
  )(published(state, ejectId));

export const giveUpEject = ({ ejectId, at }: GiveUpEject, state: StationState): Decision =>
  E.map((eject: UnsettledEject | null): readonly StationEvent[] =>
    eject === null
      ? []
      : refusalOf(state, eject, { reason: 'undecided-for-too-long', rawState: null, at }),
  )(published(state, ejectId));
