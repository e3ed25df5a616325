import * as E from 'fp-ts/lib/Either.js';
import type { PackageId } from '../shared/ids.js';
import type { Instant } from '../shared/instant.js';
import type { Money } from '../shared/money.js';
import { answerRepeat, differingFields, type IdReused } from '../shared/repeat.js';
import type { PackageDetails, RentalPackageEvent } from './events.js';
import type { RentalPackage, RentalPackageState } from './state.js';

export type RentalPackageCommand =
  /** A new package is offered from the start. */
  | {
      readonly type: 'CreatePackage';
      readonly packageId: PackageId;
      readonly details: PackageDetails;
      readonly at: Instant;
    }
  /** Running rentals keep what they were agreed on; only later ones see the change. */
  | {
      readonly type: 'ChangePackage';
      /** Only what changes, so that two changes of different things do not undo each other. */
      readonly details: Partial<PackageDetails>;
      readonly at: Instant;
    }
  | { readonly type: 'ActivatePackage'; readonly at: Instant }
  | { readonly type: 'DeactivatePackage'; readonly at: Instant };

export type RentalPackageRefusal =
  | { readonly kind: 'PackageUnknown' }
  | { readonly kind: 'PriceNegative'; readonly price: Money }
  | IdReused;

type Decision = E.Either<RentalPackageRefusal, readonly RentalPackageEvent[]>;
type Wish<Type extends RentalPackageCommand['type']> = Extract<
  RentalPackageCommand,
  { type: Type }
>;

const withValidPrice = ({ price }: PackageDetails, event: RentalPackageEvent): Decision =>
  price.minor < 0 ? E.left({ kind: 'PriceNegative', price }) : E.right([event]);

const createPackage = (wish: Wish<'CreatePackage'>, state: RentalPackageState): Decision => {
  const { packageId, details, at } = wish;
  if (state !== null) return answerRepeat(packageId, state.createdAs, details);
  return withValidPrice(details, { type: 'PackageCreated', data: { packageId, details, at } });
};

const changePackage = (wish: Wish<'ChangePackage'>, state: RentalPackage): Decision => {
  const { at } = wish;
  const details = { ...state.details, ...wish.details };
  if (differingFields(state.details, details).length === 0) return E.right([]);
  return withValidPrice(details, { type: 'PackageChanged', data: { details, at } });
};

export const decideRentalPackage = (
  command: RentalPackageCommand,
  state: RentalPackageState,
): Decision => {
  if (command.type === 'CreatePackage') return createPackage(command, state);
  if (state === null) return E.left({ kind: 'PackageUnknown' });
  const { at } = command;
  switch (command.type) {
    case 'ChangePackage':
      return changePackage(command, state);
    case 'ActivatePackage':
      return E.right(state.isActive ? [] : [{ type: 'PackageActivated', data: { at } }]);
    case 'DeactivatePackage':
      return E.right(state.isActive ? [{ type: 'PackageDeactivated', data: { at } }] : []);
  }
};
