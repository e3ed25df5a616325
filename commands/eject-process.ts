import type { Settings } from '../domain/settings/index.js';
import { Bug } from '../domain/shared/assert.js';
import { EjectId, EntryId, StationSerial } from '../domain/shared/ids.js';
import { type Instant, plusMinutes, plusSeconds } from '../domain/shared/instant.js';
import type { Timer, TimerChange } from '../ports/timers.js';
import { type FactOf, type ReactionTable, reactTo } from './process/facts.js';
import type { ProcessManager } from './process/reactions.js';
import {
  issue,
  ownId,
  type ProcessTools,
  processActor,
  settingsInForce,
  stepsAfter,
} from './process/tools.js';

const name = 'eject';
const actor = processActor(`${name}-process`);

/**
 * `SettleEject`: every order to a cabinet ends, one way or the other.
 *
 * ordered    → dispatched      by the cabinet adapter, within its time to live; else refused
 * dispatched → ejected/refused by the cabinet's answer
 * dispatched → uncertain       no answer in time, or one that proves nothing
 * uncertain  → ejected/refused by looking at the slot: a few `check`s, then the cabinet's own
 *                              uploads, until the order is given up (START-13, protocol §11)
 *
 * The command itself is never repeated: hardware carries out stale orders (protocol §9).
 */
type Wait = 'dispatch' | 'answer' | 'look' | 'give-up';

const waits: readonly Wait[] = ['dispatch', 'answer', 'look', 'give-up'];
const isWait = (word: string): word is Wait => waits.some((wait) => wait === word);

type Order = Readonly<Record<'station' | 'ejectId', string>>;

const timerIdOf = (wait: Wait, { ejectId }: Order): string => `eject:${ejectId}:${wait}`;

const schedule = (
  wait: Wait,
  order: Order,
  { dueAt, looks = 0 }: { readonly dueAt: Instant; readonly looks?: number },
): TimerChange => ({
  kind: 'schedule',
  timer: {
    timerId: timerIdOf(wait, order),
    kind: wait,
    dueAt,
    payload: { ...order, looks: String(looks) },
  },
});

const cancel = (order: Order, ...over: readonly Wait[]): readonly TimerChange[] =>
  over.map((wait) => ({ kind: 'cancel', timerId: timerIdOf(wait, order) }));

export const createEjectProcess = (tools: ProcessTools): ProcessManager => {
  const { handlers } = tools;
  const orderOf = (fact: FactOf<'station', 'EjectDispatched'>): Order => ({
    station: fact.streamId,
    ejectId: fact.data.ejectId,
  });
  const table: ReactionTable = {
    station: {
      EjectOrdered: async (fact) => {
        const { ejectCommandTtlSeconds } = await settingsInForce(handlers);
        const dueAt = plusSeconds(fact.data.at, ejectCommandTtlSeconds);
        return [schedule('dispatch', orderOf(fact), { dueAt })];
      },
      EjectDispatched: async (fact) => {
        const { ejectAnswerTimeoutSeconds } = await settingsInForce(handlers);
        const order = orderOf(fact);
        const dueAt = plusSeconds(fact.data.at, ejectAnswerTimeoutSeconds);
        return [...cancel(order, 'dispatch'), schedule('answer', order, { dueAt })];
      },
      EjectBecameUncertain: async (fact) => {
        const settings = await settingsInForce(handlers);
        const order = orderOf(fact);
        const { at } = fact.data;
        return [
          ...cancel(order, 'answer'),
          schedule('look', order, {
            dueAt: plusSeconds(at, settings.ejectSettleFirstCheckSeconds),
          }),
          schedule('give-up', order, { dueAt: plusMinutes(at, settings.ejectUndecidedMaxMinutes) }),
        ];
      },
      PowerBankEjected: async (fact) => cancel(orderOf(fact), ...waits),
      EjectRefused: async (fact) => cancel(orderOf(fact), ...waits),
    },
  };

  /** Asks the cabinet to show its slots; the inventory that it sends decides (protocol §11). */
  const look = async (timer: Timer, settings: Settings): Promise<readonly TimerChange[]> => {
    const looks = Number(timer.payload.looks);
    const station = ownId(StationSerial, timer.payload.station);
    const ejectId = ownId(EjectId, timer.payload.ejectId);
    const orderId = ownId(EntryId, `${ejectId}:look:${looks}`);
    await issue(
      handlers.cabinet,
      station,
      {
        type: 'OrderCabinet',
        orderId,
        order: { kind: 'check', includeEmpty: true },
        origin: 'PROCESS',
        at: timer.dueAt,
      },
      contextOf(timer),
    );
    if (looks >= settings.ejectSettleRetries) return [];
    const dueAt = plusSeconds(timer.dueAt, settings.ejectSettleRetrySeconds);
    return [schedule('look', { station, ejectId }, { dueAt, looks: looks + 1 })];
  };

  const fire = async (timer: Timer): Promise<readonly TimerChange[]> => {
    if (!isWait(timer.kind)) throw new Bug(`no such wait of an eject: ${timer.kind}`);
    const wait: Wait = timer.kind;
    if (wait === 'look') return look(timer, await settingsInForce(handlers));
    const station = ownId(StationSerial, timer.payload.station);
    const ejectId = ownId(EjectId, timer.payload.ejectId);
    const at = timer.dueAt;
    // Each is refused, or changes nothing, when the order has moved on in the meantime.
    const wish = {
      dispatch: { type: 'RefuseEject', ejectId, reason: 'expired-before-dispatch', at },
      answer: { type: 'RecordEjectSilence', ejectId, at },
      'give-up': { type: 'GiveUpEject', ejectId, at },
    } as const;
    await issue(handlers.station, station, wish[wait], contextOf(timer));
    return [];
  };

  return {
    name,
    categories: ['station'],
    keyOf: (logged) => logged.stream,
    react: (logged) => reactTo(table, logged),
    onTimer: fire,
  };
};

const contextOf = (timer: Timer) =>
  stepsAfter(
    { id: `${timer.timerId}@${timer.dueAt}`, correlationId: timer.timerId },
    actor,
  )(timer.kind);
