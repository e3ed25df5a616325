/** What super admins do to the packages on offer (rules 2.10, 5.18). */

import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { PackageType, PaymentModel } from '../domain/pricing/index.js';
import type { PackageDetails, RentalPackageState } from '../domain/rental-package/index.js';
import { Bug } from '../domain/shared/assert.js';
import { integer, PositiveInteger, text } from '../domain/shared/codecs.js';
import { PackageId } from '../domain/shared/ids.js';
import { zero } from '../domain/shared/money.js';
import { noBody } from '../ports/http/answer.js';
import { withDefault } from '../ports/http/default-type.js';
import { moneyText } from '../ports/http/money-text.js';
import { type Route, route } from '../ports/http/route.js';
import { deriveId } from './context.js';
import {
  contextOf,
  idFrom,
  type OperationTools,
  problemsOf,
  submit,
  withPosition,
} from './operation.js';

const tag = 'Staff: packages';
const Price = moneyText('PackagePrice', { minimum: zero });
const Name = text('PackageName', { minLength: 1, maxLength: 100 });
/** Up to a leap year; more is a slip of the finger, and does not fit into read models. */
const DurationMinutes = integer('DurationMinutes', { minimum: 1, maximum: 527_040 });
const Description = text('PackageDescription', { maxLength: 500 });

const CreateBody = t.strict(
  {
    name: Name,
    description: withDefault(Description, ''),
    duration_minutes: DurationMinutes,
    price: Price,
    package_type: PackageType,
    payment_model: withDefault(PaymentModel, 'PREPAID'),
    is_active: withDefault(t.boolean, true),
  },
  'CreateRentalPackage',
);

const ChangeBody = t.exact(
  t.partial({
    name: Name,
    description: Description,
    duration_minutes: DurationMinutes,
    price: Price,
    package_type: PackageType,
    payment_model: PaymentModel,
    is_active: t.boolean,
  }),
  'ChangeRentalPackage',
);

const PackagePath = t.strict({ id: PackageId }, 'PackagePath');

export const PackageAnswer = t.strict(
  {
    id: PackageId,
    name: Name,
    description: Description,
    duration_minutes: PositiveInteger,
    price: Price,
    package_type: PackageType,
    payment_model: PaymentModel,
    is_active: t.boolean,
  },
  'RentalPackage',
);

const packageAnswer = (state: RentalPackageState): t.TypeOf<typeof PackageAnswer> => {
  if (state === null) throw new Bug('a package is not there after a command to it');
  const { packageId: id, isActive: is_active, details } = state;
  const { durationMinutes, packageType, paymentModel, ...rest } = details;
  return {
    id,
    ...rest,
    duration_minutes: durationMinutes,
    package_type: packageType,
    payment_model: paymentModel,
    is_active,
  };
};

const createPackage = ({ handlers }: OperationTools): Route =>
  route({
    operation: 'createRentalPackage',
    method: 'POST',
    path: '/api/admin/rental-packages',
    summary: 'Offers a new package',
    tag,
    idempotency: 'required',
    body: CreateBody,
    responses: { 201: PackageAnswer },
    handler: async (asking, answer) => {
      const { body, now } = asking;
      const packageId = idFrom(PackageId, deriveId(asking.commandId, 'package'));
      const { duration_minutes, package_type, payment_model, is_active, ...rest } = body;
      const details: PackageDetails = {
        ...rest,
        durationMinutes: duration_minutes,
        packageType: package_type,
        paymentModel: payment_model,
      };
      const wish = { type: 'CreatePackage', packageId, details, at: now } as const;
      const created = await submit(
        handlers.rentalPackage,
        packageId,
        wish,
        contextOf(asking, 'create'),
      );
      // The body's codec admits no negative price, and the id is this request's own.
      if (E.isLeft(created)) throw new Bug(`a package was refused: ${created.left.kind}`);
      const done = is_active
        ? created
        : await submit(
            handlers.rentalPackage,
            packageId,
            { type: 'DeactivatePackage', at: now },
            contextOf(asking, 'deactivate'),
          );
      if (E.isLeft(done)) throw new Bug(`a package was refused: ${done.left.kind}`);
      return answer(201, packageAnswer(done.right.state), withPosition(done.right.position));
    },
  });

const problems = problemsOf(['package_not_found']);

/** The details that a change names, in the domain's words. */
const changesOf = (body: t.TypeOf<typeof ChangeBody>): Partial<PackageDetails> => ({
  ...(body.name === undefined ? {} : { name: body.name }),
  ...(body.description === undefined ? {} : { description: body.description }),
  ...(body.duration_minutes === undefined ? {} : { durationMinutes: body.duration_minutes }),
  ...(body.price === undefined ? {} : { price: body.price }),
  ...(body.package_type === undefined ? {} : { packageType: body.package_type }),
  ...(body.payment_model === undefined ? {} : { paymentModel: body.payment_model }),
});

const changePackage = ({ handlers }: OperationTools): Route =>
  route({
    operation: 'changeRentalPackage',
    method: 'PATCH',
    path: '/api/admin/rental-packages/:id',
    summary: 'Changes a package',
    description: 'Running rentals keep what they were agreed on; only later ones see the change.',
    tag,
    params: PackagePath,
    body: ChangeBody,
    responses: { 200: PackageAnswer },
    problems: problems.codes,
    handler: async (asking, answer) => {
      const { params, body, now } = asking;
      const changed = await submit(
        handlers.rentalPackage,
        params.id,
        { type: 'ChangePackage', details: changesOf(body), at: now },
        contextOf(asking, 'change'),
      );
      if (E.isLeft(changed)) return problems.refused(changed.left);
      const type = body.is_active === true ? 'ActivatePackage' : 'DeactivatePackage';
      const done =
        body.is_active === undefined
          ? changed
          : await submit(
              handlers.rentalPackage,
              params.id,
              { type, at: now },
              contextOf(asking, 'activity'),
            );
      if (E.isLeft(done)) return problems.refused(done.left);
      return answer(200, packageAnswer(done.right.state), withPosition(done.right.position));
    },
  });

const deactivatePackage = ({ handlers }: OperationTools): Route =>
  route({
    operation: 'deactivateRentalPackage',
    method: 'DELETE',
    path: '/api/admin/rental-packages/:id',
    summary: 'Takes a package off the offer',
    description: 'It is deactivated, never deleted: rentals cite it (rules 2.10).',
    tag,
    params: PackagePath,
    responses: { 204: noBody },
    problems: problems.codes,
    handler: async (asking, answer) => {
      const done = await submit(
        handlers.rentalPackage,
        asking.params.id,
        { type: 'DeactivatePackage', at: asking.now },
        contextOf(asking),
      );
      if (E.isLeft(done)) return problems.refused(done.left);
      return answer(204, undefined, withPosition(done.right.position));
    },
  });

export const rentalPackageCommands = (tools: OperationTools): readonly Route[] => [
  createPackage(tools),
  changePackage(tools),
  deactivatePackage(tools),
];
