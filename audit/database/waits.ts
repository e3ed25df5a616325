/** What the processes wait for, worked out from the log: every wait must have its timer. */

import { answerWaitSeconds } from '../../domain/cabinet/index.js';
import { rental, timersOf } from '../../domain/rental/index.js';
import type { Instant } from '../../domain/shared/instant.js';
import type { LoggedEvent } from '../../ports/logged-event.js';
import { moveOf } from '../account-moves.js';

export interface Wait {
  /** Whose fact it is that the process waits behind. */
  readonly stream: string;
  /** `null` where the log alone does not tell the time. */
  readonly dueAt: Instant | null;
}

/** Waits that are open, by the id of their timer. */
export type OpenWaits = ReadonlyMap<string, Wait>;

export interface WaitFold {
  see(logged: LoggedEvent): void;
  readonly open: OpenWaits;
}

/** No hold outlives its time. While a rental counts on it, its timer is moved again and again. */
const holdWaits = (): WaitFold => {
  const open = new Map<string, Wait>();
  const see = (logged: LoggedEvent): void => {
    const move = moveOf(logged);
    if (move === null || move.kind === 'entry') return;
    const timerId = `hold:${logged.category}:${logged.streamId}:${move.holdId}`;
    if (move.kind === 'hold') open.set(timerId, { stream: logged.stream, dueAt: null });
    else if (move.kind === 'free' || move.left === 0) open.delete(timerId);
  };
  return { see, open };
};

/** An order to eject waits to be sent, then for its answer, then for a look that settles it. */
const ejectWaits = (): WaitFold => {
  const open = new Map<string, Wait>();
  const end = (ejectId: string, ...waits: readonly string[]): void => {
    for (const wait of waits) open.delete(`eject:${ejectId}:${wait}`);
  };
  const begin = (ejectId: string, wait: string, stream: string): void => {
    open.set(`eject:${ejectId}:${wait}`, { stream, dueAt: null });
  };
  const see = ({ category, stream, event }: LoggedEvent): void => {
    if (category !== 'station') return;
    if (event.type === 'EjectOrdered') begin(event.data.ejectId, 'dispatch', stream);
    if (event.type === 'EjectDispatched') {
      end(event.data.ejectId, 'dispatch');
      begin(event.data.ejectId, 'answer', stream);
    }
    if (event.type === 'EjectBecameUncertain') {
      end(event.data.ejectId, 'answer');
      begin(event.data.ejectId, 'give-up', stream);
    }
    if (event.type === 'PowerBankEjected' || event.type === 'EjectRefused') {
      end(event.data.ejectId, 'dispatch', 'answer', 'give-up');
    }
  };
  return { see, open };
};

/** Orders to cabinets; some have no answer, and being sent is the end of them. */
const cabinetWaits = (): WaitFold => {
  const open = new Map<string, Wait>();
  const answered = new Set<string>();
  const see = ({ category, stream, streamId, event }: LoggedEvent): void => {
    if (category !== 'cabinet') return;
    const order = `cabinet:${streamId}:${event.data.orderId}`;
    open.delete(`${order}:send`);
    if (event.type === 'CabinetOrdered') {
      open.set(`${order}:send`, { stream, dueAt: null });
      if (answerWaitSeconds(event.data.order) !== null) answered.add(order);
    } else if (event.type === 'CabinetOrderSent') {
      if (answered.has(order)) open.set(`${order}:answer`, { stream, dueAt: null });
    } else {
      open.delete(`${order}:answer`);
      answered.delete(order);
    }
  };
  return { see, open };
};

const rentalWaitNames = {
  remindAt: 'remind',
  overdueAt: 'overdue',
  abandonAt: 'abandon',
  completeAt: 'complete',
} as const;

/** Facts after which the process looks at the waits of their rental. */
const movesTimers: ReadonlySet<string> = new Set([
  'RentalStarted',
  'RentalExtended',
  'RentalBecameOverdue',
  'PowerBankPutBack',
  'CancellationRequested',
  'PaymentDeclined',
  'SwapRequested',
  'SwapCompleted',
  'SwapFailed',
  'RentalCompleted',
  'RentalCancelled',
  'ReminderDue',
]);

/** Due times follow from the state of the rental; rentals that have ended wait for nothing. */
const rentalWaits = (): WaitFold => {
  const open = new Map<string, Wait>();
  const rentals = new Map<string, typeof rental.initial>();
  const see = ({ category, stream, streamId, event }: LoggedEvent): void => {
    if (category !== 'rental') return;
    const state = rental.evolve(rentals.get(streamId) ?? null, event);
    if (state === null || state.status === 'COMPLETED' || state.status === 'CANCELLED') {
      rentals.delete(streamId);
    } else {
      rentals.set(streamId, state);
    }
    if (!movesTimers.has(event.type)) return;
    const due = timersOf(state);
    for (const [of, name] of Object.entries(rentalWaitNames)) {
      const dueAt = isWaitOf(of) ? due[of] : null;
      const timerId = `rental:${streamId}:${name}`;
      if (dueAt === null) open.delete(timerId);
      else open.set(timerId, { stream, dueAt });
    }
  };
  return { see, open };
};

const isWaitOf = (word: string): word is keyof typeof rentalWaitNames =>
  Object.hasOwn(rentalWaitNames, word);

/** A broadcast is at its next page, or waits for it, until it has gone through its audience. */
const broadcastWaits = (): WaitFold => {
  const open = new Map<string, Wait>();
  const see = ({ category, stream, streamId, event }: LoggedEvent): void => {
    if (category !== 'broadcast') return;
    if (event.type === 'BroadcastAccepted') open.set(streamId, { stream, dueAt: null });
    if (event.type === 'BroadcastCompleted' || event.type === 'BroadcastGivenUp') {
      open.delete(streamId);
    }
  };
  return { see, open };
};

/** The waits of each process that has timers, by its name. */
export const waitFolds: Readonly<Record<string, () => WaitFold>> = {
  rental: rentalWaits,
  'hold-expiry': holdWaits,
  eject: ejectWaits,
  cabinet: cabinetWaits,
  broadcast: broadcastWaits,
};
