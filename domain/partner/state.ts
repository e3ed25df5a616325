import type { UserId } from '../shared/ids.js';
import type { Sealed } from '../shared/sealed.js';
import type { PartnerEvent, PartnerType } from './events.js';

export interface Partner {
  readonly userId: UserId;
  readonly type: PartnerType;
  readonly isActive: boolean;
  readonly person: Sealed;
}

/** `null`: the user is no partner. */
export type PartnerState = Partner | null;

export const evolvePartner = (partner: PartnerState, event: PartnerEvent): PartnerState => {
  if (event.type === 'PartnerAdded') {
    const { userId, type, person } = event.data;
    return { userId, type, person, isActive: true };
  }
  if (partner === null) return null;
  switch (event.type) {
    case 'VendorTypeChanged':
      return { ...partner, type: { kind: 'VENDOR', vendorType: event.data.vendorType } };
    case 'PartnerDeactivated':
      return { ...partner, isActive: false };
    case 'PartnerReactivated':
      return { ...partner, isActive: true };
    case 'PartnerPasswordChanged':
      return partner;
    default:
      return partner;
  }
};

/** Whether this partner may sign in: a vendor that earns nothing has nothing to look at (BR12). */
export const hasDashboard = (partner: PartnerState): partner is Partner =>
  partner?.isActive === true &&
  (partner.type.kind === 'FRANCHISE' || partner.type.vendorType === 'REVENUE');
