import * as E from 'fp-ts/lib/Either.js';
import type { UserId } from '../shared/ids.js';
import type { Instant } from '../shared/instant.js';
import type { Sealed } from '../shared/sealed.js';
import type { PartnerEvent, PartnerType, VendorType } from './events.js';
import { hasDashboard, type Partner, type PartnerState } from './state.js';

export type PartnerCommand = { readonly at: Instant } & (
  | {
      readonly type: 'AddPartner';
      readonly userId: UserId;
      readonly partner: PartnerType;
      readonly person: Sealed;
    }
  | { readonly type: 'ChangeVendorType'; readonly vendorType: VendorType }
  | { readonly type: 'DeactivatePartner'; readonly reason: Sealed }
  | { readonly type: 'ReactivatePartner' }
  | { readonly type: 'RecordPartnerPasswordChange' }
);

export type PartnerRefusal =
  | { readonly kind: 'PartnerUnknown' }
  /** A user is at most one partner (BR1). */
  | { readonly kind: 'UserAlreadyPartner' }
  | { readonly kind: 'NotAVendor' }
  /** Whoever may not sign in has no password to change. */
  | { readonly kind: 'NoDashboard' };

type Decision = E.Either<PartnerRefusal, readonly PartnerEvent[]>;
type Wish<Type extends PartnerCommand['type']> = Extract<PartnerCommand, { type: Type }>;

const isSameType = (left: PartnerType, right: PartnerType): boolean => {
  if (left.kind === 'FRANCHISE' || right.kind === 'FRANCHISE') return left.kind === right.kind;
  return left.vendorType === right.vendorType;
};

/** Adding the same partner again changes nothing: an invitation may be repeated. */
const addPartner = (wish: Wish<'AddPartner'>, partner: PartnerState): Decision => {
  const { userId, partner: type, person, at } = wish;
  if (partner === null) {
    return E.right([{ type: 'PartnerAdded', data: { userId, type, person, at } }]);
  }
  return isSameType(partner.type, type) ? E.right([]) : E.left({ kind: 'UserAlreadyPartner' });
};

const changeVendorType = (
  { vendorType, at }: Wish<'ChangeVendorType'>,
  { type }: Partner,
): Decision => {
  if (type.kind !== 'VENDOR') return E.left({ kind: 'NotAVendor' });
  if (type.vendorType === vendorType) return E.right([]);
  return E.right([{ type: 'VendorTypeChanged', data: { vendorType, at } }]);
};

const deactivate = ({ reason, at }: Wish<'DeactivatePartner'>, { isActive }: Partner): Decision =>
  E.right(isActive ? [{ type: 'PartnerDeactivated', data: { reason, at } }] : []);

const reactivate = ({ at }: Wish<'ReactivatePartner'>, { isActive }: Partner): Decision =>
  E.right(isActive ? [] : [{ type: 'PartnerReactivated', data: { at } }]);

const recordPasswordChange = (
  { at }: Wish<'RecordPartnerPasswordChange'>,
  partner: Partner,
): Decision =>
  hasDashboard(partner)
    ? E.right([{ type: 'PartnerPasswordChanged', data: { at } }])
    : E.left({ kind: 'NoDashboard' });

export const decidePartner = (command: PartnerCommand, partner: PartnerState): Decision => {
  if (command.type === 'AddPartner') return addPartner(command, partner);
  if (partner === null) return E.left({ kind: 'PartnerUnknown' });
  switch (command.type) {
    case 'ChangeVendorType':
      return changeVendorType(command, partner);
    case 'DeactivatePartner':
      return deactivate(command, partner);
    case 'ReactivatePartner':
      return reactivate(command, partner);
    case 'RecordPartnerPasswordChange':
      return recordPasswordChange(command, partner);
  }
};
