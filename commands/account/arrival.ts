/** Who came in, by whatever way, and what the app is told of it. */

import * as E from 'fp-ts/lib/Either.js';
import type { ReferralCode, UserId } from '../../domain/shared/ids.js';
import type { User } from '../../domain/user/index.js';
import type { Position } from '../../ports/event-store.js';
import type { Invitation, Registered } from './registration.js';
import type { Flow, SignedIn } from './shapes.js';
import { openSession } from './sign-in.js';
import type { AccountTools } from './tools.js';

/** Somebody known, or somebody who has just registered. */
export interface Arrival {
  readonly flow: Flow;
  readonly userId: UserId;
  /** The user's own code, to invite others with. */
  readonly referralCode: ReferralCode | null;
  /** What is told of a referral code that came with a registration (P-099). */
  readonly referral: SignedIn['referral'];
  /** Where the registration is in the log. */
  readonly position: Position | null;
}

export const loginOf = ({ userId, referralCode }: User): Arrival => ({
  flow: 'LOGIN',
  userId,
  referralCode,
  referral: null,
  position: null,
});

const told = (invitation: Invitation): SignedIn['referral'] => {
  switch (invitation.kind) {
    case 'none':
      return null;
    case 'accepted':
      return { accepted: true, code: null };
    case 'refused':
      return { accepted: false, code: invitation.code };
  }
};

export const registrationOf = ({ invitation, ...registered }: Registered): Arrival => ({
  flow: 'REGISTER',
  ...registered,
  referral: told(invitation),
});

/** Opens a session of the app for whoever came in. @param deviceId where, when that is proven. */
export const letInto = async (
  tools: AccountTools,
  { flow, userId, referralCode, referral }: Arrival,
  deviceId: string | null,
): Promise<E.Either<'user_invalid', SignedIn>> => {
  const door = { userId, realm: 'app', roles: ['user'], deviceId } as const;
  const opened = await openSession(tools, door);
  if (E.isLeft(opened)) return opened;
  const about = { flow, user_id: userId, referral_code: referralCode, referral };
  return E.right({ ...about, ...opened.right });
};
