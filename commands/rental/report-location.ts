import * as t from 'io-ts';
import { statusAt } from '../../domain/rental/index.js';
import { noBody, problem } from '../../ports/http/answer.js';
import { withDefault } from '../../ports/http/default-type.js';
import { LatitudeDegrees, LongitudeDegrees } from '../../ports/http/degrees.js';
import { DescribedType } from '../../ports/http/described-type.js';
import type { JsonSchema } from '../../ports/http/json-schema.js';
import { type Route, route } from '../../ports/http/route.js';
import type { RentalLocations } from '../../ports/rental-locations.js';
import { type OperationTools, userOf } from '../operation.js';
import { loadOwn, RentalPath, rentalNotFound } from './own-rental.js';

/** What a phone outdoors usually reaches (rules 2.9). */
const accuracyMetresDefault = 10;
/** A position that is less certain than this names no place. */
const accuracyMetresMax = 100_000;
const accuracySchema: JsonSchema = { type: 'number', minimum: 0, maximum: accuracyMetresMax };

const isAccuracy = (input: unknown): input is number =>
  Number.isSafeInteger(input) && Number(input) >= 0 && Number(input) <= accuracyMetresMax;

/** Phones tell fractions of metres; rounded up, so that no position claims more than it knows. */
const AccuracyMetres = new DescribedType<number>(
  'AccuracyMetres',
  {
    description: `a number of metres from 0 to ${accuracyMetresMax}`,
    input: accuracySchema,
    output: accuracySchema,
  },
  {
    is: isAccuracy,
    parse: (input) => {
      const metres = typeof input === 'number' && input >= 0 ? Math.ceil(input) : null;
      return isAccuracy(metres) ? metres : null;
    },
    write: (metres) => metres,
  },
);

const LocationBody = t.strict(
  {
    latitude: LatitudeDegrees,
    longitude: LongitudeDegrees,
    accuracy: withDefault(AccuracyMetres, accuracyMetresDefault),
  },
  'RentalLocation',
);

export interface LocationTools extends Pick<OperationTools, 'handlers'> {
  readonly locations: RentalLocations;
}

export const reportRentalLocation = (tools: LocationTools): Route =>
  route({
    operation: 'reportRentalLocation',
    method: 'POST',
    path: '/api/rentals/:id/location',
    summary: 'Tells where the power bank of a running rental is',
    description:
      'Accepted while the rental is ACTIVE (rules 2.9). The position has the time of arrival, ' +
      'and an accuracy of 10 metres unless `accuracy` tells another.',
    tag: 'Rentals',
    params: RentalPath,
    body: LocationBody,
    responses: { 204: noBody },
    problems: ['rental_not_found', 'invalid_rental_status'],
    handler: async (asking, answer) => {
      const { params, body, principal, now } = asking;
      const own = await loadOwn(tools, principal.id, params.id);
      if (own === null) return rentalNotFound;
      const status = statusAt(own.rental, now);
      if (status !== 'ACTIVE') {
        const facts = { current_status: status, allowed: ['ACTIVE'] };
        return problem('invalid_rental_status', { facts });
      }
      await tools.locations.add({
        rentalId: params.id,
        userId: userOf(asking),
        latitudeMicrodegrees: body.latitude,
        longitudeMicrodegrees: body.longitude,
        accuracyMetres: body.accuracy,
        at: now,
      });
      return answer(204, undefined);
    },
  });
