/** What the adapter reads in the log: who the cabinets are, and what they are to be told. */

import * as E from 'fp-ts/lib/Either.js';
import type { EventIn } from '../../domain/registry.js';
import { brandOrThrow } from '../../domain/shared/brand.js';
import { StationSerial } from '../../domain/shared/ids.js';
import type { EventStore } from '../../ports/event-store.js';
import { decodeLogged, type LoggedEvent } from '../../ports/logged-event.js';
import type { Directory } from './directory.js';
import type { Reject } from './rejections.js';

type EjectOrdered = Extract<EventIn<'station'>, { readonly type: 'EjectOrdered' }>['data'];
type CabinetOrdered = Extract<EventIn<'cabinet'>, { readonly type: 'CabinetOrdered' }>['data'];

interface ForStation {
  readonly station: StationSerial;
  /** The event that says so; what the adapter does about it follows from it. */
  readonly cause: { readonly id: string; readonly correlationId: string };
}

/** Something that a cabinet is to be told. */
export type Wish = ForStation &
  (
    | { readonly kind: 'eject'; readonly order: EjectOrdered }
    | { readonly kind: 'order'; readonly order: CabinetOrdered }
  );

export interface LogFeedOptions {
  readonly store: EventStore;
  readonly directory: Directory;
  readonly onWish: (wish: Wish) => void;
  /** Everything that was in the log when we started has been seen. */
  readonly onCaughtUp: () => void;
  readonly reject: Reject;
}

const wishOf = (logged: LoggedEvent): Wish | null => {
  const { event } = logged;
  if (event.type !== 'EjectOrdered' && event.type !== 'CabinetOrdered') return null;
  const station = brandOrThrow(StationSerial, logged.streamId);
  const cause = { id: logged.id, correlationId: logged.correlationId };
  return event.type === 'EjectOrdered'
    ? { kind: 'eject', station, cause, order: event.data }
    : { kind: 'order', station, cause, order: event.data };
};

const keyOf = (stream: string, id: string): string => `${stream} ${id}`;

const keyOfWish = (stream: string, wish: Wish): string =>
  keyOf(stream, wish.kind === 'eject' ? wish.order.ejectId : wish.order.orderId);

/** The order that waits no more, because it was sent or is over; `null` for other events. */
const endedBy = ({ stream, event }: LoggedEvent): string | null => {
  if (
    event.type === 'EjectDispatched' ||
    event.type === 'EjectRefused' ||
    event.type === 'PowerBankEjected'
  ) {
    return keyOf(stream, event.data.ejectId);
  }
  return event.type === 'CabinetOrderSent' || event.type === 'CabinetOrderFailed'
    ? keyOf(stream, event.data.orderId)
    : null;
};

/**
 * Follows the log from its beginning until `signal` aborts.
 *
 * One reading serves both ends. What was ordered before we started is found in the history, and
 * what of it is still open at its end is handed over then, so that no order falls between an old
 * instance and a new one. Orders that are too old by then are refused by the domain.
 */
export const followLog = async (options: LogFeedOptions, signal: AbortSignal): Promise<void> => {
  const { store, directory, onWish, reject } = options;
  const open = new Map<string, Wish>();
  let isLive = false;

  const goLive = (): void => {
    if (isLive) return;
    isLive = true;
    for (const wish of open.values()) onWish(wish);
    open.clear();
    options.onCaughtUp();
  };

  const take = (logged: LoggedEvent): void => {
    directory.apply(logged);
    const wish = wishOf(logged);
    if (wish !== null && isLive) onWish(wish);
    if (isLive) return;
    if (wish !== null) open.set(keyOfWish(logged.stream, wish), wish);
    const ended = endedBy(logged);
    if (ended !== null) open.delete(ended);
  };

  const filter = { categories: ['station', 'cabinet'] };
  for await (const item of store.subscribeLog({ after: null, filter, signal })) {
    if (item.kind === 'caught-up') goLive();
    if (item.kind !== 'event') continue;
    const decoded = decodeLogged(item.event);
    // An event that we cannot read must not stop all cabinets; the processes park it.
    if (E.isRight(decoded)) take(decoded.right);
    else reject({ reason: 'unreadable', road: 'log', detail: decoded.left.kind });
  }
};
