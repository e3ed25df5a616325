import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import {
  answerWaitSeconds,
  type CabinetEvent,
  type CabinetOrder,
} from '../../domain/cabinet/index.js';
import { streamName } from '../../domain/shared/aggregate.js';
import { nullable, oneOf } from '../../domain/shared/codecs.js';
import { EntryId, StationSerial } from '../../domain/shared/ids.js';
import { type Instant, plusSeconds } from '../../domain/shared/instant.js';
import { type Problem, problem } from '../../ports/http/answer.js';
import { decodeLogged } from '../../ports/logged-event.js';
import {
  type Asking,
  contextOf,
  idFrom,
  type OperationTools,
  submit,
  withPosition,
} from '../operation.js';

/** An order, and what became of it while the client let us wait. */
export const OrderAnswer = t.strict(
  {
    order_id: EntryId,
    station_sn: StationSerial,
    /** `sent` is the end for orders that cabinets never answer. */
    status: oneOf('OrderStage', ['ordered', 'sent', 'answered']),
    /** Networks that the cabinet sees; `null` for every other order. */
    ssids: nullable(t.array(t.string)),
  },
  'CabinetOrderAnswer',
);
export type OrderAnswer = t.TypeOf<typeof OrderAnswer>;

export const orderProblems = [
  'station_not_found',
  'station_offline',
  'cabinet_order_failed',
] as const;
export type OrderCode = (typeof orderProblems)[number];

export interface StaffAsking extends Asking {
  readonly now: Instant;
  readonly waitSeconds: number;
  readonly signal: AbortSignal;
}

export interface OrderWish {
  readonly station: StationSerial;
  readonly order: CabinetOrder;
}

/**
 * A cabinet's stream holds its whole history, and an order's own facts are among its last ones:
 * the state remembers 200 orders of at most three facts each.
 */
const latestFactsMax = 600n;

/** The last fact of one order. */
const lastFactOf = async (
  { store, handlers }: OperationTools,
  station: StationSerial,
  orderId: EntryId,
): Promise<CabinetEvent | null> => {
  const { revision } = await handlers.cabinet.load(station);
  const from = revision > latestFactsMax ? revision - latestFactsMax : 0n;
  let last: CabinetEvent | null = null;
  for await (const recorded of store.readStream(streamName('cabinet', station), from)) {
    const decoded = decodeLogged(recorded);
    if (E.isLeft(decoded) || decoded.right.category !== 'cabinet') continue;
    if (decoded.right.event.data.orderId === orderId) last = decoded.right.event;
  }
  return last;
};

/** Whether nothing more will come of an order. */
const isOver = ({ type }: CabinetEvent, order: CabinetOrder): boolean =>
  type === 'CabinetOrderAnswered' ||
  type === 'CabinetOrderFailed' ||
  (type === 'CabinetOrderSent' && answerWaitSeconds(order) === null);

const stageOf = ({ type }: CabinetEvent): OrderAnswer['status'] => {
  switch (type) {
    case 'CabinetOrdered':
    case 'CabinetOrderFailed':
      return 'ordered';
    case 'CabinetOrderSent':
      return 'sent';
    case 'CabinetOrderAnswered':
      return 'answered';
  }
};

/** Only a cabinet that is there is told anything: orders go stale (cabinet protocol §9). */
const unreachable = async (
  { handlers }: OperationTools,
  station: StationSerial,
): Promise<Problem<OrderCode> | null> => {
  const { state } = await handlers.station.load(station);
  if (state.registration === null) return problem('station_not_found');
  return state.presence === 'OFFLINE' ? problem('station_offline') : null;
};

export const orderIdOf = ({ commandId }: Asking): EntryId => idFrom(EntryId, `staff:${commandId}`);

/** Gives a cabinet an order and waits as long as the client lets us. */
export const orderCabinet = async (
  tools: OperationTools,
  asking: StaffAsking,
  { station, order }: OrderWish,
): Promise<
  E.Either<
    Problem<OrderCode>,
    { readonly data: OrderAnswer; readonly extras: ReturnType<typeof withPosition> }
  >
> => {
  const refused = await unreachable(tools, station);
  if (refused !== null) return E.left(refused);
  const orderId = orderIdOf(asking);
  const ordered = await submit(
    tools.handlers.cabinet,
    station,
    { type: 'OrderCabinet', orderId, order, origin: 'ADMIN_PANEL', at: asking.now },
    contextOf(asking),
  );
  if (E.isLeft(ordered)) return E.left(problem('cabinet_order_failed'));
  const look = async (): Promise<CabinetEvent | null> => {
    const last = await lastFactOf(tools, station, orderId);
    return last !== null && isOver(last, order) ? last : null;
  };
  const patience = { until: plusSeconds(asking.now, asking.waitSeconds), signal: asking.signal };
  const found = await tools.waits.find(streamName('cabinet', station), look, patience);
  const last = found ?? (await lastFactOf(tools, station, orderId));
  if (last?.type === 'CabinetOrderFailed') {
    return E.left(problem('cabinet_order_failed', { facts: { reason: last.data.failure } }));
  }
  const ssids = last?.type === 'CabinetOrderAnswered' ? last.data.ssids : null;
  const data: OrderAnswer = {
    order_id: orderId,
    station_sn: station,
    status: last === null ? 'ordered' : stageOf(last),
    ssids: ssids === null ? null : [...ssids],
  };
  const { position } = await tools.handlers.cabinet.load(station);
  return E.right({ data, extras: withPosition(position) });
};
