import { answerWaitSeconds, type OrderFailure, sendWaitSeconds } from '../domain/cabinet/index.js';
import { Bug } from '../domain/shared/assert.js';
import { EntryId, StationSerial } from '../domain/shared/ids.js';
import { type Instant, plusSeconds } from '../domain/shared/instant.js';
import type { Timer, TimerChange } from '../ports/timers.js';
import { type FactOf, type ReactionTable, reactTo } from './process/facts.js';
import type { ProcessManager } from './process/reactions.js';
import { issue, ownId, type ProcessTools, processActor, stepsAfter } from './process/tools.js';

const name = 'cabinet';
const actor = processActor(`${name}-process`);

/**
 * `EndCabinetOrders`: every order to a cabinet beside ejections ends, and a look that a rental
 * waits for is asked for.
 *
 * ordered → sent       by the cabinet adapter, while the order is fresh; else failed: expired
 * sent    → answered   by the cabinet; else failed: no-answer. Most orders have no answer, and
 *                      for them being sent is the end.
 */
type Wait = 'send' | 'answer';

const failureAfter: Readonly<Record<Wait, OrderFailure>> = {
  send: 'expired',
  answer: 'no-answer',
};

const isWait = (word: string): word is Wait => word === 'send' || word === 'answer';

type Order = Readonly<Record<'station' | 'orderId', string>>;

// Order ids are chosen by whoever orders, so they name an order only together with its station.
const timerIdOf = (wait: Wait, { station, orderId }: Order): string =>
  `cabinet:${station}:${orderId}:${wait}`;

const schedule = (wait: Wait, order: Order, dueAt: Instant): TimerChange => ({
  kind: 'schedule',
  timer: { timerId: timerIdOf(wait, order), kind: wait, dueAt, payload: order },
});

const cancel = (order: Order, ...over: readonly Wait[]): readonly TimerChange[] =>
  over.map((wait) => ({ kind: 'cancel', timerId: timerIdOf(wait, order) }));

export const createCabinetProcess = ({ handlers }: ProcessTools): ProcessManager => {
  const orderOf = (fact: FactOf<'cabinet', 'CabinetOrderSent'>): Order => ({
    station: fact.streamId,
    orderId: fact.data.orderId,
  });

  const awaitAnswer = async (
    fact: FactOf<'cabinet', 'CabinetOrderSent'>,
  ): Promise<readonly TimerChange[]> => {
    const order = orderOf(fact);
    const { state } = await handlers.cabinet.load(fact.streamId);
    const known = state.orders.get(fact.data.orderId);
    const seconds = known === undefined ? null : answerWaitSeconds(known.order);
    const over = cancel(order, 'send');
    if (seconds === null) return over;
    return [...over, schedule('answer', order, plusSeconds(fact.data.at, seconds))];
  };

  /** CAN-2, P-011: what a slot holds is seen by asking the cabinet to show all of them. */
  const askForSight = async (fact: FactOf<'station', 'SlotSightRequested'>): Promise<void> => {
    const orderId = ownId(EntryId, `sight:${fact.id}`);
    const { at } = fact.data;
    const order = { kind: 'check', includeEmpty: true } as const;
    const wish = { type: 'OrderCabinet', orderId, order, origin: 'PROCESS', at } as const;
    await issue(handlers.cabinet, fact.streamId, wish, stepsAfter(fact, actor)('look'));
  };

  const table: ReactionTable = {
    cabinet: {
      CabinetOrdered: async (fact) => {
        const order = { station: fact.streamId, orderId: fact.data.orderId };
        return [schedule('send', order, plusSeconds(fact.data.at, sendWaitSeconds))];
      },
      CabinetOrderSent: awaitAnswer,
      CabinetOrderAnswered: async (fact) => cancel(orderOf(fact), 'send', 'answer'),
      CabinetOrderFailed: async (fact) => cancel(orderOf(fact), 'send', 'answer'),
    },
    station: { SlotSightRequested: askForSight },
  };

  const giveUp = async (timer: Timer): Promise<readonly TimerChange[]> => {
    const { kind: wait, payload, dueAt: at } = timer;
    if (!isWait(wait)) throw new Bug(`no such wait of a cabinet's order: ${wait}`);
    const station = ownId(StationSerial, payload.station);
    const orderId = ownId(EntryId, payload.orderId);
    const failure = failureAfter[wait];
    const cause = { id: `${timer.timerId}@${at}`, correlationId: timer.timerId };
    // Refused when the order has moved on in the meantime.
    const wish = { type: 'RecordOrderFailed', orderId, failure, at } as const;
    await issue(handlers.cabinet, station, wish, stepsAfter(cause, actor)(wait));
    return [];
  };

  return {
    name,
    categories: Object.keys(table),
    keyOf: (logged) => logged.stream,
    react: (logged) => reactTo(table, logged),
    onTimer: giveUp,
  };
};
