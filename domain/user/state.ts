import type { UserId } from '../shared/ids.js';
import type { KycStatus, UserEvent, UserStatus } from './events.js';

/**
 * What renting needs to know of a person.
 *
 * Status: ACTIVE ⇄ BANNED, ACTIVE ⇄ INACTIVE (rules 2.1).
 * KYC: NOT_SUBMITTED → PENDING → APPROVED | REJECTED; REJECTED → PENDING (rules 2.3).
 */
export interface User {
  readonly userId: UserId;
  readonly status: UserStatus;
  readonly isProfileComplete: boolean;
  readonly kyc: KycStatus;
}

/** `null`: nobody has registered. */
export type UserState = User | null;

export const evolveUser = (user: UserState, event: UserEvent): UserState => {
  if (event.type === 'UserRegistered') {
    const { userId } = event.data;
    return { userId, status: 'ACTIVE', isProfileComplete: false, kyc: 'NOT_SUBMITTED' };
  }
  if (user === null) return null;
  switch (event.type) {
    case 'UserStatusChanged':
      return { ...user, status: event.data.status };
    case 'ProfileCompleted':
      return { ...user, isProfileComplete: true };
    case 'KycStatusChanged':
      return { ...user, kyc: event.data.status };
    default:
      return user;
  }
};
