import * as E from 'fp-ts/lib/Either.js';
import { deriveId } from '../commands/context.js';
import { imeiClaimId } from '../domain/claim/index.js';
import type { Imei, StationSerial } from '../domain/shared/ids.js';
import type { StationDetails } from '../domain/station/details.js';
import type { Actor } from '../ports/event-metadata.js';
import { OperatorError } from './cli/operator-error.js';
import type { Parts } from './compose.js';

export interface NewStation {
  readonly serial: StationSerial;
  readonly imei: Imei;
  readonly details: StationDetails;
}

/**
 * Registers a station without the HTTP API, in the two steps of `POST /api/admin/stations`: the
 * IMEI is claimed, then the station takes it. The same station again changes nothing.
 *
 * @returns how many events it added.
 * @throws OperatorError when serial or IMEI belong to another station.
 */
export const registerStation = async (
  { handlers, clock, newId }: Pick<Parts, 'handlers' | 'clock' | 'newId'>,
  { serial, imei, details }: NewStation,
  actor: Actor,
): Promise<number> => {
  const correlationId = newId();
  const at = clock.now();
  const step = (name: string) => {
    const commandId = deriveId(correlationId, name);
    return { commandId, correlationId, causationId: correlationId, actor };
  };
  const wish = { type: 'ClaimName', bearer: serial, at } as const;
  const claimed = await handlers.claim.execute(imeiClaimId(imei), wish, step('claim'));
  if (E.isLeft(claimed)) {
    throw new OperatorError([`IMEI ${imei} belongs to another station, or could not be claimed`]);
  }
  const command = { type: 'RegisterStation', station: serial, imei, details, at } as const;
  const registered = await handlers.station.execute(serial, command, step('register'));
  if (E.isRight(registered)) return registered.right.events.length;
  const { state } = await handlers.station.load(serial);
  // Registered like this before, and its details were changed since by staff: their word counts.
  if (state.registration?.imei === imei) return 0;
  const release = { type: 'ReleaseName', bearer: serial, at } as const;
  await handlers.claim.execute(imeiClaimId(imei), release, step('release'));
  throw new OperatorError([`station ${serial} is registered with another IMEI`]);
};
