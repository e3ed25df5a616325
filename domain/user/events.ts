import * as t from 'io-ts';
import { oneOf } from '../shared/codecs.js';
import { type EventOf, event } from '../shared/events.js';
import { UserId } from '../shared/ids.js';
import { Instant } from '../shared/instant.js';

export const UserStatus = oneOf('UserStatus', ['ACTIVE', 'BANNED', 'INACTIVE']);
export type UserStatus = t.TypeOf<typeof UserStatus>;

export const KycStatus = oneOf('KycStatus', ['NOT_SUBMITTED', 'PENDING', 'APPROVED', 'REJECTED']);
export type KycStatus = t.TypeOf<typeof KycStatus>;

/** What renting needs to know of a person; no personal data is in these events. */
export const userEvents = {
  UserRegistered: event(t.strict({ userId: UserId, at: Instant })),
  UserStatusChanged: event(t.strict({ status: UserStatus, reason: t.string, at: Instant })),
  /** Full name, date of birth and address are all there (PROF-1). Happens once. */
  ProfileCompleted: event(t.strict({ at: Instant })),
  KycStatusChanged: event(t.strict({ status: KycStatus, reason: t.string, at: Instant })),
} as const;

export type UserEvent = EventOf<typeof userEvents>;
