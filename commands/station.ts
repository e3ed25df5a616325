/** What staff do to stations. */

import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { imeiClaimId } from '../domain/claim/index.js';
import { branded } from '../domain/shared/brand.js';
import { integer, nullable, text } from '../domain/shared/codecs.js';
import { Imei, StationSerial } from '../domain/shared/ids.js';
import type { Instant } from '../domain/shared/instant.js';
import type { StationDetails } from '../domain/station/index.js';
import { type Problem, problem } from '../ports/http/answer.js';
import { withDefault } from '../ports/http/default-type.js';
import { LatitudeDegrees, LongitudeDegrees } from '../ports/http/degrees.js';
import { type Route, route } from '../ports/http/route.js';
import {
  type Asking,
  contextOf,
  type OperationTools,
  problemsOf,
  submit,
  withPosition,
} from './operation.js';

const tag = 'Staff: stations';

/** Local time of the day, `09:00`. */
const TimeOfDay = branded('TimeOfDay', /^([01]\d|2[0-3]):[0-5]\d$/);

const optional = <C extends t.Mixed>(codec: C) => withDefault(nullable(codec), null);

const detailFields = {
  station_name: text('StationName', { minLength: 1, maxLength: 100 }),
  latitude: LatitudeDegrees,
  longitude: LongitudeDegrees,
  address: text('StationAddress', { minLength: 1, maxLength: 300 }),
  landmark: optional(text('StationLandmark', { maxLength: 200 })),
  total_slots: integer('SlotCount', { minimum: 1, maximum: 50 }),
  opening_time: optional(TimeOfDay),
  closing_time: optional(TimeOfDay),
  model: optional(text('StationModel', { maxLength: 50 })),
  amenities: withDefault(t.array(text('Amenity', { minLength: 1, maxLength: 50 })), []),
};

const RegisterStationBody = t.strict(
  { serial_number: StationSerial, imei: Imei, ...detailFields },
  'RegisterStation',
);

const ChangeStationBody = t.strict(detailFields, 'ChangeStation');

const detailsOf = (body: t.TypeOf<typeof ChangeStationBody>): StationDetails => ({
  name: body.station_name,
  latitudeMicrodegrees: body.latitude,
  longitudeMicrodegrees: body.longitude,
  address: body.address,
  landmark: body.landmark,
  totalSlots: body.total_slots,
  openingTime: body.opening_time,
  closingTime: body.closing_time,
  model: body.model,
  amenities: body.amenities,
  // Staff have given everything that customers need to see.
  configured: true,
});

export const StationRegistered = t.strict(
  { serial_number: StationSerial, imei: Imei },
  'StationRegistered',
);

const registrationProblems = problemsOf(['already_registered', 'imei_taken']);
type RegistrationCode = (typeof registrationProblems.codes)[number];

type StaffAsking = Asking & { readonly now: Instant };

/** No two stations have one IMEI (rules 2.4): the first to claim it has it. */
const claimImei = async (
  { handlers }: OperationTools,
  asking: StaffAsking,
  { imei, serial }: { readonly imei: Imei; readonly serial: StationSerial },
): Promise<Problem<RegistrationCode> | null> => {
  const wish = { type: 'ClaimName', bearer: serial, at: asking.now } as const;
  const context = contextOf(asking, 'claim-imei');
  const claimed = await submit(handlers.claim, imeiClaimId(imei), wish, context);
  if (E.isRight(claimed)) return null;
  return problem('imei_taken', { facts: { serial_number: claimed.left.bearer } });
};

/** Claims the IMEI, then registers; a claim that led to nothing is given back. */
const register = async (
  tools: OperationTools,
  asking: StaffAsking,
  body: t.TypeOf<typeof RegisterStationBody>,
): Promise<E.Either<Problem<RegistrationCode>, ReturnType<typeof withPosition>>> => {
  const { handlers } = tools;
  const { serial_number: serial, imei } = body;
  const taken = await claimImei(tools, asking, { imei, serial });
  if (taken !== null) return E.left(taken);
  const registered = await submit(
    handlers.station,
    serial,
    {
      type: 'RegisterStation',
      station: serial,
      imei,
      details: detailsOf(body),
      at: asking.now,
    },
    contextOf(asking, 'register'),
  );
  if (E.isRight(registered)) return E.right(withPosition(registered.right.position));
  const { state } = await handlers.station.load(serial);
  if (state.registration?.imei !== imei) {
    const wish = { type: 'ReleaseName', bearer: serial, at: asking.now } as const;
    const context = contextOf(asking, 'release-imei');
    await submit(handlers.claim, imeiClaimId(imei), wish, context);
  }
  return E.left(registrationProblems.refused(registered.left));
};

const registerStation = (tools: OperationTools): Route =>
  route({
    operation: 'registerStation',
    method: 'POST',
    path: '/api/admin/stations',
    summary: 'Registers a station',
    description: 'Serial and IMEI are unique. Slots and banks are never told here: the cabinet is.',
    tag,
    idempotency: 'required',
    body: RegisterStationBody,
    responses: { 201: StationRegistered },
    problems: registrationProblems.codes,
    handler: async (asking, answer) => {
      const { body } = asking;
      const { serial_number, imei } = body;
      const registered = await register(tools, asking, body);
      if (E.isLeft(registered)) return registered.left;
      const message = 'The station is registered';
      return answer(201, { serial_number, imei }, { message, ...registered.right });
    },
  });

const StationPath = t.strict({ serial: StationSerial }, 'StationPath');
const StationChanged = t.strict({ serial_number: StationSerial }, 'StationChanged');

const changeProblems = problemsOf(['station_not_found', 'slots_still_occupied']);

const changeStation = (tools: OperationTools): Route =>
  route({
    operation: 'changeStation',
    method: 'PUT',
    path: '/api/admin/stations/:serial',
    summary: 'Changes what staff say of a station',
    tag,
    params: StationPath,
    body: ChangeStationBody,
    responses: { 200: StationChanged },
    problems: changeProblems.codes,
    handler: async (asking, answer) => {
      const { serial } = asking.params;
      const wish = { details: detailsOf(asking.body), at: asking.now };
      const changed = await submit(
        tools.handlers.station,
        serial,
        { type: 'ChangeStationDetails', ...wish },
        contextOf(asking),
      );
      if (E.isLeft(changed)) return changeProblems.refused(changed.left);
      return answer(200, { serial_number: serial }, withPosition(changed.right.position));
    },
  });

const MaintenanceBody = t.strict(
  {
    is_maintenance: t.boolean,
    reason: text('MaintenanceReason', { minLength: 3, maxLength: 500 }),
  },
  'SetMaintenance',
);
const MaintenanceAnswer = t.strict(
  { serial_number: StationSerial, is_maintenance: t.boolean },
  'Maintenance',
);

const maintenanceProblems = problemsOf(['station_not_found']);

const setStationMaintenance = (tools: OperationTools): Route =>
  route({
    operation: 'setStationMaintenance',
    method: 'POST',
    path: '/api/admin/stations/:serial/maintenance',
    summary: 'Takes a station out of renting, or back into it',
    description: 'A station in maintenance rents nothing out and still takes power banks back.',
    tag,
    params: StationPath,
    body: MaintenanceBody,
    responses: { 200: MaintenanceAnswer },
    problems: maintenanceProblems.codes,
    handler: async (asking, answer) => {
      const { serial } = asking.params;
      const { is_maintenance, reason } = asking.body;
      const changed = await submit(
        tools.handlers.station,
        serial,
        is_maintenance
          ? { type: 'StartMaintenance', reason, at: asking.now }
          : { type: 'EndMaintenance', at: asking.now },
        contextOf(asking),
      );
      if (E.isLeft(changed)) return maintenanceProblems.refused(changed.left);
      return answer(
        200,
        { serial_number: serial, is_maintenance },
        withPosition(changed.right.position),
      );
    },
  });

export const stationCommands = (tools: OperationTools): readonly Route[] => [
  registerStation(tools),
  changeStation(tools),
  setStationMaintenance(tools),
];
