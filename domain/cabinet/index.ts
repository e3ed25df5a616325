import * as E from 'fp-ts/lib/Either.js';
import type { Aggregate } from '../shared/aggregate.js';
import type { EntryId } from '../shared/ids.js';
import type { Instant } from '../shared/instant.js';
import {
  type CabinetEvent,
  type CabinetOrder,
  cabinetEvents,
  type OrderFailure,
  type OrderOrigin,
} from './events.js';

export * from './events.js';
export { answerWaitSeconds, sendWaitSeconds } from './waits.js';

export type CabinetCommand =
  | {
      readonly type: 'OrderCabinet';
      readonly orderId: EntryId;
      readonly order: CabinetOrder;
      readonly origin: OrderOrigin;
      readonly at: Instant;
    }
  | { readonly type: 'RecordOrderSent'; readonly orderId: EntryId; readonly at: Instant }
  | {
      readonly type: 'RecordOrderAnswered';
      readonly orderId: EntryId;
      readonly ssids: readonly string[] | null;
      readonly at: Instant;
    }
  | {
      readonly type: 'RecordOrderFailed';
      readonly orderId: EntryId;
      readonly failure: OrderFailure;
      readonly at: Instant;
    };

export type CabinetRefusal =
  | { readonly kind: 'OrderUnknown'; readonly orderId: EntryId }
  /** Already sent, answered or failed: sending it once more would tell the cabinet twice. */
  | { readonly kind: 'OrderNotWaiting'; readonly orderId: EntryId; readonly stage: OrderStage };

/** ordered → sent → answered, or failed from either of the first two. */
export type OrderStage = 'ordered' | 'sent' | 'answered' | 'failed';

/** Closed orders that are remembered; a redelivered command older than that is refused. */
const rememberedOrdersMax = 200;

export interface CabinetState {
  readonly orders: ReadonlyMap<
    EntryId,
    { readonly order: CabinetOrder; readonly stage: OrderStage }
  >;
}

const advance = (
  state: CabinetState,
  orderId: EntryId,
  from: readonly OrderStage[],
): E.Either<CabinetRefusal, 'advance'> => {
  const known = state.orders.get(orderId);
  if (known === undefined) return E.left({ kind: 'OrderUnknown', orderId });
  if (from.includes(known.stage)) return E.right('advance');
  return E.left({ kind: 'OrderNotWaiting', orderId, stage: known.stage });
};

/** `events` when the order may advance; nothing when it is already where the wish wants it. */
const advanceTo = (
  state: CabinetState,
  command: { readonly orderId: EntryId },
  step: {
    readonly from: readonly OrderStage[];
    readonly to: OrderStage;
    readonly event: CabinetEvent;
  },
): E.Either<CabinetRefusal, readonly CabinetEvent[]> => {
  const isThere = state.orders.get(command.orderId)?.stage === step.to;
  // "Sent" is the one step that must never be repeated: it is what allows publishing.
  if (isThere && step.to !== 'sent') return E.right([]);
  return E.map(() => [step.event])(advance(state, command.orderId, step.from));
};

const decide = (
  command: CabinetCommand,
  state: CabinetState,
): E.Either<CabinetRefusal, readonly CabinetEvent[]> => {
  switch (command.type) {
    case 'OrderCabinet': {
      if (state.orders.has(command.orderId)) return E.right([]);
      const { orderId, order, origin, at } = command;
      return E.right([{ type: 'CabinetOrdered', data: { orderId, order, origin, at } }]);
    }
    case 'RecordOrderSent': {
      const { orderId, at } = command;
      const event = { type: 'CabinetOrderSent', data: { orderId, at } } as const;
      return advanceTo(state, command, { from: ['ordered'], to: 'sent', event });
    }
    case 'RecordOrderAnswered': {
      const { orderId, ssids, at } = command;
      const event = { type: 'CabinetOrderAnswered', data: { orderId, ssids, at } } as const;
      return advanceTo(state, command, { from: ['sent'], to: 'answered', event });
    }
    case 'RecordOrderFailed': {
      const { orderId, failure, at } = command;
      const event = { type: 'CabinetOrderFailed', data: { orderId, failure, at } } as const;
      return advanceTo(state, command, { from: ['ordered', 'sent'], to: 'failed', event });
    }
  }
};

const stageAfter: Readonly<Record<CabinetEvent['type'], OrderStage>> = {
  CabinetOrdered: 'ordered',
  CabinetOrderSent: 'sent',
  CabinetOrderAnswered: 'answered',
  CabinetOrderFailed: 'failed',
};

const evolve = (state: CabinetState, event: CabinetEvent): CabinetState => {
  const { orderId } = event.data;
  const order =
    event.type === 'CabinetOrdered' ? event.data.order : state.orders.get(orderId)?.order;
  if (order === undefined) return state;
  const orders = new Map(state.orders);
  orders.set(orderId, { order, stage: stageAfter[event.type] });
  const oldest = orders.keys().next();
  if (orders.size > rememberedOrdersMax && !oldest.done) orders.delete(oldest.value);
  return { orders };
};

/** What one cabinet was told beside ejections, each order sent at most once. */
export const cabinet: Aggregate<CabinetCommand, CabinetState, CabinetEvent, CabinetRefusal> = {
  category: 'cabinet',
  events: cabinetEvents,
  initial: { orders: new Map() },
  decide,
  evolve,
};
