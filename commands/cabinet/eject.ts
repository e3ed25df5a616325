import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { streamName } from '../../domain/shared/aggregate.js';
import { nullable, oneOf, text } from '../../domain/shared/codecs.js';
import { EjectId, PowerBankSerial, StationSerial } from '../../domain/shared/ids.js';
import { plusSeconds } from '../../domain/shared/instant.js';
import { rentableBanks, type StationState } from '../../domain/station/index.js';
import { type Problem, problem } from '../../ports/http/answer.js';
import { withDefault } from '../../ports/http/default-type.js';
import { type Route, route } from '../../ports/http/route.js';
import {
  type Asking,
  contextOf,
  idFrom,
  type OperationTools,
  problemsOf,
  settingsNow,
  submit,
  withPosition,
} from '../operation.js';

const EjectBody = t.strict(
  {
    station_id: StationSerial,
    powerbank_sn: withDefault(nullable(PowerBankSerial), null),
    reason: text('EjectReason', { minLength: 3, maxLength: 500 }),
  },
  'EjectPowerBank',
);

const EjectAnswer = t.strict(
  {
    eject_id: EjectId,
    station_sn: StationSerial,
    /** `ejected`: it is out. `pending`: nobody knows yet. */
    status: oneOf('EjectStatus', ['ejected', 'pending']),
    /** The bank really out, or the one that was ordered. */
    powerbank_sn: PowerBankSerial,
  },
  'EjectAnswer',
);
type EjectAnswer = t.TypeOf<typeof EjectAnswer>;

const problems = problemsOf([
  'station_not_found',
  'station_offline',
  'no_power_bank_available',
  'power_bank_not_in_station',
  'power_bank_is_reserved',
  'eject_under_way',
  'eject_failed',
]);
type Code = (typeof problems.codes)[number];

/** Ended: which bank came out, or why none did. Open: `null`. */
const endOf = (
  state: StationState,
  ejectId: EjectId,
): E.Either<Problem<Code>, PowerBankSerial> | null => {
  const ended = state.endedEjects.find((eject) => eject.ejectId === ejectId);
  if (ended === undefined) return null;
  return ended.ejected === null
    ? E.left(problem('eject_failed', { facts: { reason: ended.refusal } }))
    : E.right(ended.ejected);
};

/** The bank to order out: the named one, or the best. A repeated request keeps its bank. */
const bankFor = async (
  { handlers }: OperationTools,
  {
    station,
    ejectId,
    named,
  }: {
    readonly station: StationState;
    readonly ejectId: EjectId;
    readonly named: PowerBankSerial | null;
  },
): Promise<E.Either<Problem<Code>, PowerBankSerial>> => {
  const ended = station.endedEjects.find((eject) => eject.ejectId === ejectId);
  const known = station.openEjects.get(ejectId) ?? ended;
  if (known !== undefined) return E.right(known.powerBank);
  if (station.registration === null) return E.left(problem('station_not_found'));
  if (station.presence === 'OFFLINE') return E.left(problem('station_offline'));
  if (named !== null) return E.right(named);
  const { minRentalBatteryPercent: minBatteryPercent } = await settingsNow(handlers);
  const [best] = rentableBanks(station, { minBatteryPercent });
  return best === undefined ? E.left(problem('no_power_bank_available')) : E.right(best.powerBank);
};

/** Orders one bank out of a station. Staff's reason is in the log of the program. */
const order = async (
  tools: OperationTools,
  asking: Asking & { readonly now: Parameters<typeof plusSeconds>[0] },
  { body, ejectId }: { readonly body: t.TypeOf<typeof EjectBody>; readonly ejectId: EjectId },
): Promise<E.Either<Problem<Code>, PowerBankSerial>> => {
  const { station_id: serial, powerbank_sn: named, reason } = body;
  const { state: station } = await tools.handlers.station.load(serial);
  const chosen = await bankFor(tools, { station, ejectId, named });
  if (E.isLeft(chosen)) return chosen;
  const powerBank = chosen.right;
  const ordered = await submit(
    tools.handlers.station,
    serial,
    { type: 'OrderEject', ejectId, rentalId: null, purpose: 'STAFF', powerBank, at: asking.now },
    contextOf(asking),
  );
  if (E.isLeft(ordered)) return E.left(problems.refused(ordered.left));
  const { id: staff } = asking.principal;
  tools.log.info('staff ordered an ejection', { station: serial, ejectId, staff, reason });
  return chosen;
};

export const ejectPowerBank = (tools: OperationTools): Route =>
  route({
    operation: 'ejectPowerBank',
    method: 'POST',
    path: '/api/internal/iot/eject',
    summary: 'Releases a power bank without a rental',
    description: 'With `Prefer: wait` the answer waits for the cabinet, else it is `pending`.',
    tag: 'Staff: cabinets',
    idempotency: 'required',
    wait: true,
    body: EjectBody,
    responses: { 200: EjectAnswer },
    problems: problems.codes,
    handler: async (asking, answer) => {
      const { body, now, waitSeconds, signal } = asking;
      const { station_id: station_sn } = body;
      const ejectId = idFrom(EjectId, `staff:${asking.commandId}`);
      const ordered = await order(tools, asking, { body, ejectId });
      if (E.isLeft(ordered)) return ordered.left;
      const end = await tools.waits.find(
        streamName('station', station_sn),
        async (since) =>
          endOf((await tools.handlers.station.load(station_sn, since)).state, ejectId),
        { until: plusSeconds(now, waitSeconds), signal },
      );
      if (end !== null && E.isLeft(end)) return end.left;
      const { position } = await tools.handlers.station.load(station_sn);
      const data: EjectAnswer = {
        eject_id: ejectId,
        station_sn,
        status: end === null ? 'pending' : 'ejected',
        powerbank_sn: end === null ? ordered.right : end.right,
      };
      return answer(200, data, withPosition(position));
    },
  });
