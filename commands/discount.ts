/** What super admins do to discounts (rules 2.12, 5.18). */

import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import type { Discount, DiscountCommand, DiscountOffer } from '../domain/discount/index.js';
import { Bug } from '../domain/shared/assert.js';
import {
  NonNegativeInteger,
  nullable,
  oneOf,
  Percent,
  PositiveInteger,
} from '../domain/shared/codecs.js';
import { DiscountId, discountIdOf, PackageId, StationSerial } from '../domain/shared/ids.js';
import { Instant } from '../domain/shared/instant.js';
import { noBody, problem } from '../ports/http/answer.js';
import { withDefault } from '../ports/http/default-type.js';
import { type Route, route } from '../ports/http/route.js';
import {
  type Asking,
  contextOf,
  type OperationTools,
  problemsOf,
  submit,
  withPosition,
} from './operation.js';

const tag = 'Staff: discounts';
const DiscountPath = t.strict({ id: DiscountId }, 'DiscountPath');

const offerFields = {
  discount_percent: Percent,
  /** No limit over all users when absent. */
  max_total_uses: withDefault(nullable(PositiveInteger), null),
  max_uses_per_user: withDefault(PositiveInteger, 1),
  valid_from: Instant,
  /** Exclusive. */
  valid_until: Instant,
};

const OfferBody = t.strict(
  { station_id: StationSerial, package_id: PackageId, ...offerFields },
  'OfferDiscount',
);
const ChangeBody = t.strict(
  { ...offerFields, status: oneOf('WishedDiscountStatus', ['ACTIVE', 'INACTIVE']) },
  'ChangeDiscount',
);

export const DiscountAnswer = t.strict(
  {
    id: DiscountId,
    station_id: StationSerial,
    package_id: PackageId,
    discount_percent: Percent,
    max_total_uses: nullable(PositiveInteger),
    max_uses_per_user: PositiveInteger,
    valid_from: Instant,
    valid_until: Instant,
    status: oneOf('DiscountStatus', ['ACTIVE', 'INACTIVE', 'EXPIRED']),
    used_count: NonNegativeInteger,
  },
  'Discount',
);

const discountAnswer = (state: Discount | null): t.TypeOf<typeof DiscountAnswer> => {
  if (state === null) throw new Bug('a discount is not there after a command to it');
  const { discountId: id, offer, status, usedCount: used_count } = state;
  return {
    id,
    station_id: offer.station,
    package_id: offer.packageId,
    discount_percent: offer.percent,
    max_total_uses: offer.maxTotalUses,
    max_uses_per_user: offer.maxUsesPerUser,
    valid_from: offer.validFrom,
    valid_until: offer.validUntil,
    status,
    used_count,
  };
};

const offerOf = (
  pair: Pick<DiscountOffer, 'station' | 'packageId'>,
  body: Omit<t.TypeOf<typeof OfferBody>, 'station_id' | 'package_id'>,
): DiscountOffer => ({
  ...pair,
  percent: body.discount_percent,
  maxTotalUses: body.max_total_uses,
  maxUsesPerUser: body.max_uses_per_user,
  validFrom: body.valid_from,
  validUntil: body.valid_until,
});

const tell = (
  { handlers }: OperationTools,
  asking: Asking,
  {
    id,
    command,
    step,
  }: {
    readonly id: DiscountId;
    readonly command: DiscountCommand;
    readonly step: string;
  },
) => submit(handlers.discount, id, command, contextOf(asking, step));

const offerProblems = problemsOf([
  'station_not_found',
  'package_not_found',
  'discount_exists',
  'window_not_allowed',
]);

const offerDiscount = (tools: OperationTools): Route =>
  route({
    operation: 'offerDiscount',
    method: 'POST',
    path: '/api/admin/discounts',
    summary: 'Offers a discount on one package at one station',
    description: 'One for each pair. It lowers the price of later starts, never a late fee.',
    tag,
    idempotency: 'required',
    body: OfferBody,
    responses: { 201: DiscountAnswer },
    problems: offerProblems.codes,
    handler: async (asking, answer) => {
      const { body, now } = asking;
      const { station_id: station, package_id: packageId } = body;
      const [{ state: atStation }, { state: offered }] = await Promise.all([
        tools.handlers.station.load(station),
        tools.handlers.rentalPackage.load(packageId),
      ]);
      if (atStation.registration === null) return problem('station_not_found');
      if (offered === null) return problem('package_not_found');
      const id = discountIdOf(station, packageId);
      const offer = offerOf({ station, packageId }, body);
      const command = { type: 'OfferDiscount', discountId: id, offer, at: now } as const;
      const made = await tell(tools, asking, { id, command, step: 'offer' });
      if (E.isRight(made)) {
        return answer(201, discountAnswer(made.right.state), withPosition(made.right.position));
      }
      return made.left.kind === 'IdReused'
        ? problem('discount_exists', { facts: { discount_id: id } })
        : offerProblems.refused(made.left);
    },
  });

const changeProblems = problemsOf(['discount_not_found', 'discount_over', 'window_not_allowed']);

const changeDiscount = (tools: OperationTools): Route =>
  route({
    operation: 'changeDiscount',
    method: 'PUT',
    path: '/api/admin/discounts/:id',
    summary: 'Changes a discount, and whether it is in force',
    description: 'Station and package stay. Rentals keep the price that they were offered (P-073).',
    tag,
    params: DiscountPath,
    body: ChangeBody,
    responses: { 200: DiscountAnswer },
    problems: changeProblems.codes,
    handler: async (asking, answer) => {
      const { body, now, params } = asking;
      const { id } = params;
      const { state } = await tools.handlers.discount.load(id);
      if (state === null) return problem('discount_not_found');
      const { station, packageId } = state.offer;
      const offer = offerOf({ station, packageId }, body);
      const change = { type: 'ChangeDiscount', offer, at: now } as const;
      const changed = await tell(tools, asking, { id, command: change, step: 'change' });
      if (E.isLeft(changed)) return changeProblems.refused(changed.left);
      const type = body.status === 'ACTIVE' ? 'ActivateDiscount' : 'DeactivateDiscount';
      const done = await tell(tools, asking, { id, command: { type, at: now }, step: 'status' });
      if (E.isLeft(done)) return changeProblems.refused(done.left);
      return answer(200, discountAnswer(done.right.state), withPosition(done.right.position));
    },
  });

const deactivateProblems = problemsOf(['discount_not_found']);

const deactivateDiscount = (tools: OperationTools): Route =>
  route({
    operation: 'deactivateDiscount',
    method: 'DELETE',
    path: '/api/admin/discounts/:id',
    summary: 'Takes a discount out of force',
    description: 'It is deactivated, never deleted: rentals cite it.',
    tag,
    params: DiscountPath,
    responses: { 204: noBody },
    problems: deactivateProblems.codes,
    handler: async (asking, answer) => {
      const { id } = asking.params;
      const command = { type: 'DeactivateDiscount', at: asking.now } as const;
      const done = await tell(tools, asking, { id, command, step: 'deactivate' });
      if (E.isLeft(done)) return deactivateProblems.refused(done.left);
      return answer(204, undefined, withPosition(done.right.position));
    },
  });

export const discountCommands = (tools: OperationTools): readonly Route[] => [
  offerDiscount(tools),
  changeDiscount(tools),
  deactivateDiscount(tools),
];
